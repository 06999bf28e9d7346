"""What pages load is small, and named after what is in it."""

import gzip
import re

from generator.render.assets import assets_of, squeezed
from tests.render.making import assets, made, post, rules, site


def test_styles_and_scripts_keep_within_their_weight() -> None:
    found = assets_of(assets(), "")
    sizes = {file.path: len(gzip.compress(file.make(), 9)) for file in found.files}

    assert sizes[found.style] <= 15_000
    assert sizes[found.script] + sizes[found.search_script] <= 8_000


def test_a_changed_style_gets_another_name() -> None:
    assert assets_of(assets(), "").style != assets_of(assets(), "p { color: red }").style


def test_the_blogs_own_style_comes_last_and_in_no_layer() -> None:
    found = assets_of(assets(), "p { color: red }")
    style = next(file for file in found.files if file.path == found.style).make().decode()

    assert style.endswith("}\np { color: red }")


def test_squeezing_takes_comments_and_indentation_only() -> None:
    css = "/* why */\n@media (min-width: 4rem) {\n  a > b, p { margin: 0 1px; }\n}\n"

    assert squeezed(css) == "@media (min-width: 4rem){a > b,p{margin:0 1px;}}".replace("margin:0", "margin: 0")


def test_no_style_or_script_of_ours_reaches_another_host() -> None:
    for name, content in assets().items():
        hosts = set(re.findall(rb"https?://[\w.]+", content)) - {b"http://www.w3.org"}
        assert (name, hosts) == (name, set())


def test_a_page_loads_files_of_its_own_site_only() -> None:
    page = made(site(post("/a/")), rules(baseurl="/blog", address=""))["a/index.html"]

    loaded = re.findall(r'(?:<script src|<link rel="(?:stylesheet|icon|preload)" href)="([^"]*)"', page)

    assert len(loaded) == 3
    assert all(path.startswith("/blog/assets/g/") for path in loaded)


def test_braces_balance_in_every_style_sheet() -> None:
    for name, content in assets().items():
        if name.endswith(".css"):
            assert (name, content.count(b"{")) == (name, content.count(b"}"))

"""``--untrusted``: a stranger's blog is shown, and nothing of it runs or reaches what it was not given."""

from pathlib import Path

import pytest

from tests.building import code_cell, lay_out, notebook, run
from tests.conftest import SiteBuilder

POST = {"_posts/2021-01-01-a.md": "# A\n"}


def test_a_strangers_templates_are_not_read(tmp_site: SiteBuilder) -> None:
    program = "{{ cycler.__init__.__globals__.os.getcwd() }}pwned"
    own = {f"_templates/{name}": program for name in ("404.html", "cells/markdown.html", "assets/site.js", "post.html")}

    ran = tmp_site({**POST, **own}, "--untrusted")

    assert ran.exit_code == 0
    assert [path for path, content in ran.files().items() if b"pwned" in content] == []


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", " JavaScript://x/%0aalert(1)", "java\\tscript:alert(1)", "data:x,y"]
)
def test_no_link_a_stranger_wrote_runs(tmp_site: SiteBuilder, url: str) -> None:
    ran = tmp_site(
        {
            "_config.yml": f'permalink: /:title/\nminima:\n  social_links:\n    x: "{url.replace(":", "://", 1)}"\n',
            "_posts/2021-01-01-a.md": f'---\ntitle: A\nauthor: {{name: Z, url: "{url}"}}\n---\nText\n',
            "_posts/2021-01-02-b.md": f'---\ntitle: B\nredirect_to: "{url}"\n---\nThe words of B\n',
        },
        "--untrusted",
    )

    pages = {path: content.decode().lower() for path, content in ran.files().items() if path.endswith(".html")}
    assert [path for path, text in pages.items() if "script:" in text or 'href="data:' in text] == []
    assert "the words of b" in pages["b/index.html"]


def test_links_that_run_nothing_stay(tmp_site: SiteBuilder) -> None:
    ran = tmp_site(
        {
            "_posts/2021-01-01-a.md": "---\ntitle: A\nauthor: {name: Z, url: 'https://z.example/'}\n---\nText\n",
            "_posts/2021-01-02-b.md": "---\ntitle: B\nredirect_to: /posts/a/\n---\n",
        },
        "--untrusted",
    )

    assert 'href="https://z.example/"' in ran.page("/posts/a/")
    assert 'url=/posts/a/"' in ran.page("/posts/b/")


def test_no_link_on_disk_leads_to_what_is_private(tmp_path: Path) -> None:
    lay_out(tmp_path, {**POST, ".git/config": "private", ".env": "private", "images/a.txt": "public"})
    for name, target in (("x.txt", "../.git/config"), ("y.txt", "../.env"), ("z.txt", "a.txt")):
        (tmp_path / "images" / name).symlink_to(target)
    (tmp_path / "_posts/2021-01-03-c.md").symlink_to("../.env")

    ran = run(tmp_path, "--untrusted")

    assert sorted(path for path in ran.files() if path.startswith("images/")) == ["images/a.txt", "images/z.txt"]
    assert [path for path, content in ran.files().items() if b"private" in content] == []


@pytest.mark.parametrize("name", ["CNAME", "pyproject.toml", "settings.ini"])
@pytest.mark.parametrize("target", ["nowhere", "../outside"])
def test_a_file_of_the_blog_that_leads_away_is_as_good_as_none(tmp_path: Path, name: str, target: str) -> None:
    blog = tmp_path / "blog"
    lay_out(tmp_path, {"outside": "private.example"})
    lay_out(blog, POST)
    (blog / name).symlink_to(target)

    ran = run(blog)

    assert ran.exit_code == 0
    assert [path for path, content in ran.files().items() if b"private" in content] == []


@pytest.mark.parametrize("target", ["nowhere", "../outside"])
def test_settings_that_lead_away_stop_the_build(tmp_path: Path, target: str) -> None:
    blog = tmp_path / "blog"
    lay_out(tmp_path, {"outside": "title: private"})
    lay_out(blog, POST)
    (blog / "_config.yml").symlink_to(target)

    ran = run(blog)

    assert ran.exit_code == 1
    assert ran.output.startswith("_config.yml: this is a link that leads ")
    assert not ran.site.exists()


def test_no_file_of_a_stranger_is_a_page(tmp_site: SiteBuilder) -> None:
    page = "<script>alert(1)</script>"
    files = {"assets/a.html": page, "data/b.HTM": page, "images/c.png": "x"}

    ran = tmp_site({**files, "_posts/2021-01-01-a.md": "# A\n\n[b](../data/b.HTM)\n"}, "--untrusted")

    assert [path for path, content in ran.files().items() if b"<script>alert" in content] == []
    assert "images/c.png" in ran.files()


@pytest.mark.parametrize(
    "inside",
    ['<a xlink:href="java&#115;cript:x"/>', '<g id="q"onload="x"/>', '<set attributeName="href"/>', "<script/>"],
)
def test_no_drawing_of_a_stranger_that_runs_is_a_file(tmp_site: SiteBuilder, inside: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'
    drawn: dict[str, object] = {"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": svg}}

    ran = tmp_site({"_notebooks/2021-01-01-a.ipynb": notebook(code_cell("draw()", drawn))}, "--untrusted")

    assert [path for path, content in ran.files().items() if inside.encode() in content] == []

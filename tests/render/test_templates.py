"""Templates hold no logic and are named as people override them."""

import re

import pytest
from jinja2 import nodes

from generator.errors import SettingsError
from tests.render.making import made, post, rules, site, templates

OURS = templates()
NAMES = sorted(OURS.sources)
FORBIDDEN = (
    nodes.Assign, nodes.AssignBlock, nodes.Macro, nodes.CallBlock, nodes.BinExpr, nodes.Concat, nodes.Compare,
    nodes.And, nodes.Or, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Slice, nodes.Import, nodes.FromImport,
    nodes.With,
)  # fmt: skip


def test_layouts_have_the_names_blogs_override_them_by() -> None:
    assert {name for name in NAMES if "/" not in name} == {
        "404.html", "base.html", "document.html", "feed.xml", "home.html", "page.html", "post.html", "redirect.html",
        "search.html", "sitemap.xml", "tag.html", "tags.html",
    }  # fmt: skip


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("cells/")])
def test_a_template_decides_nothing(name: str) -> None:
    tree = OURS.environment.parse(OURS.sources[name])

    found = [type(node).__name__ for kind in FORBIDDEN for node in tree.find_all(kind)]

    # `not` is a condition on a ready-made boolean.
    assert found == []


def test_a_template_of_the_blogs_own_takes_the_place_of_ours() -> None:
    with_own = templates(**{"post.html": "<h1>{{ title }}</h1>"})

    assert made(site(post("/a/", title="A & B")), with_templates=with_own)["a/index.html"] == "<h1>A &amp; B</h1>"


def test_a_misspelt_name_in_a_template_of_the_blogs_own_is_an_error() -> None:
    pages = made(site(post("/a/")), with_templates=templates(**{"post.html": "{{ titel }}"}))

    with pytest.raises(SettingsError, match="titel"):
        pages["a/index.html"]


def test_another_template_changes_every_page_made_with_templates() -> None:
    before, after = made(site(post("/a/"))), made(site(post("/a/")), with_templates=templates(**{"tag.html": "x"}))

    changed = {path for path in before.paths if before.keys[path] != after.keys[path]}

    assert {path for path in before.paths if not path.startswith("assets/g/")} == changed


def test_the_theme_writes_no_identifier_a_heading_could_have() -> None:
    pages = made(site(post("/a/")), rules())
    html = pages["a/index.html"] + pages["search/index.html"] + pages["404.html"]

    assert [name for name in re.findall(r'\sid="([^"]*)"', html) if not name.startswith("_")] == []

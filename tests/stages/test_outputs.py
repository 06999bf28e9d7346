"""stages/outputs: every file a page needs is written."""

import base64
import re

import pytest

from tests.building import code_cell, display, markdown_cell, notebook
from tests.conftest import SiteBuilder
from tests.test_rebuild import png


def test_the_words_above_the_home_list_have_their_pictures_and_formulas(tmp_site: SiteBuilder) -> None:
    figure = display(image_png=base64.b64encode(png(5, 7)).decode())

    ran = tmp_site({"_pages/index.ipynb": notebook(markdown_cell("# Hi\n\n$x^2$"), code_cell("plot()", figure))})

    needed = set(re.findall(r"assets/g/[\w.]+\.(?:png|woff2)", ran.page("/")))
    assert sorted(name.rsplit(".", 1)[1] for name in needed) == ["png", "woff2"]
    assert needed <= set(ran.files())


@pytest.mark.parametrize("wrong", ["{{ 1 + 'a' }}", "{{ 1 / 0 }}", "{{ nothing }}", "{% if %}", "{{ [][3].x }}"])
def test_a_template_that_fails_is_named_in_one_line(tmp_site: SiteBuilder, wrong: str) -> None:
    ran = tmp_site({"_posts/2021-01-01-a.md": "# A\n", "_templates/404.html": wrong})

    assert ran.exit_code == 1
    assert ran.output.startswith("_templates/404.html")


def test_what_a_desktop_leaves_beside_templates_is_no_template(tmp_site: SiteBuilder) -> None:
    assert tmp_site({"_posts/2021-01-01-a.md": "# A\n", "_templates/.DS_Store": b"\xff\xfe\x00"}).exit_code == 0


def test_a_picture_no_address_leads_to_stops_nothing(tmp_site: SiteBuilder) -> None:
    ran = tmp_site({"_posts/2021-01-01-a.md": "# A\n", "images/a\\b.png": b"x", "images/c.png": b"x"})

    assert ran.exit_code == 0
    assert [path for path in ran.files() if path.startswith("images/")] == ["images/c.png"]

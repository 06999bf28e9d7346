"""Links of a small blog, from the author's words to the page."""

import re

import pytest

from tests.conftest import SiteBuilder

OTHER = "---\ntitle: Other\n---\n## A Part\n"


@pytest.mark.parametrize(
    ("written", "arrived"),
    [
        ("[x](2021-01-02-b.md#a-part)", "/posts/b/#a-part"),
        ("[x](../_posts/2021-01-02-b.md)", "/posts/b/"),
        ("[x](/posts/b)", "/posts/b/"),
        ("[x]({% link _posts/2021-01-02-b.md %})", "/posts/b/"),
        ("[x]({% post_url 2021-01-02-b %})", "/posts/b/"),
        ("[x]({{ site.baseurl }}{% post_url 2021-01-02-b %}#a-part)", "/posts/b/#a-part"),
        ("[x]({{ site.url }}/tags/)", "/tags/"),
        ('<a href="2021-01-02-b.md">x</a>', "/posts/b/"),
        ("[x](../data/t.csv)", "/data/t.csv"),
    ],
)
def test_a_link_arrives_whatever_way_it_is_written(written: str, arrived: str, tmp_site: SiteBuilder) -> None:
    ran = tmp_site(
        {
            "_config.yml": "title: T\npermalink: /posts/:title/\nbaseurl: /blog\n",
            "_posts/2021-01-01-a.md": f"---\ntitle: A\n---\nSee {written}.\n",
            "_posts/2021-01-02-b.md": OTHER,
            "data/t.csv": "a,b\n",
        }
    )

    assert ran.exit_code == 0, ran.output
    assert "warning" not in ran.output
    found = re.search(r'See <a href="([^"]*)"', ran.page("/posts/a/"))
    assert found is not None
    assert found[1] == f"/blog{arrived}"

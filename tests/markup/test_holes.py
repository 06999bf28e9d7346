"""References in HTML become holes, each with its place."""

import pytest

from generator.location import Location
from generator.markup.holes import dig
from generator.model.reading import Trust
from tests.markup.making import NOTEBOOK, POST, legible, made, png, scope_for


def _dug(text: str, source: str = NOTEBOOK, **options: object) -> str:
    return legible(dig(text, Location(source), scope_for(source, **options)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "hole"),
    [
        ("a.ipynb", "file:_notebooks/a.ipynb"),
        ("a.ipynb#Some-Heading", "file:_notebooks/a.ipynb#Some-Heading"),
        ("./a.md?x=1#y", "file:_notebooks/a.md?x=1#y"),
        ("../_posts/2020-01-01-a.md", "file:_posts/2020-01-01-a.md"),
        ("../data/my%20file.csv", "file:data/my file.csv"),
        ("sub\\a.csv", "file:_notebooks/sub/a.csv"),
        ("/about/", "site:/about/"),
        ("/blog/about/#x", "site:/about/#x"),
        ("/blog", "site:/"),
        ("/blogger/", "site:/blogger/"),
        ("https://me.org/blog/about/", "site:/about/"),
        ("https://me.org/blog", "site:/"),
    ],
)
def test_links_become_holes(url: str, hole: str) -> None:
    assert _dug(f'<a href="{url}">a</a>', url="https://me.org", baseurl="/blog") == f'<a href="{hole}">a</a>'


@pytest.mark.parametrize(
    "url",
    [
        "#a",
        "https://x.org/a.ipynb",
        "https://me.org/other",
        "//x.org/a",
        "mailto:a@x.org",
        "data:text/plain,a",
        "tel:1",
        "?a=b",
        "",
    ],
)
def test_other_links_stay_as_they_are(url: str) -> None:
    assert _dug(f'<a href="{url}">a</a>', url="https://me.org", baseurl="/blog") == f'<a href="{url}">a</a>'


def test_a_link_out_of_the_repository_is_told() -> None:
    result = made("a\n[b](../../c.md)")

    assert result.html == '<p>a\n<a href="../../c.md">b</a></p>'
    assert result.problems == [f"broken-link {NOTEBOOK}, cell 1, line 2: `../../c.md` leads out of the repository"]


def test_every_reference_knows_its_place() -> None:
    scope = made('text\n\n[a](b.md) and\n<a href="c.md">c</a>').scope

    assert [(ref.target, str(ref.at), ref.written) for ref in scope.refs] == [
        ("_notebooks/b.md", f"{NOTEBOOK}, cell 1, line 3", "b.md"),
        ("_notebooks/c.md", f"{NOTEBOOK}, cell 1, line 4", "c.md"),
    ]


def test_media_and_scripts_of_the_repository_are_references() -> None:
    text = (
        '<video src="a.mp4" poster="b.png"></video>'
        '<script src="/assets/c.js">"<a href=\'d\'>"</script><object data="e.pdf">'
    )

    assert _dug(text, source=POST) == (
        '<video src="file:_posts/a.mp4" poster="file:_posts/b.png"></video>'
        '<script src="site:/assets/c.js">"<a href=\'d\'>"</script><object data="file:_posts/e.pdf">'
    )


def test_nothing_is_looked_for_in_scripts_styles_comments_and_text() -> None:
    text = '<script>\'<a href="a">\'</script><style>/* <a href="a"> */</style><!-- <a href="a"> --> &lt;a href="a"&gt;'

    assert _dug(text) == text


def test_other_hosts_a_page_would_reach_are_counted() -> None:
    scope = scope_for()
    dig(
        '<img src="https://a.org/x.png"><iframe src="//b.org/y"></iframe><script src="https://c.org/z.js"></script>'
        '<a href="https://d.org/">d</a>',
        Location(NOTEBOOK),
        scope,
    )

    assert scope.hosts == {"a.org", "b.org", "c.org"}


def test_attributes_keep_their_order_and_their_signs() -> None:
    assert _dug("<a class='b' href=c.md title=\"&quot;d&quot; &amp; e\" download>f</a>") == (
        '<a class="b" href="file:_notebooks/c.md" title="&quot;d&quot; &amp; e" download>f</a>'
    )


def test_broken_tags_stay() -> None:
    assert _dug('<a href="b <img src="') == '<a href="b <img src="'


def test_nothing_active_passes_the_strict_profile() -> None:
    result = made(
        '<a href="javascript:alert(1)">a</a> <img src="x" onerror="alert(1)">\n\n<script>alert(1)</script>\n\n'
        "[b](javascript:alert(1)) <iframe src='https://x.org'></iframe>\n\n"
        "[^1]\n\n[^1]: <img src=x onerror=alert(1)>\n\n"
        "# <svg onload=alert(1)>",
        files={"_notebooks/x": png(1, 1)},
        trust=Trust.STRICT,
    )

    assert "onerror" not in result.html
    assert "<script" not in result.html
    assert "javascript:" not in result.html
    assert "<iframe" not in result.html
    assert "onload" not in result.html + "".join(heading.html for heading in result.scope.headings)


def test_the_strict_profile_keeps_what_the_dialect_writes() -> None:
    text = "# A\n\n> Note: b `c`\n\n- d\n\n```python\ne\n```\n\n$x$ [f](g.md)\n\n| h |\n|---|\n| i |"

    strict, trusted = made(text, trust=Trust.STRICT).html, made(text).html

    strict = strict.replace(' rel="noopener noreferrer nofollow ugc"', "").replace('=""', "")
    assert strict.split() == trusted.split()

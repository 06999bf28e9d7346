"""The Liquid old blogs use; everything else stays and is told."""

import pytest

from tests.markup.making import NOTEBOOK, POST, html, made, made_of_cells, post

_CALLOUT = '<aside class="callout callout-{0}" role="note"><p class="callout-title">{1}</p><p>{2}</p></aside>'


def test_the_base_path_becomes_a_hole() -> None:
    result = made(
        '![a]({{ site.baseurl }}/images/a.png)\n\n<a href="{{site.baseurl}}/b/#c">b</a>', POST, baseurl="/blog"
    )

    assert result.refs == [("site", "/b/", "#c")]
    assert result.html.endswith('<p><a href="site:/b/#c">b</a></p>')
    assert result.kinds == ["missing-image"]


def test_the_base_path_in_text_is_the_configured_one() -> None:
    assert post("at {{ site.baseurl }}/x", baseurl="/blog") == "<p>at /blog/x</p>"


def test_the_address_becomes_a_hole() -> None:
    assert post("{{ site.url }}") == "<p>address:</p>"
    assert post("[a]({{ site.url }}{{ site.baseurl }}/b)", baseurl="/blog") == '<p><a href="site:/b">a</a></p>'
    assert post("[a]({{ site.url }})") == '<p><a href="address:">a</a></p>'


@pytest.mark.parametrize("name", ["relative_url", "absolute_url"])
def test_url_filters_give_paths_of_the_site(name: str) -> None:
    assert post(f"[a]({{{{ '/b/c.html' | {name} }}}})") == '<p><a href="site:/b/c.html">a</a></p>'
    assert post(f"[a]({{{{ 'https://x.org' | {name} }}}})") == '<p><a href="https://x.org">a</a></p>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{ site.title }}", "Blog &amp; co"),
        ("{{ page.title | upcase }}", "HELLO"),
        ('{{ page.nothing | default: "x" }}{{ page.tags | join: ", " }}', '{{ page.nothing | default: "x" }}a, b'),
        ("{{ site.owner.name | append: '!' | prepend: \"by \" }}", "by Ann!"),
        ("{{ 'a b' | replace: ' ', '-' }}", "a-b"),
        ("{{- page.title -}}", "hello"),
    ],
)
def test_values_of_site_and_page(text: str, shown: str) -> None:
    site = {"title": "Blog & co", "owner": {"name": "Ann"}}

    assert post(text, site_values=site, page={"title": "hello", "tags": ["a", "b"]}) == f"<p>{shown}</p>"


def test_links_to_sources_and_posts() -> None:
    result = made("[a]({% link _posts/a.md %}#b) [c]({{ site.baseurl }}{% post_url 2020-01-01-c %})", POST)

    assert result.html == '<p><a href="file:_posts/a.md#b">a</a> <a href="post:2020-01-01-c">c</a></p>'
    assert ("file", "_posts/a.md", "#b") in result.refs
    assert ("post", "2020-01-01-c", "") in result.refs


@pytest.mark.parametrize(
    ("call", "kind", "title"),
    [
        ("note.html content=", "note", "Note"),
        ("tip.html content=", "tip", "Tip"),
        ("warning.html content=", "warning", "Warning"),
        ("important.html content=", "important", "Important"),
        ("info.html text=", "note", "Info"),
        ("alert.html text=", "warning", "Alert"),
    ],
)
@pytest.mark.parametrize("quote", ["'", '"'])
def test_includes_of_callouts(call: str, kind: str, title: str, quote: str) -> None:
    include = f"{{% include {call}{quote}See `x` & *y*{quote} %}}"

    assert post(include) == _CALLOUT.format(kind, title, "See <code>x</code> &amp; <em>y</em>")


def test_an_include_within_a_line_stands_alone_all_the_same() -> None:
    shown = _CALLOUT.format("note", "Note", "b")

    assert post('a {% include note.html content="b" %} c') == f"<p>a</p>\n{shown}\n<p>c</p>"


def test_includes_of_images() -> None:
    assert post('{% include image.html file="https://x.org/a.png" max-width="50" alt="b" caption="*c*" %}') == (
        '<figure><img src="https://x.org/a.png" alt="b" style="max-width: 50px" loading="lazy" decoding="async">'
        "<figcaption><em>c</em></figcaption></figure>"
    )
    assert made('{% include image-r url="a.png" w="80" %}', POST).problems == [
        f"missing-image {POST}:1: the image `{{{{ site.baseurl }}}}/images/a.png` is not there"
    ]


def test_tags_of_embeds() -> None:
    assert "youtube-nocookie.com/embed/XfoYk_Z5AkI" in post("{% youtube https://youtu.be/XfoYk_Z5AkI %}")
    assert "youtube-nocookie.com/embed/XfoYk_Z5AkI" in post(
        '{% include youtube.html content="https://youtu.be/XfoYk_Z5AkI" %}'
    )
    assert "embed-tweet" in post("{% twitter https://twitter.com/a/status/1?s=20 %}")
    assert "gist.github.com/abc/12345" in post("{% gist abc/12345 a.py %}")
    assert "<video" in post('{% include video.html url="https://x.org/a.mp4" %}')


def test_octicons_leave_nothing() -> None:
    assert post("a {% octicon mark-github height:24 %} b") == "<p>a  b</p>"


def test_comments_leave_nothing_even_around_fences() -> None:
    assert post("a {% comment %} b {% endcomment %} c") == "<p>a  c</p>"
    assert post("a\n\n{% comment %}\n```\nx\n```\n{% endcomment %}\n\nb") == "<p>a</p>\n<p>b</p>"


def test_raw_shows_braces() -> None:
    result = made("{% raw %}{{ a }} {% b %}{% endraw %} `{% raw %}`", POST)

    assert result.html == "<p>{{ a }} {% b %} <code>{% raw %}</code></p>"
    assert result.problems == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ site.posts }}", "`site.posts` is about the whole site, and cannot be had inside a document"),
        ("{{ site.nothing }}", "_config.yml has no `nothing`, or a filter is not known"),
        ("{{ page.nothing }}", "the front matter has no `nothing`, or a filter is not known"),
        ("{{ foo }}", "`foo` is not known"),
        ("{% foo %}", "the tag `foo` is not known"),
        ("{% for a in b %}", "`for` is part of a program, and programs are not run inside a document"),
        ("{% cite a2020 %}", "`cite` belongs to a plugin for citations, which is not here"),
        ("{% include own.html %}", "`include own.html` is not known"),
        ("{% endraw %}", "nothing that `endraw` ends has begun"),
    ],
)
def test_what_is_not_known_stays_and_is_told(text: str, reason: str) -> None:
    result = made(f"a\n\n{text}", NOTEBOOK)

    assert result.html == f"<p>a</p>\n<p>{text}</p>".replace(
        f"<p>{text}</p>", text if "include" in text else f"<p>{text}</p>"
    )
    assert result.problems == [f"unknown-liquid {NOTEBOOK}, cell 1, line 3: `{text}` is shown as it stands: {reason}"]


def test_what_never_ends_is_told() -> None:
    assert made("{% raw %} a", POST).kinds == ["unfinished-liquid"]
    assert made("a {% b", POST).problems == [f"unfinished-liquid {POST}:1: `{{% b` has no end"]


def test_braces_that_mean_nothing_pass_silently() -> None:
    assert made("{{}} {{ 1 }} {a} ${{b}}$").problems == []


@pytest.mark.parametrize(
    "code",
    [
        "`{{ foo }} {% bar %}`",
        "```\n{{ foo }} {% bar %}\n```",
        "    {{ foo }} {% bar %}",
        "<pre>{{ foo }} {% bar</pre>",
    ],
)
def test_code_is_never_evaluated(code: str) -> None:
    result = made(f"a\n\n{code}", POST, site_values={"foo": "bad"})

    assert result.problems == []
    assert "{{ foo }} {% bar" in result.html


def test_jekyll_footnotes_keep_their_ids() -> None:
    assert html("a{% fn 1 %}\n\n{{ 'See [b](https://x.org).' | fndetail: 1 }}") == (
        '<p>a<sup id="fnref-1" class="footnote-ref"><a href="#fn-1" role="doc-noteref">1</a></sup></p>\n'
        '<div class="footnotes"><p id="fn-1">1. See <a href="https://x.org">b</a>. <a href="#fnref-1" '
        'class="footnote footnotes" role="doc-backlink" aria-label="Back to 1">↩</a></p></div>'
    )


def test_a_tag_nobody_knows_is_told_once_with_how_many_more_there_are() -> None:
    result = made_of_cells(["a {% cite x %} {% cite y %}", "{% nosuch %} {% cite z %}"])

    assert result.html == "<p>a {% cite x %} {% cite y %}</p>\n<p>{% nosuch %} {% cite z %}</p>"
    reason = "is shown as it stands: `cite` belongs to a plugin for citations, which is not here … and 2 more `cite`"
    unknown = "is shown as it stands: the tag `nosuch` is not known"
    assert result.problems == [
        f"unknown-liquid {NOTEBOOK}, cell 1, line 1: `{{% cite x %}}` {reason}",
        f"unknown-liquid {NOTEBOOK}, cell 2, line 1: `{{% nosuch %}}` {unknown}",
    ]

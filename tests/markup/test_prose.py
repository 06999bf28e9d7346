"""Plain text for search and word counts."""

import pytest

from generator.markup.prose import prose_of
from tests.markup.making import made, made_of_cells


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a <b>b</b>c</p><p>d</p>", "a bc\nd"),
        ("a<br>b", "a\nb"),
        ("<p>1 &lt; 2 &amp; 3</p>", "1 < 2 & 3"),
        ("a<!-- hidden --><script>b</script><style>c</style><pre>d</pre>e", "ae"),
        ("a<div hidden>b<div>c</div></div>d", "ad"),
        ('a<span style="display: none">b</span>c', "ac"),
        ("a <svg><text>b</text></svg> c <math><mi>d</mi></math>", "a c"),
        ("a <code>b</code>", "a b"),
        ("a <time>b</time>, c", "a b, c"),
        ('a<div class="table-scroll not-prose">b<div>c</div></div>d', "ad"),
        ("a <img alt='b'> c", "a\nc"),
        ("a <!-- b", "a"),
        ("", ""),
    ],
)
def test_only_what_is_read_is_prose(html: str, text: str) -> None:
    assert prose_of(html) == text


def test_a_document_keeps_its_prose() -> None:
    cells = ["# A\n\nb $x$ `c`\n\n```\nd\n```", "> Note: e", "<!-- f -->"]

    assert made_of_cells(cells).scope.prose == ["A\nb c", "Note\ne", ""]


def test_a_heading_is_prose_without_its_link() -> None:
    assert made("# A").scope.prose == ["A"]

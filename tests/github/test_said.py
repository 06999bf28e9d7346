"""Text from outside in what we say on GitHub: all of it is shown, none of it is alive.

Markdown is read by a CommonMark parser with GitHub's tables and strikethrough. What GitHub does afterwards with the
text that is left (mentions, references, addresses, emoji) is written here as patterns, wider than GitHub's own.
"""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator.github.said import capped, code_span, fenced, inline, link, table_cell, table_code

GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])

ALIVE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"@\w",  # mentions, mail addresses, owner@commit
        r"#\w",  # issues and pull requests, owner/repository#1
        r"\b[a-z]+-\d",  # GH-1, CVE-2026-1, prefixes of a repository's own
        r"\bghsa-\w",  # advisories
        r"(?<!\w)[0-9a-f]{7,40}(?!\w)",  # commits
        r"\w:/",  # addresses
        r"\bwww\.\w",
        r"\b(mailto|xmpp):\w",
        r":[\w+-]+:",  # emoji, of which some are pictures
        r"[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f-\x9f]",
    )
)

HOSTILE = (
    "@jane @org/team #1 GH-1 gh-12 1234567 deadbeefdeadbeefdeadbeefdeadbeefdeadbeef https://evil.example/x ftp://x.y "
    "www.evil.example mailto:a@b.c a@b.co owner/repo#3 owner/repo@abcdef1 GHSA-aaaa-bbbb-cccc CVE-2026-1234 TICKET-9 "
    "<script> </td> <!-- --> <a_href=x> <https://x.y> <a@b.c> &lt; &#64;jane &commat;jane [a](http://x) ![a](b) [a] "
    "[a]: [^1] [^1]: [x] ` `` ``` ~~~ ~~x~~ **b** __b__ _ * | \\| \\ \\\\| {% $x$ $`x`$ :tada: :shipit: |---| === --- "
    "*** - + 1. 1) # > ! ] ( ) [ . x 1 é 日本 \u200b \u202e \u200d \ufe0f"
).split()
LINES = "line of code\n" * 10_000
SPACES = (" ", "    ", "\t", "\n", "\r\n", "\n\n", "\x1b[31m", "\x00", "\u2028", "\udcff", "")
hostile_text = st.lists(st.sampled_from((*HOSTILE, *SPACES)), max_size=8).map("".join) | st.text(max_size=40)

PLACES = {
    "alone": ("%s", "p"),
    "within a line": ("so %s said", "p"),
    "at the start of a line": ("so\n%s\n%s", "p"),
    "in a list": ("- %s", "ul li"),
    "in a quotation": ("> %s", "blockquote p"),
    "in a table": ("| a | b |\n| - | - |\n| %s | z |\n", "table thead tr th th tbody tr td td"),
}


class _Page(HTMLParser):
    """The elements of a page, and its text without code."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.text = ""
        self.code = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        if "code" in self._open:
            self.code += data
        else:
            self.text += data

    def handle_comment(self, data: str) -> None:
        self.elements.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.elements.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.elements.append("instruction")


def shown(markdown: str) -> _Page:
    return _Page(GITHUB.render(markdown))


def alive_in(text: str) -> list[str]:
    return [pattern.pattern for pattern in ALIVE if pattern.search(text)]


@pytest.mark.parametrize("place", list(PLACES))
@pytest.mark.parametrize("kind", ["inline", "table_cell", "table_code", "code_span"])
@given(text=hostile_text)
@example(text=" ".join(HOSTILE))
@example(text="a\\|b")
@example(text="\\" * 5 + "`" * 3)
@settings(max_examples=100)
def test_nothing_from_outside_comes_alive(kind: str, place: str, text: str) -> None:
    if (kind, place) == ("code_span", "in a table"):
        # Its own docstring sends people to `table_code`.
        return
    said = {"inline": inline, "table_cell": table_cell, "table_code": table_code, "code_span": code_span}[kind](text)
    around, elements = PLACES[place]

    html = GITHUB.render(around.replace("%s", said or "–"))
    page = _Page(html)

    times = around.count("%s")
    assert page.elements.count("code") == (times if "code" in kind else 0)
    assert [element for element in page.elements if element != "code"] == elements.split()
    assert alive_in(page.text) == []
    # A parser drops cells beyond the last column; the neighbour's place tells.
    assert place != "in a table" or "<td>z</td>" in html


@given(text=hostile_text)
def test_nothing_visible_is_lost(text: str) -> None:
    seen = "".join(
        character
        for character in text
        if character.isprintable() and not character.isspace() and ord(character) < 0x2FF
    )

    for said in (inline(text, 10_000), table_cell(text, 10_000), table_code(text, 10_000), code_span(text, 10_000)):
        page = shown(f"so {said} said")
        told = "".join(f"{page.text}{page.code}".split())
        assert sorted(set(seen) - set(told)) == []


def test_plain_words_stay_as_they_are() -> None:
    assert inline("A long day's night, 20% (or less); why not?") == "A long day's night, 20% (or less); why not?"
    assert inline("Über naïve 日本語 👩\u200d🔬") == "Über naïve 日本語 👩\u200d🔬"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@jane", "@\u200bjane"),
        ("#1", "\\#\u200b1"),
        ("GH-1", "GH-\u200b1"),
        ("https://x.y", "https:\u200b//x.y"),
        ("www.x.y", "www\u200b.x.y"),
        ("1a2b3c4d5e6f7", "1a2b3c\u200b4d5e6f\u200b7"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("a_b*c`d", "a\\_b\\*c\\`d"),
        ("1. one", "1\\. one"),
        ("1) one", "1\\) one"),
        ("- one", "\\- one"),
        ("$x$", "&#36;x&#36;"),
        ("a\nb\t c\u202ed", "a b cd"),
        ("\x1b[0m", "\\[0m"),
    ],
    ids=ascii,
)
def test_what_would_come_alive_is_disarmed(text: str, said: str) -> None:
    assert inline(text) == said


def test_long_text_is_cut_with_a_sign_of_it() -> None:
    assert inline("x" * 300) == "x" * 199 + "…"
    assert inline("x" * 300, most=3) == "xx…"
    assert inline("@" * 4, most=2) == "@\u200b…"
    assert code_span("x" * 600) == f"`{'x' * 499}…`"


def test_code_is_shown_as_it_was_written() -> None:
    for text in ("a", "a`b", "``", "`", "a @jane #1 <b> **x** \\ |", "` `"):
        assert shown(f"so {code_span(text)} said").code == text


def test_an_empty_text_leaves_a_sign_where_one_is_needed() -> None:
    assert (inline(" \n"), table_cell(""), table_code("\x00")) == ("", "–", "<code>–</code>")
    assert shown(f"so {code_span('')} said").code == " "


@given(st.text(alphabet="`~ab\n\r\t <@#\x00\u202e") | hostile_text)
@example("```\n@jane\n```")
def test_a_block_of_code_holds_all_of_its_text(text: str) -> None:
    page = shown(f"before\n\n{fenced(text, 'yaml')}\n\nafter @us")

    assert page.elements == ["p", "pre", "code", "p"]
    assert page.text.strip().split("\n")[0] == "before"
    assert "after @us" in page.text
    assert "\u202e" not in page.code


def test_a_block_of_code_keeps_lines_and_tabs() -> None:
    assert fenced("all:\r\n\techo $$HOME\r\n") == "```\nall:\n\techo $$HOME\n\n```"


@given(hostile_text)
def test_a_link_of_ours_leads_where_we_say(label: str) -> None:
    page = GITHUB.render(f"so {link(label, 'https://github.com/jane/blog')} said")

    assert re.findall(r'(?:href|src)="([^"]*)"', page) == ["https://github.com/jane/blog"]
    assert _Page(page).elements == ["p", "a"]


@given(st.text(max_size=60).map(lambda rest: f"https://github.com/{rest}"))
@example("https://github.com/a)[x](https://evil.example")
@example("https://github.com/a b <c> \n[x]: y")
@example("https://github.com/a|b")
def test_an_address_of_ours_ends_where_we_say(address: str) -> None:
    page = GITHUB.render(f"| a | b |\n| - | - |\n| {link('x', address)} | z |\n")

    (found,) = re.findall(r'(?:href|src)="([^"]*)"', page)
    assert found.startswith("https://github.com/")
    assert _Page(page).elements == "table thead tr th th tbody tr td a td".split()


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "//evil.example", "data:text/html,x", "http://[::1"])
def test_what_is_no_address_of_the_web_is_no_link(address: str) -> None:
    assert link("see _this_", address) == "see \\_this\\_"


def test_a_body_within_the_limit_is_untouched() -> None:
    assert capped("x" * 60_000) == "x" * 60_000


def test_a_body_above_the_limit_is_cut_between_two_lines() -> None:
    rows = "".join(f"| row {number:06} |\n" for number in range(10_000))

    cut = capped(f"<!-- inkmill:preview -->\n| a |\n| - |\n{rows}")

    assert len(cut) <= 60_000
    assert cut.startswith("<!-- inkmill:preview -->\n")
    assert re.fullmatch(r"(\| row \d{6} \|)\n\n… [\d,]+ more characters are left out\.", cut[cut.rindex("| row") :])


@pytest.mark.parametrize("opening", ["```yaml\n", "~~~\n", "`````\n```\n", "<details>\n\n````\n"], ids=ascii)
def test_what_a_cut_leaves_open_is_closed(opening: str) -> None:
    page = shown(capped(f"{opening}{LINES}"))

    assert page.elements[-1] == "p"
    assert "more characters are left out" in page.text


def test_what_was_closed_before_the_cut_is_not_closed_again() -> None:
    body = f"<details>\n\n```\ncode\n```\n\n</details>\n\n{LINES}"

    assert capped(body).count("</details>") == 1
    assert capped(body).count("```") == 2


def test_a_line_that_begins_with_inline_code_opens_no_block() -> None:
    cut = capped(f"{code_span('a``b')} is it\n\n{LINES}")

    assert shown(cut).elements == ["p", "code", "p", "p"]


BLOCKS = (
    "<details>\n\n",
    "\n</details>\n\n",
    "```\n",
    "~~~~\n",
    f"{'`' * 300}\n",
    "words\n\n",
    "<details",
    "x" * 90 + "\n",
)


@given(st.integers(1_000, 3_000), st.lists(st.sampled_from(BLOCKS), max_size=60).map("".join))
@example(1_000, "<details>\n\n" * 200)
@example(1_000, "x" * 5_000)
def test_no_body_is_above_the_limit(most: int, body: str) -> None:
    assert len(capped(body, most)) <= most

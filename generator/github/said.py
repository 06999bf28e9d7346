"""Text from outside in comments, issues and summaries: shown as it is, and nothing in it comes alive.

GitHub looks for mentions, references and addresses in the text that Markdown leaves behind, so an escape or an
entity does not stop them. A zero-width space inside them does, and readers do not see it.
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit

_SPACER = "\u200b"
_LONGEST_HEX = 6

# Emoji and some scripts are spelt with these two; every other format character is dropped.
_JOINERS = "\u200c\u200d"

_ALIVE = (
    # A mention, a mail address, `owner@sha`; a reference, a heading.
    (re.compile(r"([@#])"), rf"\1{_SPACER}"),
    # Addresses: `https://`, `//`, `mailto:`, `www.`; and emoji such as `:shipit:`, which is a picture.
    (re.compile(r"(:)(?=\S)"), rf"\1{_SPACER}"),
    (re.compile(r"(www)(?=\.)", re.IGNORECASE), rf"\1{_SPACER}"),
    # GH-1, CVE-2026-1 and what a repository lets its own prefixes mean; advisories.
    (re.compile(r"([A-Za-z]-)(?=\d)"), rf"\1{_SPACER}"),
    (re.compile(r"(GHSA-)", re.IGNORECASE), rf"\1{_SPACER}"),
    # Seven hex digits are a commit.
    (re.compile(rf"([0-9A-Fa-f]{{{_LONGEST_HEX}}})(?=[0-9A-Fa-f])"), rf"\1{_SPACER}"),
)
_SYNTAX = re.compile(r"[\\`*_{}\[\]|~^]")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "$": "&#36;"})
_LINE_START = re.compile(r"^(?:(\d{1,9})([.)])|([-+=#]))")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def code_span(text: str, most: int = 500) -> str:
    """Text as inline code, on one line. In a table use `table_code`: there a bar would end the cell."""
    shown = _one_line(text, most)
    if not shown:
        return "` `"
    fence = _backticks(shown, least=1)
    pad = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def inline(text: str, most: int = 200) -> str:
    """Text as plain prose on one line, at most so many characters of it."""
    shown = _one_line(text, most)
    for pattern, spaced in _ALIVE:
        shown = pattern.sub(spaced, shown)
    shown = _SYNTAX.sub(r"\\\g<0>", shown.translate(_ENTITIES))
    return _LINE_START.sub(_without_block, shown)


def _without_block(found: re.Match[str]) -> str:
    """At the start of a line these would begin a list, a heading or a rule."""
    return f"\\{found[3]}" if found[3] else f"{found[1]}\\{found[2]}"


def table_cell(text: str, most: int = 200) -> str:
    """Text as prose for a cell of a table; a cell that would be empty shows a dash."""
    return inline(text, most) or "–"


def table_code(text: str, most: int = 200) -> str:
    """Text as code for a cell of a table.

    No backticks: readers of tables differ in what a backslash before a bar means inside them.
    """
    return f"<code>{table_cell(text, most)}</code>"


def fenced(text: str, language: str = "") -> str:
    """Text of many lines as a block of code.

    Args:
        language: a word of ours, such as ``yaml``.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    shown = "\n".join("\t".join(map(_kept, line.split("\t"))) for line in lines)
    fence = _backticks(shown, least=3)
    return f"{fence}{language}\n{shown}\n{fence}"


def link(label: str, address: str) -> str:
    """A link of ours with text from outside as its label; only the label where address is not one for the web."""
    try:
        is_for_web = urlsplit(address).scheme in ("http", "https")
    except ValueError:
        is_for_web = False
    if not is_for_web:
        return inline(label)
    return f"[{inline(label) or '–'}]({quote(address, safe=':/?#@!$&+,;=%-._~')})"


def in_run(run_url: str) -> str:
    """Where something happened, to follow a clause; nothing at a desk, where no run has a page."""
    return f" in [this run]({run_url})" if run_url else ""


def capped(body: str, most: int = 60_000) -> str:
    """Body cut at the end of a line, with what it leaves open closed again and a word on what is missing.

    GitHub refuses 65,536 characters. Hidden markers belong at the start of a body.
    """
    if len(body) <= most:
        return body
    room = 60
    while True:
        head = body[: max(0, most - room)]
        # A single endless line holds no row of a table worth keeping whole.
        head = head.rpartition("\n")[0] or head
        cut = f"{head}{_closing(head)}\n\n… {len(body) - len(head):,} more characters are left out."
        if len(cut) <= most or not head:
            return cut
        room += len(cut) - most


def _closing(head: str) -> str:
    """What ends the block of code and the `<details>` that head leaves open."""
    fence, details = "", 0
    for line in head.split("\n"):
        found = _FENCE.match(line)
        if not fence:
            details += line.count("<details") - line.count("</details>")
            # A line that begins with inline code holds backticks further on.
            fence = found[1] if found and not (found[1][0] == "`" and "`" in line[found.end() :]) else ""
        elif found and found[1].startswith(fence) and not line[found.end() :].strip():
            fence = ""
    return (f"\n{fence}" if fence else "") + "\n\n</details>" * details


def _one_line(text: str, most: int) -> str:
    shown = " ".join(_kept(text).split())
    return shown if len(shown) <= most else f"{shown[: max(0, most - 1)].rstrip()}…"


def _kept(text: str) -> str:
    """Text without what moves a cursor, turns the direction of writing or is no character at all."""
    return "".join(_kept_character(character) for character in text)


def _kept_character(character: str) -> str:
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cf" if character not in _JOINERS:
            return ""
        case "Cs":
            return "\ufffd"
        case _:
            return character


def _backticks(text: str, *, least: int) -> str:
    """A fence that text does not hold."""
    runs = {len(run) for run in re.findall("`+", text)}
    return "`" * max(least, max(runs, default=0) + 1)

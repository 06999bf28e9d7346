"""HTML that code made: tables people can scroll, pictures as files, links that keep working."""

import re

from generator.formats.secrets import hide_home_paths
from generator.markup.sanitise import clean
from generator.readers.notebook.images import pictures_as_files
from generator.readers.notebook.page import Showing
from generator.readers.notebook.parts import OutputPart
from generator.templating import Html

# A word outside of tags, a picture, a rule or a box to tick.
_SHOWS_SOMETHING = re.compile(r"(?:^|>)[^<>]*[^\s<>]|<(?:img|hr|input)\b")
_DOCUMENT = re.compile(r"<!doctype[^<>]*>|</?(?:html|head|body)\b[^<>]*>|<title>[^<]*</title>", re.IGNORECASE)
_TABLE = re.compile(r"<(/?)table\b", re.IGNORECASE)
_DATAFRAME = re.compile(r"""(<table\b[^<>]{0,300}?)\sborder=["']?\d+["']?([^<>]*>)""", re.IGNORECASE)
_STYLE_END = re.compile(r"</style>\s*")
_ROWS_AND_COLUMNS = re.compile(r"\s*<p>[^<]*</p>")
# Addresses a script loads code or data from; a namespace or a link in its text is none.
_LOADED = re.compile(
    r"""["'](?:https?:)?//(?:(cdn[\w.-]*)/|([\w.-]+\.[a-z]{2,})(?::\d+)?/[^"'\s]*?(?:\.(?:m?js|css|json|csv)\b|/npm/|@\d))""",
    re.IGNORECASE,
)
# A library pasted in whole loads nothing more than its last lines say.
_SEARCHED_FOR_HOSTS = 200_000
_CONTAINER = re.compile(r"<(/?)(div|table|section|details|figure|article|main|center)\b[^<>]*>", re.IGNORECASE)


def html_part(showing: Showing, value: object, plain_text: str) -> OutputPart | None:
    """An HTML representation; None when there is nothing in it.

    Args:
        plain_text: the same as text, for the Markdown twin.
    """
    if not isinstance(value, str) or not value.strip():
        return None
    html = hide_home_paths(value)
    showing.write_text(html)
    if showing.page.is_strict:
        html = clean(html)
        if not _SHOWS_SOMETHING.search(html):
            return None
    else:
        _record_hosts(showing, html)
    html = balanced(with_tables(showing, _DOCUMENT.sub("", html) if "<" in html else html))
    html = showing.dug(pictures_as_files(showing, html))
    return OutputPart("output-html", Html(html), plain_text)


def with_tables(showing: Showing, html: str) -> str:
    """HTML whose tables scroll in regions of their own that the keyboard reaches; pandas' own dress comes off."""
    if "<table" not in html:
        return html
    if "colab-df-" in html:
        # Colab wraps a table in buttons that call its own server.
        html = _table_alone(html)
    if "<style scoped>" in html:
        html = _without_pandas_style(html)
    if 'class="dataframe"' in html:
        html = _DATAFRAME.sub(r"\1\2", html).replace("<th></th>", "<td></td>")
    return html if "<script" in html else _in_regions(showing, html)


def _table_alone(html: str) -> str:
    """What lies between the first table's beginning and the last one's end, with the count of rows below it."""
    end = html.rfind("</table>")
    below = _ROWS_AND_COLUMNS.match(html, end + len("</table>"))
    return html if end < 0 else html[html.index("<table") : below.end() if below else end + len("</table>")]


def _without_pandas_style(html: str) -> str:
    pieces: list[str] = []
    place = 0
    while (start := html.find("<style scoped>", place)) >= 0 and (end := _STYLE_END.search(html, start)):
        is_of_pandas = ".dataframe" in html[start : end.start()]
        pieces.append(html[place : start if is_of_pandas else end.end()])
        place = end.end()
    return "".join(pieces) + html[place:]


def balanced(html: str) -> str:
    """HTML that cannot end the boxes around it: end tags without a beginning go, missing ones are added."""
    if "<script" in html or "<iframe" in html:
        return html
    open_names: list[str] = []
    pieces: list[str] = []
    place = 0
    for match in _CONTAINER.finditer(html):
        name = match[2].lower()
        if not match[1]:
            open_names.append(name)
        elif open_names and open_names[-1] == name:
            open_names.pop()
        elif name in open_names:
            del open_names[len(open_names) - 1 - open_names[::-1].index(name)]
        else:
            pieces.append(html[place : match.start()])
            place = match.end()
    return "".join(pieces) + html[place:] + "".join(f"</{name}>" for name in reversed(open_names))


def _in_regions(showing: Showing, html: str) -> str:
    pieces: list[str] = []
    depth = place = 0
    for match in _TABLE.finditer(html):
        if match[1]:
            depth -= 1
            if depth == 0:
                end = html.find(">", match.end()) + 1 or len(html)
                pieces.append(f"{html[place:end]}</div>")
                place = end
        else:
            if depth == 0:
                showing.page.tables += 1
                name = f"Table {showing.page.tables}"
                region = f'<div class="table-scroll" role="region" tabindex="0" aria-label="{name}">'
                pieces.append(f"{html[place : match.start()]}{region}")
                place = match.start()
            depth += 1
        if depth < 0:
            return html
    return html if depth else "".join(pieces) + html[place:]


def _record_hosts(showing: Showing, html: str) -> None:
    place = 0
    while (start := html.find("<script", place)) >= 0:
        place = html.find("</script", start)
        place = len(html) if place < 0 else place
        found = _LOADED.findall(html, html.find(">", start), min(place, start + _SEARCHED_FOR_HOSTS))
        showing.page.scope.hosts.update((cdn or host).lower() for cdn, host in found)

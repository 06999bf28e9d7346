"""How deep HTML may nest: past that its tags go and its words stay, because cleaning takes the square of the depth."""

import re

_DEEPEST = 200
_COMMENT = r"<!--(?:-?>|.*?(?:--!?>|\Z))"
_ATTRIBUTE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+"""
_TAG = re.compile(
    rf"{_COMMENT}|<(?P<slash>/?)(?P<name>[A-Za-z][^\s/>]*+)(?:[\s/]++(?:{_ATTRIBUTE})?+|{_ATTRIBUTE})*+>", re.DOTALL
)
_FLAT = frozenset(
    """area base br col embed hr img input link meta param source track wbr
    p li dt dd tr td th thead tbody tfoot option""".split()
)
"""What has no inside, and what ends where the next of its kind begins: it nests only within something that counts."""
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})


def shallow(html: str) -> str:
    """The HTML without the tags that open deeper than anybody reads."""
    if html.count("<") <= _DEEPEST:
        return html
    parts: list[str] = []
    names: list[str] = []
    dropped: dict[str, int] = {}
    done = position = 0
    while match := _TAG.search(html, position):
        position = match.end()
        name = (match["name"] or "").lower()
        if not name or name in _FLAT:
            continue
        if name in _RAW:
            position = position if match["slash"] else _after_raw(html, name, position)
            continue
        if match["slash"] and dropped.get(name):
            dropped[name] -= 1
        elif match["slash"]:
            if name in names:
                while names.pop() != name:
                    pass
                dropped.clear()
            continue
        elif len(names) < _DEEPEST:
            names.append(name)
            continue
        else:
            dropped[name] = dropped.get(name, 0) + 1
        parts.append(html[done : match.start()])
        done = position
    return "".join(parts) + html[done:]


def _after_raw(html: str, name: str, position: int) -> int:
    """Where what is not parsed ends, just before its closing tag."""
    closing = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, position)
    return closing.start() if closing else len(html)

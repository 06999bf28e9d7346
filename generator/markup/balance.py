"""Raw HTML an author left open is closed where the text ends, so that no cell swallows the next."""

import re

_TAG = re.compile(r"""<(?P<slash>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>|<!--""")
_KEPT = frozenset(
    """div center details summary section article aside figure figcaption header footer main nav blockquote table thead
    tbody tfoot tr td th ul ol dl font span b i em strong a sup sub small big u s form fieldset script style pre
    textarea code kbd samp tt var mark q cite abbr ins del dt dd label button select video audio svg math""".split()
)


def balanced(html: str) -> str:
    """The HTML without closing tags that close nothing, and with those that are missing at its end."""
    parts: list[str] = []
    names: list[str] = []
    done = position = 0
    while match := _TAG.search(html, position):
        position = match.end()
        if match["name"] is None:
            end = html.find("-->", position)
            position = end + 3 if end >= 0 else len(html)
            continue
        name = match["name"].lower()
        if name not in _KEPT or match[0].endswith("/>"):
            continue
        if not match["slash"]:
            names.append(name)
        elif name in names[-50:]:
            while names.pop() != name:
                pass
        else:
            parts.append(html[done : match.start()])
            done = match.end()
    return "".join(parts) + html[done:] + "".join(f"</{name}>" for name in reversed(names))

"""What workflows of this repository wrote before: known by a hidden marker and by its author, never by one of them.

A marker alone can be pasted by anybody; the author alone wrote other things, too.
"""

import json
import re
from collections.abc import Mapping

from generator.errors import ContentError
from generator.github.answers import part_of
from generator.github.strict_json import Fields, fields_of

AUTHOR = "github-actions[bot]"


def is_ours(thing: object, kind: str) -> bool:
    """Whether a comment or issue, as the API gives it, is ours and of a kind."""
    return is_by_us(thing) and body_of(thing).startswith(_marker(kind))


def is_by_us(thing: object) -> bool:
    """Whether a workflow wrote it, of whatever kind it is."""
    return is_us(part_of(thing, "user"))


def is_us(account: Mapping[str, object]) -> bool:
    """Whether an account is the one that workflows write with."""
    return account.get("login") == AUTHOR and account.get("type") == "Bot"


def body_of(thing: object) -> str:
    """The text of a comment or issue; line ends are ``\\n``, though a person may have edited it in a browser."""
    body = thing.get("body") if isinstance(thing, Mapping) else None
    return body.replace("\r\n", "\n") if isinstance(body, str) else ""


def marked(kind: str, state: Mapping[str, object], text: str) -> str:
    """Text with its marker and what the next run needs to know, both hidden."""
    # A ">" would end the comment that hides it.
    hidden = json.dumps(state, sort_keys=True).replace(">", "\\u003e")
    return f"{_marker(kind)}\n<!-- {hidden} -->\n{text}"


def parted(kind: str, body: str) -> tuple[Fields, str]:
    """The state and the text of a body that `marked` made; no state where somebody changed it by hand."""
    found = re.match(rf"{re.escape(_marker(kind))}\n<!-- (\{{.*\}}) -->\n", body)
    if found is None:
        return Fields(kind, {}), body.removeprefix(_marker(kind))
    try:
        return fields_of(found[1], kind), body[found.end() :]
    except ContentError:
        return Fields(kind, {}), body[found.end() :]


def _marker(kind: str) -> str:
    return f"<!-- inkmill:{kind} -->"

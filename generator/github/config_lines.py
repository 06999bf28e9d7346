"""_config.yml, changed a line at a time: comments, order and everything else stay as they are."""

import json
import re
from collections.abc import Collection, Mapping

# At the top level only, and never in a comment: what stands further in belongs to another key.
_PENDING = re.compile(r"^setup:[ \t]*(?:pending|\"pending\"|'pending')[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_PLAIN = re.compile(r"https?://[\w.:/-]+|/[\w.-]+|done")
_KEY = re.compile(r"(?P<key>[A-Za-z_]\w*):(?P<after>(?:[ \t].*)?)")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")


def is_setup_pending(config: str) -> bool:
    """Whether the setup pull request is due.

    >>> is_setup_pending("title: x\\nsetup: pending  # until merged\\n"), is_setup_pending("# setup: pending\\n")
    (True, False)
    """
    return _PENDING.search(config) is not None


def with_values(config: str, values: Mapping[str, str], *, ours: Mapping[str, Collection[str]]) -> str:
    """The same text with top-level keys set to these values.

    Args:
        values: key to plain text. A key that is not there is added at the end.
        ours: values, as YAML would read them, that may be replaced besides an empty one; of keys left out, none.

    A key with a value that somebody chose is left alone.
    """
    lines = config.splitlines(keepends=True)
    missing = dict(values)
    for number, line in enumerate(lines):
        body = line.rstrip("\r\n")
        match = _KEY.fullmatch(body)
        if match is None or match["key"] not in values:
            continue
        key = match["key"]
        missing.pop(key, None)
        value, comment = _parted(match["after"])
        written = _read(value)
        if not _opens_a_block(lines, number) and (not written or written in ours.get(key, ())):
            lines[number] = f"{key}: {_scalar(values[key])}{comment}{line[len(body) :]}"
    if missing and lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return "".join([*lines, *(f"{key}: {_scalar(value)}\n" for key, value in missing.items())])


def value_of(config: str, key: str) -> str:
    """The text of a top-level key's one line; empty where there is none.

    >>> value_of("url: 'https://a.b'  # ours\\n", "url"), value_of("url:\\n", "url")
    ('https://a.b', '')
    """
    for line in config.splitlines():
        match = _KEY.fullmatch(line)
        if match and match["key"] == key:
            return _read(_parted(match["after"])[0])
    return ""


def without_items(config: str, items: Collection[str]) -> str:
    """The same text without the lines of lists (``  - item``) that name one of these items."""
    kept = [line for line in config.splitlines(keepends=True) if not (_item(line) and _item(line) in items)]
    return "".join(kept)


def _item(line: str) -> str:
    dash, _, after = line.strip().partition(" ")
    return _read(_parted(after)[0]) if dash == "-" else ""


def _opens_a_block(lines: list[str], number: int) -> bool:
    """Whether a key's value stands in the lines below it, set in."""
    for line in lines[number + 1 :]:
        if line.strip() and not line.lstrip().startswith("#"):
            return line[0] in " \t" or line.startswith("- ")
    return False


def _parted(after: str) -> tuple[str, str]:
    """A value, and the comment behind it with the blanks that part them."""
    start = len(after) - len(after.lstrip(" \t"))
    quoted = _QUOTED.match(after, start)
    if quoted:
        return quoted[0], after[quoted.end() :]
    comment = re.search(r"(?:^|[ \t])[ \t]*#", after)
    end = comment.start() if comment else len(after.rstrip(" \t"))
    return after[:end].strip(" \t"), after[end:]


def _read(written: str) -> str:
    """A scalar as YAML reads it, so far as a line of ours goes."""
    if written.startswith('"'):
        try:
            return str(json.loads(written))
        except ValueError:
            return written
    if written.startswith("'"):
        return written[1:-1].replace("''", "'")
    return "" if written in ("~", "null") else written


def _scalar(value: str) -> str:
    # A string of JSON is one of YAML.
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)

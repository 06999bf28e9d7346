"""The bytes of an .ipynb file as parsed JSON, or one line that says why they are not."""

import json
import re
from typing import Any

from generator.errors import NotebookError
from generator.location import Location
from generator.model.body import without_reserved

_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_CONFLICT = re.compile(r"^(?:<<<<<<<|>>>>>>>)(?: .*)?$", re.MULTILINE)
_LFS_POINTER = "version https://git-lfs.github.com/spec/"

# What no page may hold: the characters that mark holes, halves of surrogate pairs (they cannot be written as
# UTF-8) and NUL. Looked for once in the whole file, since nearly no file has them.
_UNWELCOME_ESCAPE = re.compile(r"\\u(?:[dD][89a-fA-F]|[eE]0[fF][0-2]|0000)")
_LONE_OR_NUL = re.compile("[\x00\ud800-\udfff]")


def parse_json(content: bytes, file: str) -> Any:
    """The JSON value in content.

    Raises:
        NotebookError: one line with the place where reading stopped.
    """
    text = _decoded(content, file)
    if not text.strip():
        raise NotebookError("the file is empty", at=Location(file), mend="save the notebook again, or delete the file")
    try:
        value = json.loads(text)
        return cleaned(value) if _is_suspicious(text) else value
    except json.JSONDecodeError as wrong:
        raise _why_not_json(text, wrong, file) from None
    except RecursionError:
        raise too_deep(file) from None
    except ValueError:
        # Python refuses integers of more than 4,300 digits.
        raise NotebookError(
            "a number in it has thousands of digits", at=Location(file), mend="open it in Jupyter and save it again"
        ) from None


def _is_suspicious(text: str) -> bool:
    return _UNWELCOME_ESCAPE.search(text) is not None or (not text.isascii() and without_reserved(text) is not text)


def cleaned(value: Any) -> Any:
    """A JSON value whose strings hold nothing that cannot be written or that marks a hole."""
    if isinstance(value, str):
        text = without_reserved(value)
        return _LONE_OR_NUL.sub("\ufffd", text) if _LONE_OR_NUL.search(text) else text
    if isinstance(value, dict):
        return {cleaned(key): cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [cleaned(inner) for inner in value]
    return value


def too_deep(file: str) -> NotebookError:
    """The error for JSON nested deeper than any notebook."""
    return NotebookError(
        "its JSON is nested too deeply to be a notebook", at=Location(file), mend="open it in Jupyter and save it again"
    )


def _decoded(content: bytes, file: str) -> str:
    if content.startswith(_UTF16_BOMS) or (b"\x00" in content[:64] and b"{" in content[:64]):
        raise NotebookError(
            "the file is UTF-16, and notebooks are UTF-8",
            at=Location(file),
            mend=f"convert it: `iconv -f UTF-16 -t UTF-8 {file} > new.ipynb`",
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise NotebookError(
            f"byte 0x{content[wrong.start]:02x} is not UTF-8",
            at=Location(file, line=line),
            mend="save the notebook as UTF-8",
        ) from None


def _why_not_json(text: str, wrong: json.JSONDecodeError, file: str) -> NotebookError:
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        return NotebookError(
            f"a merge conflict is left in it (`{conflict[0][:40].rstrip()}`)",
            at=Location(file, line=line),
            mend="resolve the conflict, for example with `nbdime mergetool`, and commit the result",
        )
    start = text.lstrip()[:200].lower()
    if start.startswith(_LFS_POINTER):
        return NotebookError("it is a Git LFS pointer, not the notebook", at=Location(file), mend="run `git lfs pull`")
    if start.startswith("<"):
        return NotebookError(
            "it is a web page, not a notebook", at=Location(file), mend="download the raw file and replace this one"
        )
    return NotebookError(
        f"it is not JSON: {_one_clause(wrong.msg)}",
        at=Location(file, line=wrong.lineno, column=wrong.colno),
        mend="restore the last good version (`git log` shows them), or mend the JSON at that place",
    )


def _one_clause(message: str) -> str:
    return message[:1].lower() + message[1:]

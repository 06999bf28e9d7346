"""Inputs of the action that came before, as its workflows still set them: ``INPUT_BASELINE_TAGS: "['baseline']"``.

It evaluated them as Python. Here they are lists of words, written in one of three ways, and never a program.
"""

import ast
import json
import re
from collections.abc import Mapping
from typing import Any

from generator.errors import UsageError

# Nobody types more, and deep nesting would exhaust the parser.
_LONGEST = 10_000
# Whoever writes brackets or quotes means a list, and what is then no list is a mistake.
_PLAIN = re.compile(r"[^\"'`()\[\]{}\\;]+")


def old_input(environ: Mapping[str, str], name: str) -> str:
    """An input of one value; empty where it is not set."""
    return environ.get(f"INPUT_{name}", "").strip()


def old_list(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    """An input that is a list: of JSON, of Python, or words between commas.

    Raises:
        UsageError: it is neither.

    >>> old_list({"INPUT_T": "['a', 'b c']"}, "T"), old_list({"INPUT_T": "a, b c"}, "T"), old_list({}, "T")
    (('a', 'b c'), ('a', 'b c'), ())
    """
    text = old_input(environ, name)
    if not text:
        return ()
    found = _literal(text) if len(text) <= _LONGEST else None
    if found is None and len(text) <= _LONGEST and _PLAIN.fullmatch(text):
        found = [word.strip() for word in text.split(",") if word.strip()]
    if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
        raise UsageError(f'INPUT_{name} is no list of words: write it as ["one", "two"] or as one, two')
    return tuple(found)


def _literal(text: str) -> list[Any] | None:
    """The list that text spells; None where it spells none."""
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
        if isinstance(found, list | tuple):
            return list(found)
    return None

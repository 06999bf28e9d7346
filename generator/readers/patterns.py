"""Text with ``{parameter}`` in it, and what becomes of it."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import category, normalize

from generator.formats.plain_values import words_of

# A formula's braces are its own, and doubled ones are Liquid's.
_MATH = r"\$(?!\s)[^$\n]*?(?<!\s)\$(?!\d)"
_PLACEHOLDER = re.compile(rf"{_MATH}|(?<!\{{)\{{([A-Za-z_]\w*)\}}(?!\}})")
_RUNS = re.compile(r"-{2,}|\.{2,}")
_LONGEST_SLUG = 80
_DEEPEST = 50


class PatternError(Exception):
    """Something about a pattern, or about parameters, that an author must mend."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.mend = mend


def placeholders(text: str) -> tuple[str, ...]:
    """The names in braces, in order.

    >>> placeholders("{year}: Sales in {country}, $x^{2}$, {{ page.title }}")
    ('year', 'country')
    """
    return tuple(dict.fromkeys(found[1] for found in _PLACEHOLDER.finditer(text) if found[1]))


def filled(pattern: str, values: Mapping[str, Any], write: Callable[[Any], str]) -> str:
    """The pattern with values in place of the names it knows; other braces stay.

    Raises:
        PatternError: a value is a list or a map, and has no place in a text.
    """

    def put(found: re.Match[str]) -> str:
        name = found[1]
        if not name or name not in values:
            return found[0]
        if isinstance(values[name], list | dict):
            raise PatternError(
                f"`{pattern}` needs the value of `{name}`, which is a {_kind(values[name])}",
                f"take `{{{name}}}` out, or give `{name}` one word or number",
            )
        return write(values[name])

    return _PLACEHOLDER.sub(put, pattern)


def resolved(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters with those filled in that name others: ``file: data/{country}.csv``.

    Braces around a word that is no parameter are the author's text. A value that is nothing but a name takes that
    one's value as it is.

    Raises:
        PatternError: one refers to itself, or round about to another that refers to it.
    """
    known: dict[str, Any] = {}
    for name in params:
        _resolve(name, params, known, ())
    return {name: known[name] for name in params}


def slug_of(value: Any) -> str:
    """A value as it stands in names and addresses; empty for text without a letter or digit.

    >>> slug_of("New York"), slug_of(-0.5), slug_of("Côte d'Ivoire")
    ('new-york', 'minus-0.5', 'côte-d-ivoire')
    """
    sign = "minus-" if isinstance(value, int | float) and value < 0 else ""
    text = normalize("NFC", words_of(value).lower())
    kept = "".join(one if one == "." or category(one)[0] in "LMN" else "-" for one in text)
    slug = _RUNS.sub("-", "-".join(part.strip(".") for part in kept.split("-"))).strip("-")
    return (sign + slug)[:_LONGEST_SLUG].rstrip("-.") if slug else ""


def _resolve(name: str, params: Mapping[str, Any], known: dict[str, Any], above: tuple[str, ...]) -> None:
    if name in known:
        return
    if name in above:
        circle = " → ".join(f"{{{one}}}" for one in (*above[above.index(name) :], name))
        what = "refers to itself" if above[-1] == name else f"refers to itself in a circle: {circle}"
        raise PatternError(f"the parameter `{name}` {what}", f"write out the value of `{name}`")
    if len(above) > _DEEPEST:
        raise PatternError(f"the parameter `{name}` is told by too many others", f"write out the value of `{name}`")
    value = params[name]
    if isinstance(value, str):
        inner = [other for other in placeholders(value) if other in params]
        for other in inner:
            _resolve(other, params, known, (*above, name))
        if inner:
            is_whole = value.strip() == f"{{{inner[0]}}}"
            value = known[inner[0]] if is_whole else filled(value, {one: known[one] for one in inner}, words_of)
    known[name] = value


def _kind(value: Any) -> str:
    return "list" if isinstance(value, list) else "map"

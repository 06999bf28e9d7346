"""The posts that one notebook makes: ``variants:`` as a list or a matrix of parameters, with patterns."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from generator.formats.plain_values import words_of
from generator.model.front_matter import FrontMatter
from generator.model.problem import Severity
from generator.model.variant import Variant
from generator.near_words import nearest
from generator.readers.file_names import file_name_parts, title_from_slug
from generator.readers.front_matter_execution import is_parameter_name
from generator.readers.front_matter_values import Values
from generator.readers.patterns import PatternError, filled, placeholders, resolved, slug_of

MOST_VARIANTS = 1000

_PATTERNS = ("title", "permalink", "name")
_EXAMPLE = "write it as `variants: {country: [FR, DE]}`, or as a list of maps"


@dataclass(frozen=True, slots=True)
class _Wish:
    """One variant as written; own holds its title, permalink and name."""

    params: Mapping[str, Any]
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Spec:
    """Every variant as written, and the patterns that hold for all."""

    wishes: tuple[_Wish, ...]
    patterns: Mapping[str, str]


def with_variants(front: FrontMatter, values: Values, path: str) -> FrontMatter:
    """Front matter with its variants; a title or an address that is a pattern becomes theirs.

    The title of a variant is empty where only the notebook's own heading can complete it.

    Args:
        path: of the notebook, whose name is the title of the list where the title is a pattern.
    """
    written = values.raw("variants")
    if written is None or written == []:
        return front
    try:
        spec = _spec_of(written, front.execution.params)
        variants = _variants(spec, front)
    except PatternError as failure:
        values.wrong("variants", failure.problem, failure.mend, Severity.ERROR)
        return front
    execution = replace(front.execution, variants=variants)
    if front.title and placeholders(front.title):
        front = replace(front, title=title_from_slug(file_name_parts(path).slug))
    if front.permalink and placeholders(front.permalink):
        folder = front.permalink.split("{", 1)[0].rpartition("/")[0]
        front = replace(front, permalink=f"{folder}/" if folder else None)
    return replace(front, execution=execution)


def _spec_of(written: Any, params: Mapping[str, Any]) -> _Spec:
    if isinstance(written, list):
        return _Spec(_listed(written, params), {})
    if not isinstance(written, dict):
        raise PatternError(f"`variants: {words_of(written)}` is neither a list nor a map", _EXAMPLE)
    patterns = {name: value for name, value in written.items() if name in _PATTERNS and isinstance(value, str)}
    rest = {name: value for name, value in written.items() if name not in patterns}
    matrix, items = rest.get("matrix"), rest.get("list")
    if not isinstance(matrix, dict) and not isinstance(items, list):
        return _Spec(tuple(_product(rest)), patterns)
    for name in rest.keys() - {"matrix", "list"}:
        near = nearest(name, (*_PATTERNS, "matrix", "list"))
        mend = f"write `{near}`" if near else f"write `{name}:` below `matrix:`"
        raise PatternError(f"`variants:` has `{name}` beside `matrix` and `list`", mend)
    made = tuple(_product(matrix)) if isinstance(matrix, dict) else ()
    return _Spec((*made, *(_listed(items, params) if isinstance(items, list) else ())), patterns)


def _listed(items: Sequence[Any], params: Mapping[str, Any]) -> tuple[_Wish, ...]:
    _check_number(len(items))
    return tuple(_of_item(item, number, params) for number, item in enumerate(items, start=1))


def _of_item(item: Any, number: int, params: Mapping[str, Any]) -> _Wish:
    """Args: number: counted from 1, for messages."""
    if not isinstance(item, dict):
        if len(params) != 1 or isinstance(item, list) or item is None:
            mend = "write each as a map, such as `- {country: FR}`"
            raise PatternError(f"variant {number} does not say which parameter it changes", mend)
        return _Wish({next(iter(params)): item})
    own = {name: str(item[name]) for name in _PATTERNS if isinstance(item.get(name), str | int)}
    rest = {name: value for name, value in item.items() if name not in own}
    inner = rest.get("params")
    if isinstance(inner, dict):
        for name in rest.keys() - {"params"}:
            near = nearest(name, _PATTERNS)
            mend = f"write `{near}`" if near else f"write `{name}` below `params:`"
            raise PatternError(f"variant {number} has `{name}` beside `params`", mend)
        rest = inner
    if not rest:
        raise PatternError(f"variant {number} changes no parameter", "write `{country: FR}` or the like into it")
    _check_names(rest)
    return _Wish(rest, own)


def _product(axes: Mapping[str, Any]) -> Iterator[_Wish]:
    """Every combination of the values; the last parameter changes fastest."""
    lists = {name: value if isinstance(value, list) else [value] for name, value in axes.items()}
    _check_names(axes)
    for name, value in lists.items():
        if not value or any(isinstance(one, dict) for one in value):
            raise PatternError(f"`{name}:` in `variants` is no list of values", f"write it as `{name}: [a, b]`")
    _check_number(math.prod(len(value) for value in lists.values()) if lists else 0)
    for combination in product(*lists.values()):
        yield _Wish(dict(zip(lists, combination, strict=True)))


def _check_number(count: int) -> None:
    if count > MOST_VARIANTS:
        mend = f"make at most {MOST_VARIANTS}, or spread them over several notebooks"
        raise PatternError(f"`variants:` makes {count} posts", mend)
    if not count:
        raise PatternError("`variants:` names no variant", _EXAMPLE)


def _check_names(params: Iterable[str]) -> None:
    for name in params:
        if not is_parameter_name(name):
            raise PatternError(f"`{name}` in `variants` is no name of a parameter", "write it as in the notebook")


def _variants(spec: _Spec, front: FrontMatter) -> tuple[Variant, ...]:
    patterns = dict(spec.patterns)
    for key, written in (("title", front.title), ("permalink", front.permalink)):
        if key not in patterns and written and placeholders(written):
            patterns[key] = written
    names = {name: None for wish in spec.wishes for name in (*front.execution.params, *wish.params)}
    _check_number(len(spec.wishes))
    _check_patterns(patterns, tuple(names), spec)
    variants = tuple(_variant(wish, patterns, front) for wish in spec.wishes)
    _check_apart(variants, patterns)
    return variants


def _variant(wish: _Wish, patterns: Mapping[str, str], front: FrontMatter) -> Variant:
    values = resolved({**front.execution.params, **wish.params})
    texts = {**patterns, **wish.own}
    params = {name: values[name] for name in wish.params}
    if "name" in texts:
        name = slug_of(filled(texts["name"], values, words_of))
    else:
        scalars = (value for value in params.values() if not isinstance(value, list | dict))
        name = slug_of("-".join(filter(None, map(slug_of, scalars))))
    if not name:
        raise PatternError(f"no name can be made of the variant {_shown(params)}", "give it a `name:`")
    named = {"name": name, **values}
    title = filled(texts["title"], named, words_of) if "title" in texts else default_title(front.title, params)
    permalink = filled(texts["permalink"], named, _part_of_address) if "permalink" in texts else None
    return Variant(name, title, permalink, params)


def default_title(title: str | None, params: Mapping[str, Any]) -> str:
    """A variant's title where the author gave no pattern; empty while the notebook has none itself.

    >>> default_title("Sales", {"country": "FR", "year": 2024})
    'Sales: FR, 2024'
    """
    words = ", ".join(words_of(value) for value in params.values() if not isinstance(value, list | dict))
    return f"{title}: {words}" if title and words else title or ""


def _part_of_address(value: Any) -> str:
    slug = slug_of(value)
    if not slug:
        raise PatternError(f"`{words_of(value)}` has no letter for an address", "write the variant's own `permalink:`")
    return slug


def _check_patterns(patterns: Mapping[str, str], params: Sequence[str], spec: _Spec) -> None:
    """Every name in braces is one of a parameter, and patterns tell the variants apart."""
    for key, text in dict.fromkeys((*patterns.items(), *(pair for wish in spec.wishes for pair in wish.own.items()))):
        for name in placeholders(text):
            if name not in params and not (name == "name" and key != "name"):
                raise _unknown(name, f"{key}: {text}", params, is_own=name == key)
    for key, pattern in patterns.items():
        if not placeholders(pattern) and sum(key not in wish.own for wish in spec.wishes) > 1:
            raise PatternError(f"`{key}: {pattern}` is the same for every variant", f"put {_braced(params)} into it")


def _unknown(name: str, shown: str, params: Sequence[str], *, is_own: bool) -> PatternError:
    if is_own:
        return PatternError(f"`{shown}` refers to itself", f"use {_braced(params)} in it")
    near = nearest(name, params)
    mend = f"write `{{{near}}}`" if near else f"use {_braced(params)} in it"
    return PatternError(f"`{shown}` has the unknown parameter `{{{name}}}`", mend)


def _braced(params: Sequence[str]) -> str:
    return " and ".join(f"`{{{name}}}`" for name in params)


def _check_apart(variants: Sequence[Variant], patterns: Mapping[str, str]) -> None:
    counts = Counter(variant.name for variant in variants)
    for name, count in counts.items():
        if count > 1:
            first, second, *_ = (variant.params for variant in variants if variant.name == name)
            said = f"two variants are called `{name}`: {_shown(first)} and {_shown(second)}"
            raise PatternError(said, "take one of them out, or give one its own `name:`")
    places: dict[str, Variant] = {}
    for variant in variants:
        first_there = places.setdefault(variant.permalink, variant) if variant.permalink else variant
        if first_there is not variant:
            said = f"the variants `{first_there.name}` and `{variant.name}` are both at `{variant.permalink}`"
            inside = placeholders(patterns.get("permalink", ""))
            lacking = [name for name in variant.params if name not in inside and inside]
            mend = f"put `{{{lacking[0]}}}` into the pattern" if lacking else "give one of them its own `permalink:`"
            raise PatternError(said, mend)


def _shown(params: Mapping[str, Any]) -> str:
    text = ", ".join(f"{name}: {words_of(value)}" for name, value in params.items())
    return f"`{text if len(text) <= 60 else text[:59] + '…'}`"

"""_config.yml text to Settings. Home of pydantic, imported only when a value is not plainly what it should be."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from generator.errors import FrontMatterError
from generator.location import Location
from generator.model.problem import Problem, error, warning
from generator.near_words import nearest
from generator.settings.plain import DoubtError, plain
from generator.settings.values import Settings
from generator.yaml_text import Parsed, Path, load

FILE = "_config.yml"

# What pydantic calls an error, in words for somebody who never heard of it: what is wrong, and the mend.
_NUMBER = ("is not a whole number", "write one, such as 15")
_SWITCH = ("is neither true nor false", "write `true` or `false`")
_TEXT = ("is not text", "put quotes around it, or write text")
_KEYS = ("is not a list of settings of its own", "write `key: value` lines below it, each set in by two spaces")
_IN_WORDS = MappingProxyType(
    {
        "int_parsing": _NUMBER,
        "int_type": _NUMBER,
        "int_from_float": _NUMBER,
        "bool_parsing": _SWITCH,
        "bool_type": _SWITCH,
        "string_type": _TEXT,
        "dataclass_type": _KEYS,
        "mapping_type": _KEYS,
        "dict_type": _KEYS,
    }
)
# Lists that people write as one string, or leave empty.
_LISTS = frozenset({"exclude", "include", "gone", "header_pages", "defaults"})
# Lists of names below another key; in one string commas part them.
_LISTS_OF_NAMES = MappingProxyType(
    {"experiments": ("baseline_tags", "metrics", "config"), "execution": ("env", "preload")}
)


def read_settings(text: str | None) -> tuple[Settings | None, tuple[Problem, ...]]:
    """Settings of a _config.yml, and what is wrong with it; None when it cannot be used.

    Args:
        text: None when there is no such file.

    Every wrong value is reported with line and column; keys nobody knows pass, unless they are within
    two letters of a known one.
    """
    if text is None:
        return Settings(), ()
    try:
        parsed = load(text, at=Location(FILE, line=1))
    except FrontMatterError as exception:
        return None, (error("settings", exception.problem, exception.at, exception.mend),)
    if parsed.value is None:
        parsed = replace(parsed, value={})
    if not isinstance(parsed.value, dict):
        return None, (error("settings", "this is not a list of settings", Location(FILE), "write `key: value` lines"),)
    settings, wrong = _checked(parsed)
    if settings is None or (wrong := tuple(_wrong_services(settings, parsed))):
        return None, wrong
    return replace(settings, values=parsed.value, has_file=True), (
        *_misspelt(parsed),
        *_wrong_address(settings, parsed),
    )


def _checked(parsed: Parsed) -> tuple[Settings | None, tuple[Problem, ...]]:
    cleaned = _cleaned(parsed)
    try:
        settings: Settings = plain(Settings, cleaned)
    except DoubtError:
        return explained(cleaned, parsed)
    return settings, ()


def explained(cleaned: dict[str, Any], parsed: Parsed) -> tuple[Settings | None, tuple[Problem, ...]]:
    """The settings after conversion (``"15"`` is 15), or every value that cannot be converted."""
    import pydantic

    try:
        return pydantic.TypeAdapter(Settings).validate_python(cleaned), ()
    except pydantic.ValidationError as exception:
        return None, tuple(_wrong(dict(detail), parsed) for detail in exception.errors(include_url=False))


def _cleaned(parsed: Parsed) -> dict[str, Any]:
    """Known keys only, empty values left out, repeated lists joined (the stock template writes ``exclude`` twice)."""
    known = {field.name for field in fields(Settings)} - {"values", "has_file"}
    cleaned: dict[str, Any] = {}
    for key, value in parsed.value.items():
        if key not in known or value is None:
            continue
        if key in _LISTS:
            values = parsed.repeated.get(key, (value,))
            cleaned[key] = tuple(item for each in values for item in (each if isinstance(each, list) else [each]))
        else:
            cleaned[key] = _with_lists(key, _without_empty(value))
    if isinstance(cleaned.get("author"), dict):
        cleaned["author"] = str(cleaned["author"].get("name", ""))
    for key in ("google_analytics", "twitter_username", "title", "description", "github_repo", "github_username"):
        if isinstance(cleaned.get(key), (int, float)) and not isinstance(cleaned.get(key), bool):
            cleaned[key] = str(cleaned[key])
    return cleaned


def _without_empty(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_empty(inner) for key, inner in value.items() if inner is not None}
    return value


def _with_lists(key: str, value: Any) -> Any:
    """``baseline_tags: a, b`` is a list of two."""
    names = _LISTS_OF_NAMES.get(key, ())
    if not isinstance(value, dict):
        return value
    lists = {name: value[name] for name in names if isinstance(value.get(name), str)}
    return {
        **value,
        **{name: [part.strip() for part in text.split(",") if part.strip()] for name, text in lists.items()},
    }


def _wrong(detail: dict[str, Any], parsed: Parsed) -> Problem:
    path: Path = tuple(detail["loc"])
    line, column = parsed.places.get(path) or parsed.places.get(path[:1]) or (None, None)
    name = ".".join(str(part) for part in path)
    said, mend = _IN_WORDS.get(str(detail["type"]), ("cannot be used", "correct it, or delete it to use the default"))
    if detail["type"] == "literal_error":
        words = str(detail.get("ctx", {}).get("expected", "")).replace("'", "`")
        said, mend = "is none of the words it may be", f"write {words}"
    return error(
        "settings", f"`{name}: {_as_written(detail['input'])}` {said}", Location(FILE, line=line, column=column), mend
    )


def _as_written(value: object) -> str:
    """A value of YAML as its author may have written it."""
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


def _wrong_address(settings: Settings, parsed: Parsed) -> Iterable[Problem]:
    if settings.url and not settings.url.startswith(("http://", "https://")):
        line, column = parsed.places.get(("url",), (None, None))
        said = f"`url: {settings.url}` is not the address of a site"
        yield warning("settings", said, Location(FILE, line=line, column=column), "write it as https://example.org")


def _wrong_services(settings: Settings, parsed: Parsed) -> Iterable[Problem]:
    """Keys travel to these addresses, and a password in one would be in the repository for all to see."""
    addresses = {"base_url": settings.experiments.base_url, "tracking_url": settings.experiments.tracking_url}
    for name, address in addresses.items():
        why = _why_no_service(address) if address else ""
        if why:
            line, column = parsed.places.get(("experiments", name)) or (None, None)
            mend = "write it as https://tracking.example.org; a password or token goes into an environment variable"
            # Not as it is written: it may hold a password.
            yield error("settings", f"`experiments.{name}` {why}", Location(FILE, line=line, column=column), mend)


def _why_no_service(address: str) -> str:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not the address of a server"
    if parts.scheme not in ("https", "http") or not host or parts.query or parts.fragment or not address.isprintable():
        return "is not the address of a server"
    return "holds a name or password" if "@" in parts.netloc else ""


def _misspelt(parsed: Parsed) -> Iterable[Problem]:
    yield from _misspelt_in(parsed, parsed.value, Settings, ())


def _misspelt_in(parsed: Parsed, values: Mapping[str, Any], shape: Any, path: Path) -> Iterable[Problem]:
    known = [field.name for field in fields(shape)]
    for key, value in values.items():
        if key not in known:
            near = nearest(key, known)
            if near is not None and near not in values:
                line, column = parsed.places.get((*path, key), (None, None))
                place = Location(FILE, line=line, column=column)
                yield warning("unknown-setting", f"unknown setting `{key}`", place, f"write `{near}`")
        elif isinstance(value, Mapping) and key in ("minima", "feed", "default_badges", "execution", "experiments"):
            inner: Any = {field.name: field.default_factory for field in fields(shape)}[key]
            if isinstance(inner, type):
                yield from _misspelt_in(parsed, value, inner, (*path, key))

"""Values that already are what they should be: most _config.yml files need no library to check them."""

from collections.abc import Mapping
from dataclasses import is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


class DoubtError(Exception):
    """A value that has to be converted, or is wrong: whoever can explain it must look."""


def plain(kind: Any, value: Any) -> Any:
    """The value as kind, where nothing has to be converted.

    Args:
        kind: str, bool, int, a literal, a union with None, a tuple of one kind, a mapping, or a dataclass of such.
        value: as YAML gives it; keys that a dataclass does not know are left out.

    Raises:
        DoubtError: it is not plainly that.
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any or (kind in (str, bool, int) and type(value) is kind):
        return value
    if origin is Literal and type(value) is str and value in arguments:
        return value
    if origin in (Union, UnionType):
        (only,) = (argument for argument in arguments if argument is not NoneType)
        return plain(only, value)
    if origin is tuple and isinstance(value, list | tuple):
        return tuple(plain(arguments[0], item) for item in value)
    if origin is Mapping and isinstance(value, dict):
        return {plain(str, key): plain(arguments[1], item) for key, item in value.items()}
    if is_dataclass(kind) and isinstance(kind, type) and isinstance(value, dict):
        hints = get_type_hints(kind)
        return kind(**{key: plain(hints[key], item) for key, item in value.items() if key in hints})
    raise DoubtError

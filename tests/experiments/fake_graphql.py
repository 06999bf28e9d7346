"""As much of GraphQL as clients of W&B speak: a query is read and answered with what it asks for, and nothing else.

Source: the specification of October 2021, sections 2 and 6. A field that the schema lacks, a required variable that
is not given and an object without a selection are errors, as on a real server: who asks wrongly is not served.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(r'[\s,]+|#[^\n]*|("(?:[^"\\]|\\.)*"|\.\.\.|\$?[A-Za-z_]\w*|-?\d[\d.eE+-]*|[{}()\[\]:!=@|&])')
_WORDS = {"true": True, "false": False, "null": None}


class QueryError(Exception):
    """What the service says of a query that it does not understand."""


@dataclass(frozen=True, slots=True)
class Variable:
    name: str


@dataclass(frozen=True, slots=True)
class Spread:
    fragment: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a selection; what is not under a condition that is false."""

    alias: str
    name: str
    arguments: Mapping[str, Any]
    selection: "tuple[Field | Spread, ...]"
    directives: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Operation:
    """What is asked.

    Args:
        variables: name → whether it must be given, and what it is otherwise.
    """

    name: str
    variables: Mapping[str, tuple[bool, Any]]
    selection: tuple[Field | Spread, ...]
    fragments: Mapping[str, tuple[Field | Spread, ...]]


def operation_name(query: str) -> str:
    """Of the first operation; what the request calls it beside the query is often empty."""
    found = re.search(r"\b(?:query|mutation)\s+(\w+)", query)
    return found[1] if found else ""


def answer(query: str, variables: Mapping[str, Any], root: Mapping[str, Any]) -> dict[str, Any]:
    """``{"data": ...}``, or ``{"errors": [...]}``.

    Args:
        root: objects are mappings from names of fields to values; a function is a field with arguments.
    """
    try:
        operation = _Reader(query).operation()
        values = _given(operation, variables)
        return {"data": _selected(root, operation.selection, operation, values)}
    except QueryError as error:
        return {"errors": [{"message": str(error)}]}


def _given(operation: Operation, variables: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, (is_required, default) in operation.variables.items():
        values[name] = variables.get(name, default)
        if is_required and values[name] is None:
            raise QueryError(f'Variable "${name}" of required type was not provided.')
    return values


def _selected(
    value: Any, selection: tuple[Field | Spread, ...], operation: Operation, values: Mapping[str, Any]
) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return [_selected(one, selection, operation, values) for one in value]
    if not isinstance(value, Mapping):
        raise QueryError("A scalar has no subfields.")
    chosen: dict[str, Any] = {}
    for field in _flat(selection, operation):
        if _is_wanted(field, values):
            chosen[field.alias] = _resolved(value, field, operation, values)
    return chosen


def _flat(selection: tuple[Field | Spread, ...], operation: Operation) -> Iterator[Field]:
    for part in selection:
        if isinstance(part, Field):
            yield part
        elif part.fragment in operation.fragments:
            yield from _flat(operation.fragments[part.fragment], operation)
        else:
            raise QueryError(f'Unknown fragment "{part.fragment}".')


def _is_wanted(field: Field, values: Mapping[str, Any]) -> bool:
    included = field.directives.get("include", {"if": True})
    skipped = field.directives.get("skip", {"if": False})
    return bool(_plain(included["if"], values)) and not _plain(skipped["if"], values)


def _resolved(parent: Mapping[str, Any], field: Field, operation: Operation, values: Mapping[str, Any]) -> Any:
    if field.name not in parent:
        raise QueryError(f'Cannot query field "{field.name}".')
    value = parent[field.name]
    if callable(value):
        value = _called(value, field, {name: _plain(one, values) for name, one in field.arguments.items()})
    if field.selection:
        return _selected(value, field.selection, operation, values)
    if isinstance(value, Mapping):
        raise QueryError(f'Field "{field.name}" must have a selection of subfields.')
    return value


def _called(function: Callable[..., Any], field: Field, arguments: Mapping[str, Any]) -> Any:
    try:
        inspect.signature(function).bind(**arguments)
    except TypeError as error:
        raise QueryError(f'Field "{field.name}": {error}.') from error
    return function(**arguments)


def _plain(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, Variable):
        if value.name not in values:
            raise QueryError(f'Variable "${value.name}" is not defined.')
        return values[value.name]
    if isinstance(value, list):
        return [_plain(one, values) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one, values) for name, one in value.items()}
    return value


class _Reader:
    def __init__(self, query: str) -> None:
        self._tokens: list[str] = []
        at = 0
        while at < len(query):
            found = _TOKEN.match(query, at)
            if not found:
                raise QueryError(f"Syntax Error: Unexpected character {query[at]!r}.")
            self._tokens += [found[1]] if found[1] else []
            at = found.end()
        self._at = 0

    def operation(self) -> Operation:
        """The document, which holds one operation and the fragments that it uses."""
        name = ""
        variables: dict[str, tuple[bool, Any]] = {}
        selection: tuple[Field | Spread, ...] = ()
        fragments: dict[str, tuple[Field | Spread, ...]] = {}
        while self._at < len(self._tokens):
            if self._is("fragment"):
                fragment = self._next()
                self._must("on")
                self._next()
                fragments[fragment] = self._selection()
                continue
            if self._is("query") or self._is("mutation"):
                name = self._next() if self._peek() not in "({" else ""
                variables = self._variables()
            selection = self._selection()
        return Operation(name, variables, selection, fragments)

    def _variables(self) -> dict[str, tuple[bool, Any]]:
        found: dict[str, tuple[bool, Any]] = {}
        if not self._is("("):
            return found
        while not self._is(")"):
            name = self._next().removeprefix("$")
            self._must(":")
            is_required = self._type()
            default = self._value() if self._is("=") else None
            found[name] = (is_required, default)
        return found

    def _type(self) -> bool:
        """Read past a type; whether it may not be null."""
        if self._is("["):
            self._type()
            self._must("]")
        else:
            self._next()
        return self._is("!")

    def _selection(self) -> tuple[Field | Spread, ...]:
        self._must("{")
        parts: list[Field | Spread] = []
        while not self._is("}"):
            if not self._is("..."):
                parts.append(self._field())
            elif self._is("on"):
                self._next()
                parts += self._selection()
            else:
                parts.append(Spread(self._next()))
        if not parts:
            raise QueryError("Syntax Error: Expected Name, found }.")
        return tuple(parts)

    def _field(self) -> Field:
        alias = name = self._next()
        if not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise QueryError(f"Syntax Error: Expected Name, found {name}.")
        if self._is(":"):
            name = self._next()
        arguments = self._arguments()
        directives: dict[str, Mapping[str, Any]] = {}
        while self._is("@"):
            directive = self._next()
            directives[directive] = self._arguments()
        selection = self._selection() if self._peek() == "{" else ()
        return Field(alias, name, arguments, selection, directives)

    def _arguments(self) -> dict[str, Any]:
        return self._named_values(")") if self._is("(") else {}

    def _named_values(self, end: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not self._is(end):
            name = self._next()
            self._must(":")
            found[name] = self._value()
        return found

    def _value(self) -> Any:
        token = self._next()
        if token == "[":
            values: list[Any] = []
            while not self._is("]"):
                values.append(self._value())
            return values
        if token == "{":
            return self._named_values("}")
        if token.startswith("$"):
            return Variable(token[1:])
        if token.startswith('"'):
            return token[1:-1].encode().decode("unicode_escape")
        if re.fullmatch(r"-?\d+", token):
            return int(token)
        return _WORDS.get(token, token)

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise QueryError("Syntax Error: Unexpected <EOF>.")
        self._at += 1
        return self._tokens[self._at - 1]

    def _is(self, token: str) -> bool:
        """Read past token, if it is next."""
        if self._peek() != token:
            return False
        self._at += 1
        return True

    def _must(self, token: str) -> None:
        if not self._is(token):
            raise QueryError(f"Syntax Error: Expected {token}, found {self._peek() or '<EOF>'}.")

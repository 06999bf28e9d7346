"""Secrets in text: key shapes, values of the build's environment, passwords in URLs, addresses, home paths.

A Leak never holds what was found.
"""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, quote_plus

from generator.formats.secret_shapes import ALWAYS, RUNS, Shape
from generator.model.problem import Severity

_SHORTEST_VALUE = 6
_MOST_LEAKS = 100

# Every key shape but those in ALWAYS holds a run this long; few ordinary words and no floating-point number do.
_RUN = b"a" * 20
_AS_RUNS = bytes(ord("a") if chr(byte).isalnum() or chr(byte) in "_-" else ord(" ") for byte in range(128)) + b" " * 128
# How far before its run a key may begin (`hooks.slack.com/services/T…/B…/`).
_BEFORE_RUN = 100

_PLACEHOLDER = re.compile(
    r"example|placeholder|redacted|dummy|your|changeme|secret[-_]?key|(?:api|access)[-_]?key|insert|token[-_]?here"
    r"|(.)\1{4}|\.\.\.|[<>{}*$]|xxx",
    re.IGNORECASE | re.DOTALL,
)
# jwt.io's example: the subject 1234567890.
_JWT_EXAMPLE = "eyJzdWIiOiIxMjM0NTY3ODkw"
# What may stand before a token although it ends in a letter: %3D, \n as text, the end of an ANSI colour.
_LETTERS_THAT_END_SOMETHING = re.compile(r"(?:%[0-9A-Fa-f]{2}|\\[nrt]|\x1b\[[0-9;]{0,20}m)\Z")
_URL_PASSWORD = re.compile(r"://([^\s/:@\"'<>\\]{1,100}):([^\s/@\"'<>\\]{1,200})@[\w\[.-]")
_ORDINARY_PASSWORDS = frozenset({"password", "passwd", "pass", "pwd", "secret", "guest", "postgres", "root", "user"})

_LOCAL_PART = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-"
_URL_LETTERS = _LOCAL_PART + ":/$?=&;!~*"
_AFTER_AT = re.compile(r"[A-Za-z0-9-]{1,63}+(?:\.[A-Za-z0-9-]{1,63}+){1,5}+(?![\w@])")
_NOBODYS_DOMAIN = re.compile(
    r"(?:.*\.)?(?:example(?:\.[a-z]+)?|test|invalid|localhost|local|domain\.com|users\.noreply\.github\.com"
    r"|email\.com|company\.com|mail\.com)",
    re.IGNORECASE,
)
_NOBODYS_NAME = frozenset({"git", "noreply", "no-reply", "user", "username", "name", "you", "your", "me", "someone"})
_FILE_ENDINGS = frozenset({"png", "jpg", "jpeg", "gif", "webp", "svg", "js", "mjs", "css", "json", "html", "py", "ts"})
_PRIVATE_ADDRESS = (
    ("10.", re.compile(r"10\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")),
    ("192.168.", re.compile(r"192\.168\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")),
    ("172.", re.compile(r"172\.((?:1[6-9]|2\d|3[01]))\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")),
)

_UNIX_HOME = re.compile(
    r"/(?:(?:(?:mnt/|cygdrive/)?[a-z]/)?Users(?!/Shared\b)|home)/"
    r"[^/\\\s\"'<>:;,|&(){}\[\]\x1b]{1,64}(?=[/\\\s\"'<>:;,|&(){}\[\]\x1b]|\Z)"
)
# No path begins in the middle of a word or of another path, but after the end of an ANSI colour, a line end written
# as text, or a scheme it does.
_IN_A_PATH = re.compile(r"[\w.~/-]\Z")
_PATH_BEGINS = re.compile(r"(?:\x1b\[[0-9;]{0,20}m|\\[nrt]|file://)\Z")
_IN_A_LINK = re.compile(r"(?:href|src|action|poster)=\\?[\"']\Z")
_WINDOWS_HOME = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]:(\\\\|\\|/)Users\1(?!(?:Public|Default)\b)"
    r"(?:[^\\/:*?\"'<>|\r\n\x1b]{1,64}(?=\\|/)|[^\\/:*?\"'<>|\s\x1b]{1,64})([^\s\"'<>|*?:;,)\x1b]*)"
)


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret's place, without the secret.

    Args:
        kind: a word for the waiver ``# leak-ok: KIND``: ``aws-key``, ``environment-value``, ``e-mail``…
        start: where it begins in the text, counted from 0.
    """

    kind: str
    severity: Severity
    start: int


class LeakFinder:
    """Looks for leaks in many texts; the forms of the values are worked out once.

    Args:
        values: of secret variables; those shorter than 6 characters are not looked for.
    """

    def __init__(self, values: tuple[str, ...] = ()) -> None:
        self._forms = tuple(sorted({form for value in values for form in _forms(value)}))

    def find(self, text: str) -> tuple[Leak, ...]:
        """Every leak in text, in order; at most 100, and no warning takes the place of an error."""
        found = {leak.start: leak for leak in self._leaks(text)}
        worst = sorted(found.values(), key=lambda leak: leak.severity is not Severity.ERROR)[:_MOST_LEAKS]
        return tuple(sorted(worst, key=lambda leak: leak.start))

    def _leaks(self, text: str) -> Iterator[Leak]:
        # Weakest first: of two at one place the last one stays.
        yield from _private_addresses(text)
        if "@" in text:
            yield from _email_addresses(text)
            yield from _url_passwords(text)
        for shape in ALWAYS:
            if any(mark in text for mark in shape.marks):
                yield from _keys(text, shape, 0, len(text))
        stretches = _stretches_with_runs(text)
        there = "\n".join(text[start:end] for start, end in stretches)
        for shape in RUNS:
            if any(mark in there for mark in shape.marks):
                for start, end in stretches:
                    yield from _keys(text, shape, start, end)
        for form in self._forms:
            start = text.find(form)
            if start >= 0:
                yield Leak("environment-value", Severity.ERROR, start)


def find_leaks(text: str, *, values: tuple[str, ...] = ()) -> tuple[Leak, ...]:
    """Every leak in one text; for many texts make one LeakFinder."""
    return LeakFinder(values).find(text)


def hide_home_paths(text: str) -> str:
    r"""Text with the home folders of people written as ``~``.

    >>> hide_home_paths("/home/ada/blog/x.py, C:\\Users\\Ada L\\blog\\x.py")
    '~/blog/x.py, ~/blog/x.py'
    """
    if "Users" in text and _WINDOWS_HOME.search(text):
        text = _WINDOWS_HOME.sub(lambda match: "~" + match[2].replace("\\\\", "/").replace("\\", "/"), text)
    if "/home/" in text or "/Users/" in text:
        text = _UNIX_HOME.sub(_tilde, text)
    return text


def _tilde(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 24) : match.start()]
    if _IN_A_LINK.search(before) or (_IN_A_PATH.search(before) and not _PATH_BEGINS.search(before)):
        return match[0]
    return "~"


def _forms(value: str) -> Iterator[str]:
    """The ways a value may stand in text: as it is, escaped, encoded; each of 6 characters or more."""
    value = value.strip()
    if len(value) < _SHORTEST_VALUE:
        return
    raw = value.encode("utf-8", "replace")
    yield value
    yield quote(value, safe="")
    yield quote_plus(value)
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield escape(value)
    yield repr(value)[1:-1]
    yield raw.hex()
    yield raw.hex().upper()
    yield from (line for line in value.split("\n") if len(line) >= 2 * _SHORTEST_VALUE)
    yield from _base64_forms(raw)


def _base64_forms(raw: bytes) -> Iterator[str]:
    """Base64 of raw at each of the three places it may have in a longer text, without the digits of neighbours."""
    for offset in range(3):
        padded = b"\0" * offset + raw
        whole = len(padded) // 3 * 3
        digits = base64.b64encode(padded[:whole]).decode()
        inner = digits[(offset * 8 + 5) // 6 :]
        if len(inner) >= _SHORTEST_VALUE:
            yield inner
            yield inner.translate({ord("+"): "-", ord("/"): "_"})


def _stretches_with_runs(text: str) -> list[tuple[int, int]]:
    """Parts of text that hold long runs of letters, digits, ``_`` and ``-``, with what stands before them."""
    runs = text.encode("ascii", "replace").translate(_AS_RUNS)
    stretches: list[tuple[int, int]] = []
    place = runs.find(_RUN)
    while place >= 0:
        end = runs.find(b" ", place)
        end = len(text) if end < 0 else end
        start = max(0, place - _BEFORE_RUN)
        if stretches and start <= stretches[-1][1] + _BEFORE_RUN:
            start = stretches.pop()[0]
        stretches.append((start, end))
        place = runs.find(_RUN, end)
    return stretches


def _keys(text: str, shape: Shape, start: int, end: int) -> Iterator[Leak]:
    for match in shape.pattern.finditer(text, start, end):
        secret = match[match.lastindex or 0]
        if not shape.may_follow_letters and not _stands_alone(text, match.start()):
            continue
        if _looks_real(secret, shape):
            yield Leak(shape.kind, Severity.ERROR, match.start())


def _stands_alone(text: str, start: int) -> bool:
    """Whether no word or base64 runs into the place; most of what looks like a key inside a picture does."""
    before = text[start - 1 : start]
    if not before or not (before.isalnum() or before in "+/_"):
        return True
    return _LETTERS_THAT_END_SOMETHING.search(text, max(0, start - 24), start) is not None


def _looks_real(secret: str, shape: Shape) -> bool:
    if shape.kind == "private-key":
        return _PLACEHOLDER.search(secret[-40:]) is None
    if shape.kind == "jwt" and secret.startswith(_JWT_EXAMPLE):
        return False
    if _PLACEHOLDER.search(secret[:200]) or len(set(secret)) < 8:
        return False
    if not shape.needs_mix:
        return True
    digits = sum(map(str.isdigit, secret))
    letters = sum(map(str.isalpha, secret))
    return digits >= 2 and letters >= 2


def _url_passwords(text: str) -> Iterator[Leak]:
    for match in _URL_PASSWORD.finditer(text):
        password = match[2]
        is_ordinary = password.lower() in _ORDINARY_PASSWORDS or password == match[1]
        if not is_ordinary and not _PLACEHOLDER.search(password) and not password.isdigit():
            yield Leak("url-password", Severity.ERROR, match.start(2))


def _email_addresses(text: str) -> Iterator[Leak]:
    place = text.find("@")
    found = 0
    while place >= 0 and found < _MOST_LEAKS:
        before = text[max(0, place - 64) : place]
        name = before[len(before.rstrip(_LOCAL_PART)) :]
        after = _AFTER_AT.match(text, place + 1) if name else None
        start = place - len(name)
        if after and _is_somebody(name, after[0]) and not _is_in_url(text, start):
            found += 1
            yield Leak("e-mail", Severity.WARNING, start)
        place = text.find("@", place + 1)


def _is_in_url(text: str, start: int) -> bool:
    before = text[max(0, start - 120) : start]
    return before.endswith("/") or "://" in before[len(before.rstrip(_URL_LETTERS)) :]


def _is_somebody(name: str, domain: str) -> bool:
    ending = domain.rpartition(".")[2]
    if (
        len(ending) < 2
        or not ending.isalpha()
        or ending.lower() in _FILE_ENDINGS
        or name.lower() in _NOBODYS_NAME
        or not any(map(str.isalpha, name))
    ):
        return False
    return _NOBODYS_DOMAIN.fullmatch(domain) is None


def _private_addresses(text: str) -> Iterator[Leak]:
    for mark, pattern in _PRIVATE_ADDRESS:
        if mark not in text:
            continue
        for match in pattern.finditer(text):
            before = text[match.start() - 1 : match.start()]
            numbers = [int(number) for number in match.groups()]
            if before not in (".", "-", "=") and not before.isalnum() and max(numbers) <= 255 and any(numbers[1:]):
                yield Leak("private-address", Severity.WARNING, match.start())

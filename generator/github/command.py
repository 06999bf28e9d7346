"""What a comment asks for: `/preview`, `/get-runs`, `/run`, `/run-full-test`, `/deploy`, `/help`.

The first line is the command, whole; up to three blanks may stand before it, since four make code of it. A line that
begins with a command and goes on in prose only talks of it. What is meant as a command and cannot be one is read all
the same, with what is wrong with it: its writer waits for an answer.
"""

import keyword
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from generator.errors import ContentError
from generator.formats.names import safe_file_path


class CommandKind(StrEnum):
    """A command, by the name that its status comment has, too."""

    PREVIEW = "preview"
    GET_RUNS = "get-runs"
    RUN = "run"
    FULL_TEST = "full-test"
    DEPLOY = "deploy"
    HELP = "help"


WORDS: Mapping[CommandKind, str] = MappingProxyType(
    {kind: "/run-full-test" if kind is CommandKind.FULL_TEST else f"/{kind.value}" for kind in CommandKind}
)
"""What is typed."""

USAGE: Mapping[CommandKind, str] = MappingProxyType(
    {
        CommandKind.PREVIEW: "/preview [SHA]",
        CommandKind.GET_RUNS: "/get-runs [SHA]",
        CommandKind.RUN: "/run NOTEBOOK [name=value …] [sha=SHA]",
        CommandKind.FULL_TEST: "/run-full-test [sha=SHA]",
        CommandKind.DEPLOY: "/deploy RUN_ID [sha=SHA]",
        CommandKind.HELP: "/help",
    }
)

RUN_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")

_LINE = re.compile(r" {0,3}(/[a-z-]+)(?![^ \t])")
_SHA = re.compile(r"[0-9a-f]{7,40}")
_ONE_WORD = re.compile(r"(?:[ \t]+(\S+))?")
# Blanks, then a word in quotes, `name=` and a value in quotes, or anything without blanks.
_TOKEN = re.compile(r'[ \t]+(?:([^\s"=]+=)?"((?:[^"\\]|\\.)*)"(?![^ \t])|([^ \t]+))')
_ESCAPED = re.compile(r'\\(["\\])')
_QUOTED = re.compile(r'[\s"\\]|^$')
_MOST_PARAMETERS = 50
# As JSON, a character takes at most twelve bytes; Linux takes no environment variable above 128 KB.
_LONGEST_LINE = 6_000
_LONGEST_NOTEBOOK = 400
_LONGEST_NAME = 100
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Args:
        sha: 7 to 40 hex digits in lower case; None when none was written.
        notebook: relative to the repository; of ``/run``.
        parameters: name and text, in the order written; of ``/run``.
        run_id: of ``/deploy``.
        wrong: why it cannot be done as it is written, a clause; then nothing else in it counts.
    """

    kind: CommandKind
    sha: str | None = None
    notebook: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    run_id: str = ""
    wrong: str = ""


def read_command(comment: str) -> Command | None:
    """The command of a comment; None for one that only talks.

    >>> read_command("/preview 1A2B3C4\\r\\nlooks good").sha
    '1a2b3c4'
    >>> read_command("please /preview") is read_command("/preview is broken again") is None
    True
    >>> read_command('/run a.ipynb lr=0.1 note="so far"').parameters
    (('lr', '0.1'), ('note', 'so far'))
    """
    line = comment.split("\n", 1)[0].rstrip(" \t\r")
    found = _LINE.match(line)
    kind = next((kind for kind, word in WORDS.items() if found and found[1] == word), None)
    if found is None or kind is None:
        return None
    rest = line[found.end() :]
    match kind:
        case CommandKind.HELP:
            return None if rest else Command(kind)
        case CommandKind.PREVIEW | CommandKind.GET_RUNS:
            return _with_bare_sha(kind, rest)
        case _:
            return _with_words(kind, rest)


def command_text(command: Command, sha: str | None = None) -> str:
    """The line that asks for a command, such as somebody can copy.

    Args:
        sha: to name instead of the command's own.
    """
    named = sha or command.sha
    words = [WORDS[command.kind]]
    if command.kind in (CommandKind.PREVIEW, CommandKind.GET_RUNS):
        return " ".join([*words, *([named] if named else [])])
    words += [_positional(subject) for subject in (command.notebook, command.run_id) if subject]
    words += [f"{name}={_quoted(value)}" for name, value in command.parameters]
    return " ".join([*words, *([f"sha={named}"] if named else [])])


def is_notebook(path: str) -> bool:
    """Whether path can be that of a notebook in the repository: relative, within it, and as git writes it."""
    try:
        return len(path) <= _LONGEST_NOTEBOOK and path.endswith(".ipynb") and safe_file_path(path) == path
    except ContentError:
        return False


def _positional(word: str) -> str:
    return _in_quotes(word) if "=" in word else _quoted(word)


def _quoted(value: str) -> str:
    return _in_quotes(value) if _QUOTED.search(value) else value


def _in_quotes(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _with_bare_sha(kind: CommandKind, rest: str) -> Command | None:
    found = _ONE_WORD.fullmatch(rest)
    if found is None:
        return None
    word = found[1]
    if word is not None and _SHA.fullmatch(word.lower()) is None:
        return Command(kind, wrong=f"what stands after {WORDS[kind]} is not a commit of 7 to 40 hex digits")
    return Command(kind, word.lower() if word else None)


def _with_words(kind: CommandKind, rest: str) -> Command | None:
    if len(rest) > _LONGEST_LINE:
        return Command(kind, wrong=f"the line has more than {_LONGEST_LINE:,} characters")
    tokens = tuple(_tokens(rest))
    bare = [token.text for token in tokens if token.name is None]
    if len(bare) > 1 and not any(word.endswith(".ipynb") for word in bare):
        return None
    shas = [token.text for token in tokens if token.name == "sha"]
    parameters = tuple((token.name, token.text) for token in tokens if token.name is not None and token.name != "sha")
    wrong = (
        _wrong_characters(tokens)
        or _wrong_sha(shas)
        or _wrong_subject(kind, bare)
        or _wrong_parameters(kind, parameters)
    )
    if wrong:
        return Command(kind, wrong=wrong)
    subject = bare[0] if bare else ""
    return Command(
        kind,
        shas[0].lower() if shas else None,
        notebook=subject if kind is CommandKind.RUN else "",
        parameters=parameters,
        run_id=subject if kind is CommandKind.DEPLOY else "",
    )


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, or with a name what is written as ``name=value``."""

    text: str
    name: str | None = None
    is_quoted: bool = False


def _tokens(rest: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(rest):
        name, quoted, plain = found.groups()
        if quoted is not None:
            yield _Token(_ESCAPED.sub(r"\1", quoted), name.removesuffix("=") if name else None, is_quoted=True)
        else:
            before, sign, after = plain.partition("=")
            yield _Token(after, before) if sign else _Token(plain)


def _wrong_characters(tokens: tuple[_Token, ...]) -> str:
    if any(_is_hidden(character) for token in tokens for character in f"{token.name}{token.text}"):
        return "it holds a character that does not show"
    if any('"' in f"{token.name}{token.text}" for token in tokens if not token.is_quoted):
        return "a double quote is not closed, or stands within a word"
    return ""


def _is_hidden(character: str) -> bool:
    """What moves a cursor, turns the direction of writing or is no character: people must read here what it says."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in _JOINERS


def _wrong_sha(shas: list[str]) -> str:
    if len(shas) > 1:
        return "sha= stands there twice"
    is_one = not shas or _SHA.fullmatch(shas[0].lower())
    return "" if is_one else "what stands after sha= is not a commit of 7 to 40 hex digits"


def _wrong_subject(kind: CommandKind, bare: list[str]) -> str:
    """A command is about a notebook, a run, or nothing."""
    if kind is CommandKind.FULL_TEST:
        return "it takes nothing but sha=SHA" if bare else ""
    is_run = kind is CommandKind.RUN
    if not bare:
        return "it names no notebook" if is_run else "it names no run"
    if len(bare) > 1:
        return "it names more than one thing; a name with spaces stands in double quotes"
    if is_run:
        return "" if is_notebook(bare[0]) else "it names no notebook: a path in the repository that ends in .ipynb"
    return "" if RUN_ID.fullmatch(bare[0]) else "the id of a run has letters, digits, - and _ alone"


def _wrong_parameters(kind: CommandKind, parameters: tuple[tuple[str, str], ...]) -> str:
    if kind is not CommandKind.RUN:
        return "it takes no parameter but sha=SHA" if parameters else ""
    if len(parameters) > _MOST_PARAMETERS:
        return f"it has more than {_MOST_PARAMETERS} parameters"
    names = [name for name, _ in parameters]
    strange = next((name for name in names if not _is_name(name)), None)
    if strange is not None:
        return f"{strange[:40] or 'nothing'} before = is not a name in Python"
    twice = next((name for name in names if names.count(name) > 1), None)
    return f"{twice} stands there twice" if twice else ""


def _is_name(name: str) -> bool:
    # Python reads other spellings of a letter as that letter, so two names could be one.
    is_plain = len(name) <= _LONGEST_NAME and unicodedata.normalize("NFKC", name) == name
    return is_plain and name.isidentifier() and not keyword.iskeyword(name)

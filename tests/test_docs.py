"""What the docs name exists, and what exists is in the docs."""

import re
import types
import typing
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any

import click
import pytest

from generator.cli import commands
from generator.settings.values import Settings

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "_pages/docs"
FOR_AUTHORS = (*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "_pages/about.md")
FOR_DEVELOPERS = (*sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md")

# Facts about the file, not keys of it.
NOT_KEYS = ("values", "has_file")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def named(page: str) -> set[str]:
    """Everything in back quotes."""
    return set(re.findall(r"`([^`\n]+)`", page))


def rows(page: str) -> Iterator[list[str]]:
    """Cells of table rows whose first is in back quotes."""
    for line in page.splitlines():
        if re.match(r"\| `[^`]+`", line):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def flags() -> dict[str, set[str]]:
    """Flags by command, those of a group's own commands, too."""
    found = dict(commands.commands)
    for name, group in commands.commands.items():
        if isinstance(group, click.Group):
            found |= {f"{name} {word}": command for word, command in group.commands.items()}
    return {
        name: {word for option in command.params for word in option.opts if word.startswith("--")}
        for name, command in found.items()
    }


def flags_of_steps() -> set[str]:
    """Of `inkmill github NAME`, whose words go to the step."""
    steps = (text(path) for path in (ROOT / "generator/steps").glob("*.py"))
    return {flag for step in steps for flag in re.findall(r"add_argument\(\s*\"(--[a-z-]+)\"", step)}


def keys(settings: Any = Settings, prefix: str = "") -> dict[str, object]:
    """Every key of _config.yml with its default, nested ones with dots."""
    found: dict[str, object] = {}
    hints = typing.get_type_hints(settings)
    for field in fields(settings):
        if not prefix and field.name in NOT_KEYS:
            continue
        kind = element_type(hints[field.name])
        if is_dataclass(kind):
            found |= keys(kind, f"{prefix}{field.name}.")
        else:
            found[prefix + field.name] = None if field.default is MISSING else field.default
    return found


def element_type(hint: Any) -> Any:
    """The type itself, or what a tuple of it holds."""
    inside = [kind for kind in typing.get_args(hint) if kind not in (Ellipsis, types.NoneType)]
    return inside[0] if typing.get_origin(hint) is tuple and inside else hint


def shown(default: object) -> str:
    """A default as the table shows it; what is empty is explained in words."""
    match default:
        case None | () | "":
            return ""
        case bool():
            return f"`{str(default).lower()}`"
        case _:
            return f"`{default}`"


def test_every_flag_of_every_command_is_in_the_docs() -> None:
    page = text(DOCS / "command-line.md")
    known = {word.split()[0] for word in named(page)}

    assert {(command, flag) for command, own in flags().items() for flag in own if flag not in known} == set()


def test_every_flag_in_the_docs_exists() -> None:
    existing = set.union({"--version", "--help"}, *flags().values())
    wrong = {
        (path.name, flag)
        for path in FOR_AUTHORS
        for line in re.findall(r"`(--[a-z][^`\n]*)`|^`?(inkmill .*)$", text(path), re.MULTILINE)
        for flag in re.findall(r"(?<![\w-])--[a-z][a-z-]+", " ".join(line))
        if flag not in existing | flags_of_steps()
    }

    assert wrong == set()


def test_every_command_is_in_the_docs_and_every_one_in_the_docs_exists() -> None:
    said = {word for path in FOR_AUTHORS for word in re.findall(r"^(?:`)?inkmill ([a-z]+)", text(path), re.MULTILINE)}
    said -= {"turns", "is"}  # sentences that begin with the name

    assert said == set(commands.commands)


def test_every_command_says_what_it_does() -> None:
    assert [name for name, command in commands.commands.items() if not command.help] == []
    groups = (command for command in commands.commands.values() if isinstance(command, click.Group))
    below = [command for group in groups for command in group.commands.values()]
    assert [command.name for command in below if not command.help] == []
    options = [option for command in (*commands.commands.values(), *below) for option in command.params]
    assert [option.name for option in options if isinstance(option, click.Option) and not option.help] == []


def test_every_setting_is_in_its_table_with_its_default() -> None:
    table = {row[0].strip("`"): row[1] for row in rows(text(DOCS / "settings.md"))}
    wrong = {
        key: (table.get(key), shown(default))
        for key, default in keys().items()
        if key not in table or (table[key] != shown(default) and not key.startswith("defaults."))
    }

    assert wrong == {}


def test_every_setting_in_the_docs_exists() -> None:
    groups = {key.split(".")[0] for key in keys()}
    said = {row[0].strip("`") for row in rows(text(DOCS / "settings.md"))}

    assert said - keys().keys() - groups == set()


def test_every_word_of_make_is_in_the_docs_and_every_one_in_the_docs_exists() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", text(ROOT / "Makefile"), re.MULTILINE)
    assert phony
    pages = (*FOR_AUTHORS, *FOR_DEVELOPERS)
    said = {word for path in pages for word in re.findall(r"(?:`|^)make ([a-z-]+)", text(path), re.MULTILINE)}

    assert said == set(phony[1].split())


@pytest.mark.parametrize("path", [*FOR_DEVELOPERS, ROOT / "README.md"], ids=lambda path: path.name)
def test_every_file_that_is_named_for_developers_exists(path: Path) -> None:
    looks_like_a_path = re.compile(r"(?:tests|docs|bench|\.ci|changelog\.d|templates|generator)/[\w./-]*")
    wrong = {name for name in named(text(path)) if looks_like_a_path.fullmatch(name) and not (ROOT / name).exists()}

    assert wrong == set()


def test_every_change_that_waits_for_a_release_is_one_short_fragment() -> None:
    names = [path.name for path in (ROOT / "changelog.d").iterdir() if path.name != "README.md"]
    wrong = [name for name in names if not re.fullmatch(r"\d{4}-\d\d-\d\d-[a-z0-9-]+\.md", name)]
    long = [name for name in names if len(text(ROOT / "changelog.d" / name)) > 400]

    assert (wrong, long) == ([], [])

"""The docs of experiments in pull requests name every command, flag, output and input there is, and none besides."""

import re
from pathlib import Path

import yaml

from generator.github.command import WORDS, CommandKind
from generator.github.command_words import works_on_forks
from generator.steps import wandb_words

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "_pages/docs/experiments-in-pull-requests.md"
ACTION = ROOT / "wandb/action.yml"


def section(title: str) -> str:
    return PAGE.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_table_of_commands_has_every_command_and_says_whether_it_works_on_forks() -> None:
    rows = re.findall(r"^\| `(/[a-z-]+)[^`]*` \|.*\| (\w+) \|$", section("Commands in comments"), re.MULTILINE)
    about_experiments = [kind for kind in CommandKind if kind is not CommandKind.PREVIEW]

    assert dict(rows) == {WORDS[kind]: works_on_forks(kind).partition(",")[0] for kind in about_experiments}


def test_the_table_of_flags_has_every_flag_of_the_command() -> None:
    cells = re.findall(r"^\| (`--.*?) \|", section("At a desk"), re.MULTILINE)
    flags = {option for action in wandb_words._parser()._actions for option in action.option_strings}

    assert sorted(re.findall(r"--[a-z-]+", " ".join(cells))) == sorted(
        flag for flag in flags if flag.startswith("--") and flag != "--help"
    )


def test_every_output_of_the_action_is_named_and_every_named_one_exists() -> None:
    named = re.findall(r"`((?:BOOL|NUM)_[A-Z_]+)`", section("In a workflow of your own"))

    assert sorted(named) == sorted(yaml.safe_load(ACTION.read_text(encoding="utf-8"))["outputs"])


def test_every_input_that_the_docs_write_is_one_of_the_action() -> None:
    words = section("In a workflow of your own")
    written = re.findall(r"^    ([A-Z_]+):", words, re.MULTILINE) + re.findall(
        r"`([A-Z_]+)`", words.partition("New beside")[2]
    )

    assert len(written) > 10
    assert set(written) - set(yaml.safe_load(ACTION.read_text(encoding="utf-8"))["inputs"]) == set()

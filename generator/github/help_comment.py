"""What `/help` is answered with."""

from collections.abc import Mapping
from types import MappingProxyType

from generator.github.command import USAGE, CommandKind
from generator.github.command_words import HEADINGS, works_on_forks

_DOES: Mapping[CommandKind, str] = MappingProxyType(
    {
        CommandKind.PREVIEW: "shows the pull request as pages of the blog",
        CommandKind.GET_RUNS: "compares the experiment runs of the newest commit, or of SHA, with the baselines",
        CommandKind.RUN: "runs a notebook of the pull request with parameters, and compares what it logged",
        CommandKind.FULL_TEST: "starts this repository's own workflow for full tests",
        CommandKind.DEPLOY: "deploys what one finished run of the newest commit made",
        CommandKind.HELP: "says this",
    }
)


def help_text() -> str:
    """Every command on one line, and whether it works on a pull request of a fork."""
    rows = [f"| `{USAGE[kind]}` | {does} | {works_on_forks(kind)} |" for kind, does in _DOES.items()]
    table = "\n".join(["| Comment | What it does | On forks |", "| --- | --- | --- |", *rows])
    return (
        f"**{HEADINGS[CommandKind.HELP]}** for people with write permission; the first line of a comment, alone:\n\n"
        f"{table}\n\n"
        "SHA is 7 to 40 digits of a commit. All but `/get-runs` and `/help` do nothing if something was pushed after "
        "the comment, unless it names all 40. A value with spaces stands in double quotes."
    )

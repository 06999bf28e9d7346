"""Which comments are a command."""

import pytest

from generator.github.command import Command, CommandKind, read_command

SHA = "0123456789abcdef0123456789abcdef01234567"
PREVIEW = Command(CommandKind.PREVIEW)
MISSPELT = Command(CommandKind.PREVIEW, wrong="what stands after /preview is not a commit of 7 to 40 hex digits")

COMMANDS = {
    "/preview": PREVIEW,
    "   /preview": PREVIEW,
    "/preview ": PREVIEW,
    "/preview\r\n": PREVIEW,
    "/preview\n/preview 1234567": PREVIEW,
    "/preview\r\nplease": PREVIEW,
    "/preview 1a2b3c4": Command(CommandKind.PREVIEW, "1a2b3c4"),
    "/preview  1A2B3C4\t": Command(CommandKind.PREVIEW, "1a2b3c4"),
    f"/preview {SHA}": Command(CommandKind.PREVIEW, SHA),
    f"/preview {SHA.upper()}\r\nlooks good": Command(CommandKind.PREVIEW, SHA),
    f"/preview {SHA}0": MISSPELT,
    "/preview 1a2b3c": MISSPELT,
    "/preview main": MISSPELT,
    "/preview <1a2b3c4>": MISSPELT,
    "/preview `1a2b3c4`": MISSPELT,
    "/preview １a2b3c4": MISSPELT,
    "/preview 1a2b3c4\x00": MISSPELT,
    "/preview refs/heads/x;id": MISSPELT,
}

TALK = (
    "",
    "preview",
    "/previewx",
    "/preview-now",
    "/preview:",
    "/PREVIEW",
    "\t/preview 1a2b3c4",
    "    /preview",
    "> /preview",
    "`/preview`",
    "```\n/preview\n```",
    "looks good\n/preview",
    "please /preview",
    "/preview is broken again",
    "/preview 1a2b3c4 1a2b3c4",
    "/preview 1a2b3c4 # the last one",
    "/preview\u20281a2b3c4",
    "/preview\x0b1a2b3c4",
    "/preview\r1a2b3c4",
    "\ufeff/preview",
    "\u200b/preview",
    "／preview",
)


@pytest.mark.parametrize("number", range(len(COMMANDS)))
def test_a_first_line_that_is_the_command_is_read(number: int) -> None:
    comment, command = list(COMMANDS.items())[number]

    assert read_command(comment) == command


@pytest.mark.parametrize("number", range(len(TALK)))
def test_a_comment_that_only_talks_of_the_command_asks_for_nothing(number: int) -> None:
    assert read_command(TALK[number]) is None

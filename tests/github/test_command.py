"""Which comments are a command."""

import pytest

from generator.github.command import PreviewCommand, read_command

SHA = "0123456789abcdef0123456789abcdef01234567"
MISSPELT = PreviewCommand(is_misspelt=True)

COMMANDS = {
    "/preview": PreviewCommand(),
    "/preview ": PreviewCommand(),
    "/preview\r\n": PreviewCommand(),
    "/preview\n/preview 1234567": PreviewCommand(),
    "/preview\r\nplease": PreviewCommand(),
    "/preview 1a2b3c4": PreviewCommand("1a2b3c4"),
    "/preview  1A2B3C4\t": PreviewCommand("1a2b3c4"),
    f"/preview {SHA}": PreviewCommand(SHA),
    f"/preview {SHA.upper()}\r\nlooks good": PreviewCommand(SHA),
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
    " /preview",
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

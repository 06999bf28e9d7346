"""Which comments are a command."""

import string
from dataclasses import replace
from keyword import iskeyword

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.github.command import USAGE, WORDS, Command, CommandKind, command_text, is_notebook, read_command

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


RUN, DEPLOY = CommandKind.RUN, CommandKind.DEPLOY

OTHERS = {
    "/get-runs": Command(CommandKind.GET_RUNS),
    f"/get-runs {SHA[:7].upper()}\r\nthanks": Command(CommandKind.GET_RUNS, SHA[:7]),
    "/help": Command(CommandKind.HELP),
    "  /help  ": Command(CommandKind.HELP),
    "/run-full-test": Command(CommandKind.FULL_TEST),
    f"/run-full-test sha={SHA}": Command(CommandKind.FULL_TEST, SHA),
    # AC13
    "/deploy r1": Command(DEPLOY, run_id="r1"),
    "  /deploy r1  ": Command(DEPLOY, run_id="r1"),
    "/deploy\tr1\tsha=ABCDEF0\t": Command(DEPLOY, "abcdef0", run_id="r1"),
    "/deploy sha=abcdef0 r1": Command(DEPLOY, "abcdef0", run_id="r1"),
    f"/deploy {'x' * 128}": Command(DEPLOY, run_id="x" * 128),
    "/run a.ipynb": Command(RUN, notebook="a.ipynb"),
    "/run _notebooks/a.ipynb lr=0.1 name=": Command(
        RUN, notebook="_notebooks/a.ipynb", parameters=(("lr", "0.1"), ("name", ""))
    ),
    '/run "my notes/a=b.ipynb" note="so \\"far\\" C:\\\\x \\d" größe=1': Command(
        RUN, notebook="my notes/a=b.ipynb", parameters=(("note", 'so "far" C:\\x \\d'), ("größe", "1"))
    ),
    "/run a.ipynb x=a=b y=[1,2] z='q' sha=1234567": Command(
        RUN, "1234567", notebook="a.ipynb", parameters=(("x", "a=b"), ("y", "[1,2]"), ("z", "'q'"))
    ),
    "/run a.ipynb _=$(id) b=`id` c=${{x}} d=;rm": Command(
        RUN, notebook="a.ipynb", parameters=(("_", "$(id)"), ("b", "`id`"), ("c", "${{x}}"), ("d", ";rm"))
    ),
    f"/run a.ipynb {' '.join(f'p{number}=1' for number in range(50))}": Command(
        RUN, notebook="a.ipynb", parameters=tuple((f"p{number}", "1") for number in range(50))
    ),
}

WRONG = {
    # AC13
    "/deploy": "names no run",
    "/deploy r1;rm": "letters, digits",
    f"/deploy {'x' * 129}": "letters, digits",
    "/deploy <r1>": "letters, digits",
    "/deploy r1 x=1": "no parameter",
    "/deploy r1 sha=main": "not a commit",
    "/deploy r1 sha=": "not a commit",
    "/deploy r1 sha=1234567 sha=1234567": "twice",
    "/deploy sha=1234567": "names no run",
    "/deploy r\u20281": "does not show",
    "/deploy r1\x00": "does not show",
    "/run": "names no notebook",
    "/run train": "ends in .ipynb",
    "/run /etc/a.ipynb": "ends in .ipynb",
    "/run ../a.ipynb": "ends in .ipynb",
    "/run a/../b.ipynb": "ends in .ipynb",
    "/run ./a.ipynb": "ends in .ipynb",
    "/run a//b.ipynb": "ends in .ipynb",
    "/run a\\b.ipynb": "ends in .ipynb",
    "/run C:/b.ipynb": "ends in .ipynb",
    "/run https://c.d/b.ipynb": "ends in .ipynb",
    f"/run {'a/' * 250}b.ipynb": "ends in .ipynb",
    "/run my notes.ipynb": "more than one thing",
    "/run a.ipynb b.ipynb": "more than one thing",
    "/run a.ipynb 1a=2": "not a name",
    "/run a.ipynb a-b=2": "not a name",
    "/run a.ipynb =2": "not a name",
    "/run a.ipynb class=2": "not a name",
    "/run a.ipynb ﬁ=2": "not a name",
    "/run a.ipynb lr=1 lr=2": "lr stands there twice",
    "/run a.ipynb note=so\u202efar": "does not show",
    "/run a.ipynb note=\ud800": "does not show",
    '/run a.ipynb note="a\tb"': "does not show",
    '/run a.ipynb note="so far': "double quote",
    '/run a.ipynb note="so"far': "double quote",
    '/run a.ipynb no"te=1': "double quote",
    '/run "a.ipynb': "double quote",
    f"/run a.ipynb {' '.join(f'p{number}=1' for number in range(51))}": "more than 50",
    f"/run a.ipynb x={'y' * 7000}": "more than 6,000 characters",
    "/run-full-test now": "nothing but sha=SHA",
    "/run-full-test x=1": "no parameter",
    "/get-runs main": "what stands after /get-runs is not a commit",
}

MORE_TALK = (
    "/deployx r1",
    "/deploy-now r1",
    "> /deploy r1",
    "    /deploy r1",
    "ship it\n/deploy r1",
    "/Deploy r1",
    "/deploy is broken again",
    "/deploy r1 please",
    "/run is what I would like to see",
    "/runs",
    "/run_full_test",
    "/run-full-test takes too long = forever",
    "/get-runs of main",
    "/help me",
    "/helper",
    "/",
    "/ deploy r1",
)


@pytest.mark.parametrize("number", range(len(OTHERS)))
def test_a_command_is_read_with_all_that_it_names(number: int) -> None:
    comment, command = list(OTHERS.items())[number]

    assert read_command(comment) == command


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_what_is_meant_as_a_command_and_is_none_says_why_and_nothing_else(number: int) -> None:
    comment, why = list(WRONG.items())[number]

    command = read_command(comment)

    assert command is not None
    assert why in command.wrong
    assert command == Command(command.kind, wrong=command.wrong)


@pytest.mark.parametrize("number", range(len(MORE_TALK)))
def test_a_line_that_goes_on_in_prose_asks_for_nothing(number: int) -> None:
    assert read_command(MORE_TALK[number]) is None


def test_every_command_is_typed_and_explained_by_its_own_word() -> None:
    assert {kind: usage.split(" ")[0] for kind, usage in USAGE.items()} == dict(WORDS)
    assert len(set(WORDS.values())) == len(CommandKind) == 6


ANYTHING = st.text() | st.text(string.printable)
LINES = st.builds(
    lambda before, word, gap, rest: f"{before}{word}{gap}{rest}",
    st.sampled_from(["", " ", "   ", "    ", "> ", "\t"]),
    st.sampled_from(sorted(WORDS.values())),
    st.sampled_from(["", " ", "\t", "  ", "\r", "\n", "x"]),
    ANYTHING | st.text(' \t"\\\\=abf.ipynbsha1', max_size=60),
)
VISIBLE = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), max_size=30)
SHAS = st.none() | st.text("0123456789abcdef", min_size=7, max_size=40)
NOTEBOOKS = VISIBLE.map(lambda name: f"{name}.ipynb").filter(is_notebook)
NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: name != "sha" and not iskeyword(name)
)


@given(ANYTHING | LINES)
def test_no_comment_breaks_the_reading_and_what_is_accepted_reads_to_itself(comment: str) -> None:
    command = read_command(comment)

    if command is not None and not command.wrong:
        assert read_command(command_text(command)) == command


@example('=".ipynb', [], None)
@example('a="b c".ipynb', [("x", '="')], "1a2b3c4")
@given(
    NOTEBOOKS,
    st.lists(st.tuples(NAMES, VISIBLE), max_size=8, unique_by=lambda pair: pair[0]),
    SHAS,
)
def test_every_notebook_and_every_value_can_be_written(
    notebook: str, parameters: list[tuple[str, str]], sha: str | None
) -> None:
    command = Command(RUN, sha, notebook, tuple(parameters))

    assert read_command(command_text(command)) == command
    assert read_command(command_text(command, SHA)) == replace(command, sha=SHA)

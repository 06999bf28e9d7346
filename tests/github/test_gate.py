"""Who may have a pull request shown, and at which commit."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from generator.errors import MachineError
from generator.github.gate import Refusal, may_command, moment_of
from generator.github.preview_gate import PreviewGo, decide
from tests.github.previews import FORK, OTHER, REPOSITORY, SHA, TWIN, event, file, pull, with_change

WRITER = {"permission": "write", "role_name": "write"}


@dataclass
class Answers:
    """GitHub's answers, and what was asked.

    Args:
        pulls: one answer after the other; the last one stays.
    """

    role: Any = field(default_factory=lambda: WRITER)
    pulls: list[Any] = field(default_factory=lambda: [pull()])
    listed: list[Any] = field(default_factory=list)
    known: tuple[str, ...] = (SHA, OTHER)
    breaks_at: str = ""
    asked: list[str] = field(default_factory=list)

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if what == self.breaks_at:
            raise MachineError("GitHub did not answer")

    def permission(self, login: str) -> object:
        self._ask("permission")
        return self.role

    def pull(self, number: int) -> object:
        self._ask("pull")
        return self.pulls.pop(0) if len(self.pulls) > 1 else self.pulls[0]

    def commit(self, sha: str) -> object:
        self._ask("commit")
        found = [known for known in self.known if known.startswith(sha)]
        return {"sha": found[0]} if len(found) == 1 else None

    def files(self, number: int) -> Iterable[object]:
        self._ask("files")
        return self.listed


HERE = pull(fork=False)
LATER = "2026-11-26T12:00:01Z"
STALE = "not the newest commit"
PUSHED = "pushed after the comment"

GOES: dict[str, tuple[dict[str, Any], Answers]] = {
    "fork, whole SHA": (event(), Answers()),
    "fork, seven digits": (event(f"/preview {SHA[:7]}"), Answers()),
    "fork, upper case": (event(f"/preview {SHA.upper()}"), Answers()),
    "here, no SHA": (event("/preview"), Answers(pulls=[HERE])),
    "here, seven digits": (event(f"/preview {SHA[:7]}"), Answers(pulls=[HERE])),
    "here, whole SHA, though something was pushed": (
        event(),
        Answers(pulls=[pull(fork=False, pushed_at=LATER)]),
    ),
    "pushed in the second of the comment": (event(), Answers(pulls=[pull(pushed_at="2026-11-26T12:00:00Z")])),
    "times in other zones": (
        event(created_at="2026-11-26T13:30:00+01:00"),
        Answers(pulls=[pull(pushed_at="2026-11-26T12:29:00Z")]),
    ),
    "admin": (event(), Answers({"permission": "admin", "role_name": "admin"})),
    "maintainer": (event(), Answers({"permission": "write", "role_name": "maintain"})),
    "a role of the organisation's own": (event(), Answers({"permission": "write", "role_name": "editors"})),
    "a server that knows no roles": (event(), Answers({"permission": "write"})),
    "a conversation below": (event(f"/preview {SHA}\r\nlooks good"), Answers()),
    "a draft": (event(), Answers(pulls=[with_change(pull(), "draft", True)])),
}

SILENT: dict[str, dict[str, Any]] = {
    "an edit": with_change(event(), "action", "edited"),
    "a deletion": with_change(event(), "action", "deleted"),
    "an issue": with_change(event(), "issue.pull_request", None),
    "a bot": event(user={"login": "helper[bot]", "type": "Bot"}),
    "a bot that quotes": event("> /preview", user={"login": "helper[bot]", "type": "Bot"}),
    "an organisation": event(user={"login": "acme", "type": "Organization"}),
    "nobody": event(user=None),
    "another command": event("/previewx"),
    "second line": event("hello\n/preview"),
    "a quotation": event(f"> /preview {SHA}"),
    "code": event("```\n/preview\n```"),
    "prose": event("/preview is broken again"),
    "no text": event(None),  # type: ignore[arg-type]
    "a login that is none": event(user={"login": "../../x", "type": "User"}),
    "a time without zone": event(created_at="2026-11-26T12:00:00"),
    "no time": event(created_at=None),
    "no number": with_change(event(), "issue.number", "7"),
    "a number that is true": with_change(event(), "issue.number", True),
    "a number that is none": with_change(event(), "issue.number", 0),
    "a comment without number": event(id=None),
    "a login that is no text": event(user={"login": 5, "type": "User"}),
    "no comment": {"action": "created", "issue": event()["issue"]},
    "nothing": {},
}

STRANGERS: dict[str, Any] = {
    "read": {"permission": "read", "role_name": "read"},
    "none": {"permission": "none", "role_name": "none"},
    "triage": {"permission": "read", "role_name": "triage"},
    "triage called write": {"permission": "write", "role_name": "triage"},
    "a role without permission": {"role_name": "admin"},
    "a permission unknown": {"permission": "owner", "role_name": "owner"},
    "a role that is no text": {"permission": "write", "role_name": 1},
    "unknown to GitHub": None,
    "no answer that can be understood": ["admin"],
}

REFUSED: dict[str, tuple[dict[str, Any], Answers, str, str]] = {
    "closed": (event(), Answers(pulls=[with_change(pull(), "state", "closed")]), "closed", ""),
    "gone": (event(), Answers(pulls=[None]), "cannot be found", ""),
    "another pull request": (event(), Answers(pulls=[with_change(pull(), "number", 8)]), "cannot be found", ""),
    "fork deleted": (event(), Answers(pulls=[with_change(pull(), "head.repo", None)]), "is gone", ""),
    "fork without SHA": (event("/preview"), Answers(), "must be named", SHA),
    "fork, stale": (event(f"/preview {OTHER}"), Answers(), STALE, SHA),
    "fork, stale, short": (event(f"/preview {OTHER[:7]}"), Answers(), STALE, SHA),
    "here, stale": (event(f"/preview {OTHER}"), Answers(pulls=[HERE]), STALE, SHA),
    "fork, pushed later": (event(), Answers(pulls=[pull(pushed_at=LATER)]), PUSHED, SHA),
    "here, pushed later": (event("/preview"), Answers(pulls=[pull(fork=False, pushed_at=LATER)]), PUSHED, SHA),
    "here, pushed later, short": (
        event(f"/preview {SHA[:10]}"),
        Answers(pulls=[pull(fork=False, pushed_at=LATER)]),
        PUSHED,
        SHA,
    ),
    "pushed, nobody knows when": (event(), Answers(pulls=[pull(pushed_at=None)]), PUSHED, SHA),
    "pushed at a time without zone": (event(), Answers(pulls=[pull(pushed_at="2026-11-26T11:00:00")]), PUSHED, SHA),
    "two commits with these digits": (
        event(f"/preview {SHA[:7]}"),
        Answers(known=(SHA, TWIN)),
        "one commit alone",
        SHA,
    ),
    "digits of a commit nobody knows": (event(f"/preview {SHA[:7]}"), Answers(known=()), "one commit alone", SHA),
    "digits of another": (event(f"/preview {SHA[:7]}"), Answers(known=(TWIN,)), "one commit alone", SHA),
    "no SHA at all": (event("/preview main"), Answers(), "not a commit", SHA),
    "no SHA at all, closed": (
        event("/preview main"),
        Answers(pulls=[with_change(pull(), "state", "closed")]),
        "not a commit",
        "",
    ),
    "no SHA at all, gone": (event("/preview main"), Answers(pulls=[None]), "not a commit", ""),
    "pushed while files are listed": (event(), Answers(pulls=[pull(), pull(OTHER)]), STALE, OTHER),
    "pushed while files are listed, no SHA": (
        event("/preview"),
        Answers(pulls=[HERE, pull(OTHER, fork=False)]),
        "has changed",
        OTHER,
    ),
    "closed while files are listed": (
        event(),
        Answers(pulls=[pull(), with_change(pull(), "state", "closed")]),
        "closed",
        "",
    ),
    "moved while files are listed": (
        event(),
        Answers(pulls=[pull(), with_change(pull(), "head.repo.full_name", "eve/blog")]),
        "has changed",
        SHA,
    ),
    "a head that is no commit": (event(), Answers(pulls=[with_change(pull(), "head.sha", "main")]), "understood", ""),
    "a head that is no text": (event(), Answers(pulls=[with_change(pull(), "head.sha", 5)]), "understood", ""),
    "a repository that is no text": (
        event(),
        Answers(pulls=[with_change(pull(), "head.repo.full_name", 5)]),
        "understood",
        "",
    ),
    "no SHA at all, head that is no commit": (
        event("/preview main"),
        Answers(pulls=[with_change(pull(), "head.sha", "main")]),
        "not a commit",
        "",
    ),
    "no SHA at all, head that is no text": (
        event("/preview main"),
        Answers(pulls=[with_change(pull(), "head.sha", 5)]),
        "not a commit",
        "",
    ),
    "a repository that is no name": (
        event(),
        Answers(pulls=[with_change(pull(), "head.repo.full_name", "sam/blog\n::x")]),
        "understood",
        "",
    ),
    "a repository upwards": (
        event(),
        Answers(pulls=[with_change(pull(), "head.repo.full_name", "../blog")]),
        "understood",
        "",
    ),
    "of another repository": (
        event(),
        Answers(pulls=[with_change(pull(), "base.repo.full_name", "eve/blog")]),
        "understood",
        "",
    ),
}


@pytest.mark.parametrize("case", sorted(GOES))
def test_a_writer_gets_a_preview_of_the_commit_that_was_there_when_the_comment_was_written(case: str) -> None:
    comment, answers = GOES[case]

    decision = decide(comment, REPOSITORY, answers)

    assert isinstance(decision, PreviewGo), decision
    assert (decision.request.number, decision.sha) == (7, SHA)
    assert decision.head_repository == (REPOSITORY if "here" in case else FORK)


@pytest.mark.parametrize("case", sorted(SILENT))
def test_what_is_no_command_of_a_person_asks_github_nothing_and_is_not_answered(case: str) -> None:
    answers = Answers()

    decision = decide(SILENT[case], REPOSITORY, answers)

    assert isinstance(decision, Refusal)
    assert decision.request is None
    assert answers.asked == []


@pytest.mark.parametrize("case", sorted(STRANGERS))
def test_who_may_not_write_here_gets_nothing_looked_at(case: str) -> None:
    answers = Answers(STRANGERS[case])

    decision = decide(event(), REPOSITORY, answers)

    assert isinstance(decision, Refusal)
    assert decision.is_stranger
    assert answers.asked == ["permission"]


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_a_commit_that_the_writer_cannot_have_meant_is_refused_with_the_words_to_write(case: str) -> None:
    comment, answers, why, ready = REFUSED[case]

    decision = decide(comment, REPOSITORY, answers)

    assert isinstance(decision, Refusal), decision
    assert why in decision.why
    assert decision.ready_sha == ready
    assert decision.request is not None
    assert not decision.is_stranger


@pytest.mark.parametrize("question", ["permission", "pull", "commit", "files"])
def test_an_answer_that_does_not_come_is_no_permission(question: str) -> None:
    answers = Answers(breaks_at=question)

    with pytest.raises(MachineError):
        decide(event(f"/preview {SHA[:7]}"), REPOSITORY, answers)


def test_the_head_is_read_again_after_the_files() -> None:
    answers = Answers()

    decide(event(), REPOSITORY, answers)

    assert answers.asked == ["permission", "pull", "files", "pull"]


def test_changed_notebooks_go_with_the_decision() -> None:
    answers = Answers(listed=[file("_notebooks/a.ipynb"), file("README.md")])

    decision = decide(event(), REPOSITORY, answers)

    assert isinstance(decision, PreviewGo)
    assert decision.notebooks.paths == ("_notebooks/a.ipynb",)


def test_no_permission_is_read_out_of_what_is_no_answer() -> None:
    assert [may_command(answer) for answer in (None, "admin", 1, {}, {"permission": None})] == [False] * 5


@pytest.mark.parametrize("text", [None, 5, "", "yesterday", "2026-11-26", "2026-11-26T12:00:00", "9" * 5000])
def test_what_says_no_moment_is_none(text: object) -> None:
    assert moment_of(text) is None

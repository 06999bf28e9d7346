"""Which command on experiments is done, for whom, and at which commit."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import MachineError
from generator.github.experiment_gate import ExperimentGo, decide, earlier_than
from generator.github.gate import Refusal
from tests.github.previews import OTHER, REPOSITORY, SHA, TWIN, event, pull, with_change

FIRST, SECOND = "a" * 40, "b" * 40
NOTEBOOK = "_notebooks/train.ipynb"
WRITER = {"permission": "write", "role_name": "write"}
LATER = "2026-11-26T12:00:01Z"

COMMANDS = {
    "get-runs": "/get-runs",
    "run": f"/run {NOTEBOOK}",
    "full-test": "/run-full-test",
    "deploy": "/deploy r1",
    "help": "/help",
}
OWN_ALONE = ("run", "full-test", "deploy")


@dataclass
class Answers:
    """GitHub's answers, and what was asked.

    Args:
        pulls: one answer after the other; the last one stays.
    """

    role: Any = field(default_factory=lambda: WRITER)
    pulls: list[Any] = field(default_factory=lambda: [pull(fork=False)])
    listed: tuple[str, ...] = (FIRST, SECOND, SHA)
    files: Any = field(default_factory=lambda: {NOTEBOOK: {"type": "file"}})
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
        found = [known for known in self.listed if known.startswith(sha)]
        return {"sha": found[0]} if len(found) == 1 else None

    def commits(self, number: int) -> Iterable[object]:
        self._ask("commits")
        return [{"sha": sha} for sha in self.listed]

    def file_at(self, path: str, sha: str) -> object:
        self._ask("file")
        assert sha == SHA
        return self.files.get(path)


def decided(comment: str, answers: Answers | None = None, **about: Any) -> ExperimentGo | Refusal:
    return decide(event(comment, **about), REPOSITORY, answers or Answers())


def refused(comment: str, answers: Answers | None = None) -> Refusal:
    decision = decided(comment, answers)
    assert isinstance(decision, Refusal), decision
    return decision


def gone(comment: str, answers: Answers | None = None) -> ExperimentGo:
    decision = decided(comment, answers)
    assert isinstance(decision, ExperimentGo), decision
    return decision


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from([SHA, "write", "open", "file"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["permission", "role_name", "number", "state", "head", "base", "repo", "sha", "type"]),
            inner,
        )
    ),
)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_writer_gets_each_command_done_at_the_head(name: str) -> None:
    decision = gone(COMMANDS[name])

    assert (decision.request.command.kind.value, decision.request.number, decision.sha) == (name, 7, SHA)
    assert decision.earlier == (() if name == "help" else (SECOND, FIRST))


@pytest.mark.parametrize("name", sorted(COMMANDS))
@pytest.mark.parametrize("role", [None, {"permission": "read"}, {"permission": "write", "role_name": "triage"}])
def test_who_may_not_write_here_gets_nothing_looked_at(role: Any, name: str) -> None:
    answers = Answers(role)

    assert refused(COMMANDS[name], answers).is_stranger
    assert answers.asked == ["permission"]


@pytest.mark.parametrize("name", OWN_ALONE)
def test_a_fork_gets_no_command_that_runs_or_uses_its_code(name: str) -> None:
    for fork in (pull(), pull(pushed_at=LATER)):
        for comment in (COMMANDS[name], f"{COMMANDS[name]} sha={SHA}"):
            refusal = refused(comment, Answers(pulls=[fork]))

            assert "comes from another repository" in refusal.why
            assert refusal.ready_sha == ""


@pytest.mark.parametrize("name", ["get-runs", "help"])
def test_a_reading_command_works_on_a_fork_and_whenever_something_was_pushed(name: str) -> None:
    assert gone(COMMANDS[name], Answers(pulls=[pull(pushed_at=LATER)])).sha == SHA


@pytest.mark.parametrize("name", OWN_ALONE)
def test_what_was_pushed_after_the_comment_is_not_what_its_writer_meant(name: str) -> None:
    pushed = Answers(pulls=[pull(fork=False, pushed_at=LATER)])

    refusal = refused(COMMANDS[name], pushed)

    assert (refusal.ready_sha, "pushed after the comment" in refusal.why) == (SHA, True)
    assert gone(f"{COMMANDS[name]} sha={SHA}", pushed).sha == SHA
    assert "pushed after" in refused(f"{COMMANDS[name]} sha={SHA[:9]}", pushed).why


@pytest.mark.parametrize("name", OWN_ALONE)
def test_a_commit_that_is_not_the_head_is_refused(name: str) -> None:
    refusal = refused(f"{COMMANDS[name]} sha={SECOND}")

    assert (refusal.ready_sha, "not the newest commit" in refusal.why) == (SHA, True)


@pytest.mark.parametrize("name", OWN_ALONE)
def test_digits_that_two_commits_share_name_neither(name: str) -> None:
    answers = Answers(listed=(FIRST, TWIN, SHA))

    assert "one commit alone" in refused(f"{COMMANDS[name]} sha={SHA[:7]}", answers).why
    assert gone(f"{COMMANDS[name]} sha={SHA[:8]}", answers).sha == SHA


@pytest.mark.parametrize("name", OWN_ALONE)
def test_a_push_while_the_gate_looks_stops_it(name: str) -> None:
    pushed = Answers(pulls=[pull(fork=False), pull(OTHER, fork=False)])

    assert "has changed" in refused(COMMANDS[name], pushed).why


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_closed_pull_request_gets_nothing(name: str) -> None:
    closed = Answers(pulls=[with_change(pull(fork=False), "state", "closed")])

    assert "closed" in refused(COMMANDS[name], closed).why


def test_runs_of_an_earlier_commit_are_compared_with_those_before_it() -> None:
    decision = gone(f"/get-runs {SECOND[:7]}")

    assert (decision.sha, decision.earlier) == (SECOND, (FIRST,))


def test_runs_are_read_of_commits_of_the_pull_request_alone() -> None:
    refusal = refused(f"/get-runs {OTHER}")

    assert (refusal.ready_sha, "none of the pull request's" in refusal.why) == (SHA, True)
    assert "one commit alone" in refused(f"/get-runs {SHA[:7]}", Answers(listed=(TWIN, SHA))).why


def test_a_head_that_the_list_does_not_have_yet_is_the_head_all_the_same() -> None:
    answers = Answers(listed=(FIRST, SECOND))

    assert (gone("/get-runs", answers).sha, gone("/get-runs", answers).earlier) == (SHA, ())
    assert gone("/deploy r1", answers).earlier == ()


def test_of_many_commits_the_fifty_before_are_handed_on() -> None:
    listed = tuple(f"{number:040x}" for number in range(200))

    earlier = gone("/get-runs", Answers(listed=(*listed, SHA))).earlier

    assert earlier == tuple(reversed(listed))[:50]


def test_commits_that_are_none_are_left_out() -> None:
    assert earlier_than(SHA, [None, {"sha": 5}, {"sha": "main"}, {"sha": FIRST}, [], {"sha": SHA}]) == (FIRST,)
    assert earlier_than(SHA, [{"sha": FIRST}]) == ()


@pytest.mark.parametrize("found", [None, [], {"type": "dir"}, {"type": "submodule"}, "file"])
def test_a_notebook_that_is_not_in_the_commit_is_told_at_once(found: Any) -> None:
    refusal = refused(f"/run {NOTEBOOK}", Answers(files={NOTEBOOK: found}))

    assert refusal.why == f"there is no file {NOTEBOOK} in {SHA[:7]}"


@pytest.mark.parametrize("comment", ["/deploy", "/deploy r1;rm", "/run train", "/get-runs main", "/run-full-test now"])
def test_what_cannot_be_done_as_it_is_written_is_told_without_a_look_at_the_pull_request(comment: str) -> None:
    answers = Answers()

    refusal = refused(comment, answers)

    assert refusal.request is not None
    assert refusal.why == refusal.request.command.wrong != ""
    assert answers.asked == ["permission"]


SILENT: dict[str, dict[str, Any]] = {
    "an edit": with_change(event("/deploy r1"), "action", "edited"),
    "a deletion": with_change(event("/deploy r1"), "action", "deleted"),
    "an issue": with_change(event("/deploy r1"), "issue.pull_request", None),
    "a bot": event("/deploy r1", user={"login": "helper[bot]", "type": "Bot"}),
    "another command": event("/deployx r1"),
    "second line": event("hello\n/deploy r1"),
    "a quotation": event("> /deploy r1"),
    "prose": event("/run is broken again"),
    "a preview": event("/preview"),
    "nothing": {},
}


@pytest.mark.parametrize("case", sorted(SILENT))
def test_what_is_no_command_on_experiments_asks_github_nothing(case: str) -> None:
    answers = Answers()

    decision = decide(SILENT[case], REPOSITORY, answers)

    assert isinstance(decision, Refusal)
    assert (decision.request, answers.asked) == (None, [])


@pytest.mark.parametrize("question", ["permission", "pull", "commit", "commits", "file"])
def test_an_answer_that_does_not_come_is_no_permission(question: str) -> None:
    with pytest.raises(MachineError):
        decided(f"/run {NOTEBOOK} sha={SHA[:9]}", Answers(breaks_at=question))


def test_the_head_is_read_again_after_all_else() -> None:
    answers = Answers()

    gone(f"/run {NOTEBOOK}", answers)

    assert answers.asked == ["permission", "pull", "commits", "file", "pull"]


@settings(max_examples=40)
@given(st.sampled_from(sorted(COMMANDS)), ODD, ODD, st.lists(ODD, max_size=4), ODD)
def test_answers_of_any_shape_permit_nothing_that_was_not_asked_for(
    name: str, role: Any, found: Any, listed: list[Any], file: Any
) -> None:
    class Odd(Answers):
        def commits(self, number: int) -> Iterable[object]:
            return listed

    for answers in (
        Odd(role),
        Odd(pulls=[found]),
        Odd(pulls=[{**pull(fork=False), "head": found}]),
        Odd(files={NOTEBOOK: file}),
    ):
        decision = decided(COMMANDS[name], answers)
        assert isinstance(decision, Refusal) or (decision.sha, decision.request.number) == (SHA, 7)


@settings(max_examples=40)
@given(ODD)
def test_an_event_of_any_shape_is_no_command(odd: Any) -> None:
    for payload in (
        {"action": "created", "issue": odd, "comment": odd},
        {"action": odd, "issue": {"pull_request": {}, "number": odd}, "comment": {"user": odd, "body": "/deploy r1"}},
        event("/deploy r1", user={"login": odd, "type": odd}),
        event("/deploy r1", created_at=odd),
    ):
        decision = decide(payload, REPOSITORY, Answers())
        assert isinstance(decision, Refusal)
        assert decision.request is None

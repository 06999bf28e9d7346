"""The gate as a step: what it asks, what it answers, what it hands on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.github.fake_api import BOT, FakeApi, serving
from tests.github.previews import COMMENT, FORK, OTHER, SHA, event, file, pull, with_change
from tests.steps.on_github import RUN_URL, Job

ROOT = Path(__file__).resolve().parents[2]
NOTHING = {"go": "false", "pr": "", "sha": "", "head_repository": "", "notebooks": "[]"}


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    api = FakeApi(
        permissions={
            "jane": {"permission": "write", "role_name": "maintain"},
            "sam": {"permission": "read", "role_name": "triage"},
        },
        pulls={7: pull()},
        files={7: [file("_notebooks/a.ipynb"), file("_posts/b.md")]},
        commits={SHA: "", OTHER: ""},
    )
    with serving(api):
        yield Job(api, tmp_path, monkeypatch)


def test_a_writer_is_answered_and_later_jobs_hear_what_to_build(job: Job) -> None:
    result = job.run("gate", event=event())

    assert result.exit_code == 0
    assert job.outputs == {
        "go": "true",
        "pr": "7",
        "sha": SHA,
        "head_repository": FORK,
        "notebooks": '["_notebooks/a.ipynb"]',
    }
    assert job.api.own_reactions(COMMENT) == ["eyes"]
    (comment,) = job.api.own_comments(7)
    assert comment.startswith("<!-- inkmill:preview -->\n")
    assert (
        f"building [`{SHA[:7]}`](https://github.com/jane/blog/pull/7/commits/{SHA}) in [this run]({RUN_URL})" in comment
    )
    assert SHA in job.summary


def test_the_gate_as_a_process_says_what_it_decided_and_nothing_of_its_token(job: Job) -> None:
    words = [sys.executable, "-m", "generator.steps", "gate"]
    environ = {"PATH": os.environ["PATH"], **job.surroundings(event("/preview\n::error::x"))}

    done = subprocess.run(words, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)

    said = "No preview: the pull request comes from another repository, so the commit must be named.\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
    assert job.outputs["go"] == "false"
    assert "canary-token" not in done.stdout + job.summary


def test_a_stranger_gets_a_reaction_and_no_words(job: Job) -> None:
    result = job.run("gate", event=event(user={"login": "sam", "type": "User"}))

    assert (result.exit_code, job.outputs) == (0, NOTHING)
    assert job.api.own_reactions(COMMENT) == ["-1"]
    assert job.api.own_comments(7) == []
    assert job.api.calls("GET") == ["GET /repos/jane/blog/collaborators/sam/permission"]
    assert "sam has no write permission" in job.summary


def test_who_is_unknown_to_github_is_a_stranger(job: Job) -> None:
    result = job.run("gate", event=event(user={"login": "ghost", "type": "User"}))

    assert (result.exit_code, job.outputs, job.api.own_comments(7)) == (0, NOTHING, [])


@pytest.mark.parametrize(
    "comment",
    [
        with_change(event(), "action", "edited"),
        event("/previewx"),
        event("hello\n/preview"),
        event(user={"login": "helper[bot]", "type": "Bot"}),
        {},
    ],
    ids=["edited", "previewx", "second line", "bot", "nothing"],
)
def test_what_is_no_command_is_met_with_silence(comment: dict[str, object], job: Job) -> None:
    result = job.run("gate", event=comment)

    assert (result.exit_code, job.outputs, job.api.requests) == (0, NOTHING, [])


def test_a_stale_command_is_told_the_words_that_would_work(job: Job) -> None:
    result = job.run("gate", event=event(f"/preview {OTHER}"))

    assert (result.exit_code, job.outputs) == (0, NOTHING)
    assert job.api.own_reactions(COMMENT) == ["confused"]
    (comment,) = job.api.own_comments(7)
    assert "is not the newest commit" in comment
    assert f"```\n/preview {SHA}\n```" in comment


def test_several_refusals_leave_one_comment_with_the_last_reason(job: Job) -> None:
    job.run("gate", event=event(f"/preview {OTHER}"))
    job.api.pulls[7] = with_change(pull(), "state", "closed")
    job.run("gate", event=event(), run=501)

    (comment,) = job.api.own_comments(7)
    assert "is closed" in comment
    assert "newest" not in comment


def test_a_refusal_hides_neither_a_preview_nor_one_that_is_being_built(job: Job) -> None:
    job.run("gate", event=event())
    job.run("gate", event=event(f"/preview {OTHER}"), run=501)
    (both,) = job.api.own_comments(7)

    job.run("gate", event=event(), run=502)

    assert "did nothing" in both
    assert "building" in both
    assert "did nothing" not in job.api.own_comments(7)[0]


def test_a_gate_that_was_slow_does_not_overwrite_a_newer_one(job: Job) -> None:
    job.run("gate", event=event(), run=600)
    newer = job.api.own_comments(7)

    job.run("gate", event=event(), run=599)

    assert job.api.own_comments(7) == newer


def test_a_push_while_files_are_listed_stops_it(job: Job) -> None:
    job.api.after["GET /repos/jane/blog/pulls/7/files"] = lambda: job.api.pulls.update({7: pull(OTHER)})

    job.run("gate", event=event())

    assert job.outputs == NOTHING
    assert "newest commit" in job.api.own_comments(7)[0]


def test_seven_digits_that_two_commits_share_are_refused(job: Job) -> None:
    job.api.commits[SHA[:7] + "0" * 33] = ""

    job.run("gate", event=event(f"/preview {SHA[:7]}"))

    assert job.outputs == NOTHING
    assert "one commit alone" in job.api.own_comments(7)[0]


def test_a_marker_that_somebody_pasted_makes_no_comment_ours(job: Job) -> None:
    fakes = [
        {"login": "eve", "type": "User"},
        {"login": "github-actions[bot]", "type": "User"},
        {"login": "eve[bot]", "type": "Bot"},
    ]
    for user in fakes:
        job.api.add_comment(7, "<!-- inkmill:preview -->\nmine", user)
    job.api.add_comment(7, "unrelated, of another workflow")

    job.run("gate", event=event())

    assert [found["body"] for found in job.api.comments][:3] == ["<!-- inkmill:preview -->\nmine"] * 3
    assert [text.startswith("<!-- inkmill:preview -->") for text in job.api.own_comments(7)] == [False, True]


def test_our_comment_is_found_on_a_later_page(job: Job) -> None:
    for number in range(150):
        job.api.add_comment(7, f"talk {number}", {"login": "eve", "type": "User"})
    job.run("gate", event=event())
    for number in range(150):
        job.api.add_comment(7, f"more talk {number}", {"login": "eve", "type": "User"})

    job.run("gate", event=event(), run=501)

    assert len(job.api.own_comments(7)) == 1
    assert "runs/501" in job.api.own_comments(7)[0]


def test_two_comments_of_ours_become_one(job: Job) -> None:
    job.api.add_comment(7, "<!-- inkmill:preview -->\nfirst")
    job.api.add_comment(7, "<!-- inkmill:preview -->\nsecond")

    job.run("gate", event=event())

    assert [found["id"] for found in job.api.comments if found["user"] == BOT] == [1000]
    assert "building" in job.api.own_comments(7)[0]


def test_a_comment_that_two_gates_wrote_at_once_is_one_in_the_end(job: Job) -> None:
    post = "POST /repos/jane/blog/issues/7/comments"
    job.api.after[post] = lambda: job.api.comments.insert(
        0, {**job.api.add_comment(7, "<!-- inkmill:preview -->\nthe other's"), "id": 900}
    )

    job.run("gate", event=event())

    (comment,) = job.api.own_comments(7)
    assert "building" in comment
    assert job.api.comments[0]["id"] == 900


def test_a_reaction_that_is_refused_stops_nothing(job: Job) -> None:
    job.api.refused[("POST", ".*/reactions")] = (403, "Resource not accessible by integration")

    result = job.run("gate", event=event())

    assert job.outputs["go"] == "true"
    assert any("No reaction" in line for line in result.lines)


def test_a_permission_that_cannot_be_asked_is_none(job: Job) -> None:
    job.api.refused[("GET", ".*/permission")] = (403, "Resource not accessible by integration")

    result = job.run("gate", event=event())

    assert (result.exit_code, job.outputs) == (3, NOTHING)
    assert job.api.calls("POST", "PATCH") == []


def test_nothing_is_built_that_the_comment_could_not_announce(job: Job) -> None:
    job.api.refused[("POST", ".*/comments")] = (403, "Resource not accessible by integration")

    result = job.run("gate", event=event())

    assert (result.exit_code, job.outputs) == (3, NOTHING)


@pytest.mark.slow
@pytest.mark.parametrize("is_done", [False, True])
def test_wherever_it_breaks_nothing_goes_on_and_a_second_run_makes_it_right(is_done: bool, job: Job) -> None:
    place = 0
    while True:
        place += 1
        job.api.comments.clear()
        job.api.reactions.clear()
        job.api.requests.clear()
        job.api.fails_from, job.api.does_the_failing = place, is_done
        broken = job.run("gate", event=event(f"/preview {SHA[:8]}"))
        if job.api.fails_from > len(job.api.requests):
            break
        # Reactions are a courtesy: all that comes after them has to be done.
        assert broken.exit_code == 4
        assert job.outputs == NOTHING
        job.api.fails_from = 0
        job.api.requests.clear()
        again = job.run("gate", event=event(f"/preview {SHA[:8]}"))
        assert (again.exit_code, job.outputs["go"]) == (0, "true")
        assert (len(job.api.own_comments(7)), job.api.own_reactions(COMMENT)) == (1, ["eyes"])
    assert place > 8
    assert broken.exit_code == 0

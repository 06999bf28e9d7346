"""The run of a workflow, read from the runner's variables."""

import json
from pathlib import Path

import pytest

from generator.errors import UsageError
from generator.github.context import RunContext, read_context

FULL = {
    "GITHUB_REPOSITORY": "jane/blog",
    "GITHUB_SERVER_URL": "https://github.example/",
    "GITHUB_API_URL": "https://github.example/api/v3/",
    "GH_TOKEN": "secret",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_SHA": "a" * 40,
    "GITHUB_REF_NAME": "main",
    "GITHUB_RUN_ID": "9876543210",
    "GITHUB_RUN_NUMBER": "12",
    "GITHUB_RUN_ATTEMPT": "2",
    "INKMILL_RETRY_SECONDS": "0.01",
}


def test_a_run_is_read_as_the_runner_describes_it(tmp_path: Path) -> None:
    event = {"repository": {"default_branch": "main"}, "ref": "refs/heads/main"}
    (tmp_path / "event.json").write_text(json.dumps(event))

    assert read_context({**FULL, "GITHUB_EVENT_PATH": str(tmp_path / "event.json")}) == RunContext(
        repository="jane/blog",
        server_url="https://github.example",
        api_url="https://github.example/api/v3",
        token="secret",
        event_name="push",
        event=event,
        sha="a" * 40,
        ref_name="main",
        run_id=9876543210,
        run_number=12,
        run_attempt=2,
        default_branch="main",
        retry_seconds=0.01,
    )


def test_a_desk_needs_the_repository_alone() -> None:
    context = read_context({"GITHUB_REPOSITORY": "jane/blog"})

    assert context == RunContext("jane/blog")
    assert (context.run_url, context.default_branch, context.event) == ("", "", {})


def test_a_run_has_a_page() -> None:
    assert read_context(FULL).run_url == "https://github.example/jane/blog/actions/runs/9876543210"


def test_a_printed_context_shows_neither_token_nor_payload(tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text('{"comment": "private words"}')
    shown = repr(read_context({**FULL, "GITHUB_EVENT_PATH": str(tmp_path / "event.json")}))

    assert "secret" not in shown
    assert "private" not in shown


WRONG = {
    "no repository": ("GITHUB_REPOSITORY", ""),
    "half a repository": ("GITHUB_REPOSITORY", "blog"),
    "a repository with a path": ("GITHUB_REPOSITORY", "jane/blog/x"),
    "a repository upwards": ("GITHUB_REPOSITORY", "../blog"),
    "a repository of dots": ("GITHUB_REPOSITORY", "jane/.."),
    "a repository with a line": ("GITHUB_REPOSITORY", "jane/blog\n"),
    "an address without a scheme": ("GITHUB_API_URL", "github.example"),
    "an address of another kind": ("GITHUB_API_URL", "file:///etc"),
    "an address with a password": ("GITHUB_API_URL", "https://jane:x@github.example"),
    "an address with a query": ("GITHUB_SERVER_URL", "https://github.example?x"),
    "an address in the clear": ("GITHUB_API_URL", "http://github.example"),
    "an address that only looks local": ("GITHUB_API_URL", "http://localhost.example"),
    "an address that is broken": ("GITHUB_API_URL", "https://[::1"),
    "an address with a wrong port": ("GITHUB_API_URL", "https://github.example:port"),
    "an address with a line": ("GITHUB_API_URL", "https://github.example/a\nb"),
    "a token of two lines": ("GH_TOKEN", "one\ntwo"),
    "a token with a space": ("GH_TOKEN", "one two"),
    "a short commit": ("GITHUB_SHA", "abc"),
    "a commit that is a branch": ("GITHUB_SHA", "m" * 40),
    "a run that is no number": ("GITHUB_RUN_ID", "one"),
    "a run below none": ("GITHUB_RUN_ID", "-1"),
    "a run in another script": ("GITHUB_RUN_ID", "١٢"),
    "a run above all": ("GITHUB_RUN_ID", "9" * 5000),
    "a wait that is none": ("INKMILL_RETRY_SECONDS", "soon"),
    "a wait that has no end": ("INKMILL_RETRY_SECONDS", "inf"),
    "a payload that is not there": ("GITHUB_EVENT_PATH", "/nowhere/event.json"),
    "a payload that is a folder": ("GITHUB_EVENT_PATH", "/"),
    "a payload with no name": ("GITHUB_EVENT_PATH", "\0"),
}


@pytest.mark.parametrize("case", list(WRONG))
def test_a_wrong_variable_is_named(case: str) -> None:
    variable, value = WRONG[case]

    with pytest.raises(UsageError) as failure:
        read_context({**FULL, variable: value})

    assert failure.value.problem.startswith(f"{variable} ")
    assert failure.value.mend
    assert "one" not in failure.value.problem or variable != "GH_TOKEN"


@pytest.mark.parametrize(
    "payload",
    [b"", b"{", b"[]", b'"x"', b"\xff", b"[" * 100_000, b"1" * 5000],
    ids=["empty", "half", "list", "text", "bytes", "deep", "number"],
)
def test_a_payload_that_is_none_is_told(payload: bytes, tmp_path: Path) -> None:
    (tmp_path / "event.json").write_bytes(payload)

    with pytest.raises(UsageError, match="GITHUB_EVENT_PATH names a file that is not"):
        read_context({**FULL, "GITHUB_EVENT_PATH": str(tmp_path / "event.json")})


def test_a_payload_above_every_limit_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "event.json").open("wb") as file:
        file.truncate(27_000_000)

    with pytest.raises(UsageError, match="above 26 MB"):
        read_context({**FULL, "GITHUB_EVENT_PATH": str(tmp_path / "event.json")})


@pytest.mark.parametrize("repository", ["x", None, {"default_branch": 7}, {}], ids=["text", "null", "number", "empty"])
def test_a_payload_with_another_shape_names_no_default_branch(repository: object, tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text(json.dumps({"repository": repository}))

    assert read_context({**FULL, "GITHUB_EVENT_PATH": str(tmp_path / "event.json")}).default_branch == ""


def test_loopback_needs_no_encryption() -> None:
    assert read_context({**FULL, "GITHUB_API_URL": "http://127.0.0.1:8080"}).api_url == "http://127.0.0.1:8080"

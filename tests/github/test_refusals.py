"""What a refusal of GitHub's says: what was asked, GitHub's words made harmless, and what would allow it."""

import pytest

from generator.errors import RefusedError
from generator.github.api import GitHub, GitHubRefusedError
from generator.github.context import RunContext
from tests.loopback import Loopback, says, serving

TOKEN = "token-of-this-job"


def client(server: Loopback) -> GitHub:
    return GitHub(RunContext("jane/blog", api_url=server.url, token=TOKEN, retry_seconds=0.001))


REFUSALS = {
    "bad token": (401, {"message": "Bad credentials"}, "GH_TOKEN"),
    "no scope": (403, {"message": "Resource not accessible by integration"}, "`pull-requests: write`"),
    "setting": (
        403,
        {"message": "GitHub Actions is not permitted to create or approve pull requests."},
        "allow GitHub Actions to create and approve pull requests",
    ),
    "unknown": (404, {"message": "Not Found"}, "look whether it exists"),
    "turned off": (410, {"message": "Issues has been disabled in this repository."}, "Settings, General, Features"),
    "meanwhile": (409, {"message": "Git Repository is empty."}, "run it again"),
    "unfit": (422, {"message": "Validation Failed"}, "change what GitHub names"),
    "law": (451, {"message": "Unavailable"}, "change what GitHub names"),
    "moved": (301, {"message": "Moved Permanently"}, "moved or renamed"),
}


@pytest.mark.parametrize("case", list(REFUSALS))
def test_a_refusal_says_what_was_asked_and_what_would_allow_it(case: str) -> None:
    status, body, mend = REFUSALS[case]
    with serving(lambda _: says(status, body)) as server, pytest.raises(RefusedError) as refused:
        client(server).post("/repos/jane/blog/pulls", {})

    assert refused.value.problem == f"GitHub refused to write pull requests of jane/blog ({status}): {body['message']}"
    assert mend in str(refused.value.mend)
    assert refused.value.exit_code == 3
    assert len(server.asked) == 1


def test_the_permission_that_github_names_is_the_one_in_the_mend() -> None:
    refuses = says(403, {"message": "no"}, x_accepted_github_permissions="contents=read; pull_requests=write")
    with serving(lambda _: refuses) as server, pytest.raises(GitHubRefusedError) as refused:
        client(server).get("/repos/jane/blog/pulls")

    assert refused.value.mend == "give the job `contents: read` under `permissions:`"


@pytest.mark.parametrize(
    ("path", "permission"),
    [
        ("/repos/j/b/issues", "issues: write"),
        ("/repos/j/b/issues/1/comments", "pull-requests: write"),
        ("/repos/j/b/issues/comments/7/reactions", "pull-requests: write"),
        ("/repos/j/b/git/refs", "contents: write"),
        ("/repos/j/b/releases", "contents: write"),
        ("/repos/j/b/pages", "pages: write"),
        ("/repos/j/b/actions/workflows/refresh.yml/enable", "actions: write"),
        ("/repos/j/b/labels", "issues: write"),
        ("/repos/j/b/deployments/7/statuses", "deployments: write"),
        ("/elsewhere", "contents: write"),
    ],
    ids=lambda value: value.replace("/", "."),
)
def test_without_a_name_from_github_the_mend_names_the_usual_permission(path: str, permission: str) -> None:
    with serving(lambda _: says(403, {"message": "no"})) as server, pytest.raises(GitHubRefusedError) as refused:
        client(server).post(path, {})

    assert refused.value.mend == f"give the job `{permission}` under `permissions:`"


def test_the_words_of_a_refusal_name_single_fields() -> None:
    body = {
        "message": "Validation Failed",
        "errors": [{"field": "head", "code": "invalid"}, {"message": "No commits between"}, "plain", 7, None],
    }
    with serving(lambda _: says(422, body)) as server, pytest.raises(GitHubRefusedError) as refused:
        client(server).post("/repos/jane/blog/pulls", {})

    assert refused.value.message == "Validation Failed; head invalid; No commits between; plain"


def test_a_refusal_repeats_no_token_and_speaks_to_no_terminal() -> None:
    shaped = "ghs_" + "a" * 36
    said = f"bad {TOKEN} and {shaped}\n::error::x\x1b[31m" + "y" * 1000
    with serving(lambda _: says(422, {"message": said})) as server, pytest.raises(GitHubRefusedError) as refused:
        client(server).post("/repos/jane/blog/pulls", {})

    text = f"{refused.value.problem}{refused.value.mend}"
    assert "bad *** and *** ::error::x [31m" in text
    assert len(text) < 600


@pytest.mark.parametrize(
    "body",
    [b"<html>", b"", b"[]", b'"x"', b"[" * 100_000, b"1" * 5_000, b"\xff", b'{"message": 7, "errors": {}}'],
    ids=["page", "nothing", "list", "text", "deep", "number", "bytes", "types"],
)
def test_a_refusal_without_words_is_one_all_the_same(body: bytes) -> None:
    with serving(lambda _: says(403, body)) as server, pytest.raises(GitHubRefusedError) as refused:
        client(server).get("/repos/jane/blog")

    assert refused.value.problem == "GitHub refused to read jane/blog (403)"

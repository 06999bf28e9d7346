"""Git over HTTP: `git http-backend` on the real bare repositories, behind a judge who knows each token's scopes."""

import os
import re
import subprocess

from tests.workflows.answers import Answer, Request
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.git_hooks import WRITER_GROUPS
from tests.workflows.github_state import Repository

_PATH = re.compile(r"/([^/]+/[^/]+?)(?:\.git)?(/(?:info/refs|git-upload-pack|git-receive-pack))")


def answered(github: FakeGitHub, request: Request) -> Answer | None:
    """The answer of Git, or of the judge; None for a path that is not Git's."""
    found = _PATH.fullmatch(request.path)
    if not found:
        return None
    repository = github.repositories.get(found[1])
    writes = "git-receive-pack" in (request.query.get("service", ""), found[2].lstrip("/"))
    verdict = _verdict(repository, request, writes=writes)
    if verdict or not repository:
        return verdict or _plain(404, "Repository not found.")
    answer = _from_backend(repository, request, found[2])
    if writes and request.method == "POST":
        repository.pushed = github.now()
    return answer


def _verdict(repository: Repository | None, request: Request, *, writes: bool) -> Answer | None:
    seat = request.seat
    is_own = bool(seat and repository and seat.repository == repository.name)
    may_read = repository and (not repository.private or (is_own and seat and seat.may("contents", "read")))
    if not may_read:
        # Without a token Git would ask for one; with one, GitHub says that there is no such repository.
        return _plain(404, "Repository not found.") if seat else _ask()
    if not writes:
        return None
    if not seat:
        return _ask()
    if not is_own or not seat.may("contents", "write"):
        return _plain(403, f"Permission to {repository.name}.git denied to {seat.author.login}." if repository else "")
    return None


def _ask() -> Answer:
    return Answer(401, b"", {"WWW-Authenticate": 'Basic realm="GitHub"', "Content-Type": "text/plain"})


def _plain(status: int, words: str) -> Answer:
    return Answer(status, f"{words}\n".encode(), {"Content-Type": "text/plain"})


def _from_backend(repository: Repository, request: Request, path: str) -> Answer:
    ran = subprocess.run(
        ["git", "http-backend"],
        input=request.body,
        capture_output=True,
        check=False,
        env=_cgi(repository, request, path),
    )
    head, _, body = ran.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
    status = int(headers.pop("Status", "200").split(" ")[0])
    return Answer(status, body, headers)


def _cgi(repository: Repository, request: Request, path: str) -> dict[str, str]:
    seat = request.seat
    return {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_PROJECT_ROOT": str(repository.git),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "REQUEST_METHOD": request.method,
        "PATH_INFO": path,
        "QUERY_STRING": request.raw_query,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "REMOTE_USER": seat.author.login if seat else "",
        "REMOTE_ADDR": "127.0.0.1",
        "FAKE_IS_JOB": seat.job if seat else "",
        "FAKE_HELD": " ".join(sorted(seat.groups)) if seat else "",
        "FAKE_PROTECTED": " ".join(f"refs/heads/{branch}" for branch in sorted(repository.protected)),
        "FAKE_WRITER_GROUPS": " ".join(f"{ref}={group}" for ref, group in WRITER_GROUPS.items()),
    }

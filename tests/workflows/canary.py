"""Looks for every secret and every token wherever a run can leave something."""

import base64
import zipfile
from collections.abc import Collection, Iterator
from io import BytesIO

from tests.workflows import bare_repository
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.github_state import Repository


def assert_no_secret_is_out(github: FakeGitHub) -> None:
    """Nothing that a run left holds a secret of a repository, of an environment, or a token of a job."""
    found = sightings(github)
    assert not found, "secrets got out:\n" + "\n".join(found)


def sightings(github: FakeGitHub) -> list[str]:
    """``which secret: where`` for each place, sorted. Secrets are looked for as they are, in base64 and in hex."""
    known = {form: name for name, value in _secrets(github) for form in _forms(value)}
    return sorted(
        {
            f"{name}: {where}"
            for where, content in _left_behind(github, known)
            for value, name in known.items()
            if value.encode() in content
        }
    )


def _forms(value: str) -> Iterator[str]:
    """How a secret may be written. In base64, the part that does not depend on what stands before and behind it."""
    raw = value.encode()
    yield value
    yield raw.hex()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        # What stands before the secret shapes the first letters, what stands behind it the last ones.
        yield encoded[-(-shift * 8 // 6) : -1]


def _secrets(github: FakeGitHub) -> Iterator[tuple[str, str]]:
    for repository in github.repositories.values():
        yield from repository.secrets.items()
        for environment in repository.environments.values():
            yield from environment.secrets.items()
    yield from github.planted_secrets.items()
    for seat in github.seats:
        yield f"token of {seat.job or seat.author.login}", seat.token
        if seat.runtime_token:
            yield f"runtime token of {seat.job}", seat.runtime_token


def _left_behind(github: FakeGitHub, known: Collection[str]) -> Iterator[tuple[str, bytes]]:
    for path in sorted((github.folder / "runs").rglob("*.log")):
        yield f"log {path.relative_to(github.folder / 'runs')}", _shown(path.read_bytes())
    for repository in github.repositories.values():
        for where, content in _of_repository(repository, known):
            yield f"{repository.name}, {where}", content
    for entry in github.log:
        yield f"address of a request of {entry.job}", entry.path.encode()


def _shown(log: bytes) -> bytes:
    """A log without the commands that name a value so that it is masked: the runner shows nothing of them."""
    return b"\n".join(line for line in log.split(b"\n") if b'"command":"add-mask"' not in line)


def _of_repository(repository: Repository, known: Collection[str]) -> Iterator[tuple[str, bytes]]:
    refs = bare_repository.branches(repository.git)
    for ref, commit in refs.items():
        yield f"message of {ref}", bare_repository.git(repository.git, "show", "--no-patch", commit).encode()
    for place in bare_repository.places_of(repository.git, tuple(refs), known):
        yield place, bare_repository.blob(repository.git, place)
    for artifact in repository.artifacts:
        with zipfile.ZipFile(BytesIO(artifact.content)) as opened:
            for member in opened.namelist():
                yield f"artifact {artifact.name}:{member}", opened.read(member)
    for cache in repository.caches:
        yield f"cache {cache.key}", cache.content
    for deployment in repository.deployments:
        yield "deployment", deployment.content
    for handed in repository.opened_deployments:
        yield f"deployment to {handed.environment}", repr((handed.payload, handed.statuses)).encode()
    for dispatched in repository.dispatched:
        yield f"dispatch of {dispatched.workflow}", repr(dispatched.inputs).encode()
    for issue in repository.issues.values():
        yield f"issue {issue.number}", f"{issue.title}\n{issue.body}".encode()
    for comment in repository.comments.values():
        yield f"comment of {comment.author.login} on {comment.issue}", comment.body.encode()
    for release in repository.releases:
        yield f"release {release.tag}", release.body.encode()
        for name, content in release.assets.items():
            yield f"release {release.tag}: {name}", content

"""What actions call beside the API: artifacts and caches. Only an action of a job has the token for it."""

import json

from tests.workflows.answers import Answer, Request, as_json, refusal
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.github_state import Artifact, CacheEntry, Repository, Seat

PREFIX = "/_runtime/"


def answered(github: FakeGitHub, request: Request) -> Answer | None:
    """The answer to an action; None for a path that is not below PREFIX."""
    if not request.path.startswith(PREFIX):
        return None
    if not request.seat:
        return refusal(401, "Only actions of a job come here")
    repository, seat = github.repositories[request.seat.repository], request.seat
    match request.method, request.path.removeprefix(PREFIX):
        case "POST", "artifacts":
            return _take_artifact(github, repository, seat, request)
        case "GET", "artifacts":
            return _give_artifact(repository, seat, request.query["name"])
        case "POST", "caches":
            return _save_cache(repository, seat, request)
        case "GET", "caches":
            return _restore_cache(repository, seat, request)
        case "POST", "checkouts":
            repository.checkouts.append({"job": seat.job, **json.loads(request.body)})
            return as_json({})
    return refusal(404, "Not Found")


def _take_artifact(github: FakeGitHub, repository: Repository, seat: Seat, request: Request) -> Answer:
    name = request.query["name"]
    if any((artifact.run, artifact.name) == (seat.run, name) for artifact in repository.artifacts):
        return refusal(409, "Conflict: an artifact with this name already exists on the workflow run")
    repository.artifacts.append(Artifact(seat.run, name, request.body, seat.job))
    return as_json({"id": len(repository.artifacts)}, 201)


def _give_artifact(repository: Repository, seat: Seat, name: str) -> Answer:
    """Only of the job's own run."""
    for artifact in repository.artifacts:
        if (artifact.run, artifact.name) == (seat.run, name):
            return Answer(200, artifact.content)
    return refusal(404, f"Artifact not found for name: {name}")


def _save_cache(repository: Repository, seat: Seat, request: Request) -> Answer:
    """Never onto the default branch's scope from an event that a stranger can cause."""
    if not seat.may_save_caches:
        return refusal(403, "Cache write denied: the token of this event is read-only")
    key = request.query["key"]
    if any((entry.key, entry.ref) == (key, seat.ref) for entry in repository.caches):
        return refusal(409, "Unable to reserve cache with key: it exists already")
    repository.caches.append(CacheEntry(key, seat.ref, request.body))
    return as_json({}, 201)


def _restore_cache(repository: Repository, seat: Seat, request: Request) -> Answer:
    """The key itself, else the newest that begins with one of the others; of its own ref, then the default branch's."""
    prefixes = [request.query["key"], *filter(None, request.query.get("restore", "").split("\n"))]
    for index, prefix in enumerate(prefixes):
        for ref in (seat.ref, f"refs/heads/{repository.default_branch}"):
            for entry in reversed(repository.caches):
                is_it = entry.key == prefix if index == 0 else entry.key.startswith(prefix)
                if is_it and entry.ref == ref:
                    return Answer(200, entry.content, {"X-Cache-Key": entry.key})
    return Answer(204, b"")

"""Repositories, refs, releases, Pages and Actions, as the API has them."""

import base64
from typing import Any
from urllib.parse import unquote

from tests.workflows import bare_repository
from tests.workflows.github_state import Attestation, Deployment, Release
from tests.workflows.rest_reply import NOT_FOUND, Listed, Reply, Visit, account_json, repository_json
from tests.workflows.rest_talk import changed_files


def repository(visit: Visit) -> Reply:
    return Reply(repository_json(visit.github, visit.repository))


def permission(visit: Visit) -> Reply:
    """The role as it is and as older clients know it: maintain is write, triage is read."""
    login = unquote(visit.named["login"])
    if login not in visit.github.accounts and login not in visit.repository.roles:
        return NOT_FOUND
    role = visit.repository.roles.get(login, "none" if visit.repository.private else "read")
    old = {"maintain": "write", "triage": "read"}.get(role, role)
    return Reply({"permission": old, "role_name": role, "user": account_json(visit.github.account(login))})


def branch(visit: Visit) -> Reply:
    name = unquote(visit.named["branch"])
    sha = bare_repository.resolved(visit.repository.git, f"refs/heads/{name}")
    if not sha:
        return Reply("Branch not found", 404)
    return Reply({"name": name, "commit": {"sha": sha}, "protected": name in visit.repository.protected})


def ref(visit: Visit) -> Reply:
    name = f"refs/{unquote(visit.named['rest'])}"
    listed = _refs(visit, name)
    return Reply(listed[0]) if listed and listed[0]["ref"] == name else NOT_FOUND


def matching_refs(visit: Visit) -> Reply:
    return Reply(Listed(_refs(visit, f"refs/{unquote(visit.named['rest'])}")))


def tag(visit: Visit) -> Reply:
    """An annotated tag; a lightweight one has no object of its own."""
    git, sha = visit.repository.git, visit.named["sha"]
    shown = bare_repository.git(
        git, "for-each-ref", "--format=%(objectname) %(*objectname) %(refname:short)", "refs/tags"
    )
    for line in shown.splitlines():
        name, target, short = line.split(" ", 2)
        if name == sha and target:
            return Reply({"tag": short, "sha": sha, "object": {"sha": target, "type": "commit"}})
    return NOT_FOUND


def commit(visit: Visit) -> Reply:
    sha = bare_repository.resolved(visit.repository.git, unquote(visit.named["rest"]))
    if not sha:
        return Reply("No commit found for SHA", 422)
    fields = bare_repository.git(visit.repository.git, "show", "--no-patch", "--format=%cI%n%P%n%B", sha).split("\n", 2)
    body = {"message": fields[2].strip(), "committer": {"date": fields[0]}, "author": {"date": fields[0]}}
    return Reply({"sha": sha, "commit": body, "parents": [{"sha": parent} for parent in fields[1].split()]})


def compare(visit: Visit) -> Reply:
    git = visit.repository.git
    base, _, head = unquote(visit.named["rest"]).partition("...")
    ends = [bare_repository.resolved(git, end) for end in (base, head)]
    if not all(ends):
        return NOT_FOUND
    behind, ahead = map(int, bare_repository.git(git, "rev-list", "--left-right", "--count", "...".join(ends)).split())
    status = {(True, True): "diverged", (True, False): "ahead", (False, True): "behind"}.get(
        (ahead > 0, behind > 0), "identical"
    )
    files = changed_files(visit, *ends)
    return Reply({"status": status, "ahead_by": ahead, "behind_by": behind, "total_commits": ahead, "files": files})


def contents(visit: Visit) -> Reply:
    git, path = visit.repository.git, unquote(visit.named["rest"])
    ref = visit.request.query.get("ref", visit.repository.default_branch)
    sha = bare_repository.resolved(git, ref)
    listed = bare_repository.git(git, "ls-tree", "-z", "--full-tree", sha, path) if sha else ""
    if not listed:
        return NOT_FOUND
    _, kind, name = listed.rstrip("\0").split("\t")[0].split(" ")
    if kind != "blob":
        inside = bare_repository.git(git, "ls-tree", "-z", "--full-tree", "--name-only", sha, f"{path}/")
        return Reply([{"name": entry.rsplit("/", 1)[-1], "path": entry} for entry in inside.split("\0") if entry])
    raw = bare_repository.blob(git, name)
    encoded = base64.b64encode(raw).decode()
    return Reply(
        {"type": "file", "path": path, "sha": name, "size": len(raw), "encoding": "base64", "content": encoded}
    )


def pages(visit: Visit) -> Reply:
    return Reply(visit.repository.pages) if visit.repository.pages is not None else NOT_FOUND


def deploy(visit: Visit) -> Reply:
    """Takes the artifact `github-pages` of the job's run. The job proves who it is, and names the environment."""
    seat, repository = visit.request.seat, visit.repository
    if not seat or not seat.may("id-token", "write"):
        return Reply("Ensure GITHUB_TOKEN has permission `id-token: write`.", 403)
    if seat.environment != "github-pages":
        return Reply("Missing environment. Ensure your workflow's deployment job has an environment.", 400)
    found = [a for a in repository.artifacts if (a.run, a.name) == (seat.run, "github-pages")]
    if len(found) != 1:
        return Reply(f"{len(found)} artifacts named github-pages in this run", 400)
    repository.deployments.append(Deployment(seat.job, found[0].content))
    address = (repository.pages or {}).get("html_url", f"https://{repository.owner}.github.io/")
    return Reply({"id": len(repository.deployments), "page_url": address})


def attest(visit: Visit) -> Reply:
    seat = visit.request.seat
    if not seat or not seat.may("id-token", "write"):
        return Reply("Ensure GITHUB_TOKEN has permission `id-token: write`.", 403)
    subjects = {str(name): str(digest) for name, digest in visit.request.json()["subjects"].items()}
    visit.repository.attestations.append(Attestation(seat.job, subjects))
    return Reply({"id": len(visit.repository.attestations)}, 201)


def workflow(visit: Visit) -> Reply:
    name = visit.named["workflow"]
    state = visit.repository.workflow_states.get(name, "active")
    return Reply({"path": f".github/workflows/{name}", "state": state, "name": name.removesuffix(".yml")})


def enable_workflow(visit: Visit) -> Reply:
    visit.repository.workflow_states[visit.named["workflow"]] = "active"
    return Reply(None, 204)


def workflow_runs(visit: Visit) -> Reply:
    query = visit.request.query
    found = [
        run
        for run in reversed(visit.repository.workflow_runs)
        if visit.named.get("workflow", run["path"].rsplit("/", 1)[-1]) == run["path"].rsplit("/", 1)[-1]
        and all(query.get(key, run.get(key)) == run.get(key) for key in ("head_sha", "event", "status", "actor"))
        and query.get("branch", run.get("head_branch")) == run.get("head_branch")
    ]
    return Reply(Listed(found, "workflow_runs"))


def releases(visit: Visit) -> Reply:
    return Reply(Listed([_release_json(visit, release) for release in reversed(visit.repository.releases)]))


def latest_release(visit: Visit) -> Reply:
    full = [release for release in visit.repository.releases if not release.draft and not release.prerelease]
    return Reply(_release_json(visit, full[-1])) if full else NOT_FOUND


def release_by_tag(visit: Visit) -> Reply:
    found = [release for release in visit.repository.releases if release.tag == unquote(visit.named["rest"])]
    return Reply(_release_json(visit, found[0])) if found and not found[0].draft else NOT_FOUND


def create_release(visit: Visit) -> Reply:
    given = visit.request.json()
    if any(release.tag == given["tag_name"] and not release.draft for release in visit.repository.releases):
        return Reply("Validation Failed", 422)
    made = Release(
        visit.github.number(), given["tag_name"], str(given.get("name") or given["tag_name"]),
        str(given.get("body") or ""), bool(given.get("draft")), bool(given.get("prerelease")), visit.author,
        visit.github.now(),
    )  # fmt: skip
    visit.repository.releases.append(made)
    return Reply(_release_json(visit, made), 201)


def edit_release(visit: Visit) -> Reply:
    found = _release(visit)
    if not found:
        return NOT_FOUND
    given = visit.request.json()
    found.draft = bool(given.get("draft", found.draft))
    found.body = str(given.get("body", found.body))
    found.name = str(given.get("name", found.name))
    return Reply(_release_json(visit, found))


def assets(visit: Visit) -> Reply:
    found = _release(visit)
    return Reply(Listed(_release_json(visit, found)["assets"])) if found else NOT_FOUND


def upload_asset(visit: Visit) -> Reply:
    found, name = _release(visit), visit.request.query.get("name", "")
    if not found:
        return NOT_FOUND
    if not name or name in found.assets:
        return Reply("Validation Failed", 422)
    found.assets[name] = visit.request.body
    return Reply({"name": name, "size": len(visit.request.body), "state": "uploaded"}, 201)


def _release(visit: Visit) -> Release | None:
    wanted = visit.named["release"]
    return next((release for release in visit.repository.releases if str(release.number) == wanted), None)


def _release_json(visit: Visit, release: Release) -> dict[str, Any]:
    github, name = visit.github, visit.repository.name
    own = f"{github.api}/repos/{name}/releases/{release.number}"
    listed = [
        {"id": index, "name": asset, "size": len(content), "state": "uploaded"}
        for index, (asset, content) in enumerate(release.assets.items(), 1)
    ]
    return {
        "id": release.number,
        "tag_name": release.tag,
        "name": release.name,
        "body": release.body,
        "draft": release.draft,
        "prerelease": release.prerelease,
        "author": account_json(release.author),
        "created_at": release.created,
        "published_at": None if release.draft else release.created,
        "html_url": f"{github.address}/{name}/releases/tag/{release.tag}",
        "url": own,
        "upload_url": f"{own}/assets{{?name,label}}",
        "assets": listed,
    }


def _refs(visit: Visit, prefix: str) -> list[dict[str, Any]]:
    listed = bare_repository.git(
        visit.repository.git, "for-each-ref", "--format=%(refname) %(objectname) %(objecttype)"
    )
    rows = (line.split(" ") for line in listed.splitlines() if line.startswith(prefix))
    return [{"ref": name, "object": {"sha": sha, "type": kind}} for name, sha, kind in rows]

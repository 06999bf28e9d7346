"""Issues, pull requests, comments, reactions and labels, as the API has them."""

from typing import Any
from urllib.parse import unquote

from tests.workflows import bare_repository
from tests.workflows.github_state import Comment, Issue, PullRequest, Reaction
from tests.workflows.rest_reply import (
    NOT_FOUND,
    Listed,
    Reply,
    Visit,
    comment_json,
    issue_json,
    pull_json,
    reaction_json,
)

_NO_ISSUES = Reply("Issues are disabled for this repo", 410)
_NO_PULLS = Reply("GitHub Actions is not permitted to create or approve pull requests.", 403)
_REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")
_TITLE_LIMIT, _BODY_LIMIT = 256, 65_536


def pulls(visit: Visit) -> Reply:
    query, repository = visit.request.query, visit.repository
    found = []
    for pull in sorted(repository.pulls.values(), key=lambda pull: -pull.number):
        shown = pull_json(visit.github, repository, pull)
        wanted_state = query.get("state", "open")
        if (
            wanted_state in ("all", shown["state"])
            and query.get("head", shown["head"]["label"]) == shown["head"]["label"]
            and query.get("base", pull.base_ref) == pull.base_ref
        ):
            found.append(shown)
    return Reply(Listed(found))


def pull(visit: Visit) -> Reply:
    found = visit.repository.pulls.get(visit.issue_number())
    return Reply(pull_json(visit.github, visit.repository, found)) if found else NOT_FOUND


def create_pull(visit: Visit) -> Reply:
    repository, given = visit.repository, visit.request.json()
    if visit.is_job and not repository.may_open_pull_requests:
        return _NO_PULLS
    head = str(given.get("head", "")).removeprefix(f"{repository.owner}:")
    if not bare_repository.resolved(repository.git, f"refs/heads/{head}"):
        return Reply("Validation Failed", 422)
    is_there = any(
        pull.head_ref == head and pull.head_repository == repository.name
        and repository.issues[pull.number].state == "open"
        for pull in repository.pulls.values()
    )  # fmt: skip
    if is_there:
        return Reply(f"A pull request already exists for {repository.owner}:{head}.", 422)
    issue = _new_issue(visit, given)
    new = PullRequest(issue.number, repository.name, head, str(given.get("base", repository.default_branch)))
    repository.pulls[issue.number] = new
    visit.github.write_pull_refs(repository.name, issue.number)
    return Reply(pull_json(visit.github, repository, new), 201)


def edit_pull(visit: Visit) -> Reply:
    found = visit.repository.pulls.get(visit.issue_number())
    if not found:
        return NOT_FOUND
    if visit.request.json().get("state") == "closed":
        visit.github.close_pull_request(visit.repository.name, found.number)
    _edit(visit.repository.issues[found.number], visit.request.json())
    return Reply(pull_json(visit.github, visit.repository, found))


def pull_files(visit: Visit) -> Reply:
    repository = visit.repository
    found = repository.pulls.get(visit.issue_number())
    if not found:
        return NOT_FOUND
    visit.github.write_pull_refs(repository.name, found.number)
    base, head = f"refs/heads/{found.base_ref}", f"refs/pull/{found.number}/head"
    return Reply(Listed(changed_files(visit, base, head)[:3000]))


def pull_commits(visit: Visit) -> Reply:
    """The oldest first; GitHub lists 250 of them."""
    repository = visit.repository
    found = repository.pulls.get(visit.issue_number())
    if not found:
        return NOT_FOUND
    visit.github.write_pull_refs(repository.name, found.number)
    between = (f"refs/pull/{found.number}/head", f"^refs/heads/{found.base_ref}")
    listed = bare_repository.git(repository.git, "log", "--reverse", "--topo-order", "--format=%H %P%x09%s", *between)
    commits = []
    for line in listed.splitlines()[:250]:
        shas, _, message = line.partition("\t")
        sha, *parents = shas.split()
        commits.append({"sha": sha, "commit": {"message": message}, "parents": [{"sha": parent} for parent in parents]})
    return Reply(Listed(commits))


def changed_files(visit: Visit, base: str, head: str) -> list[dict[str, Any]]:
    """What differs between the fork point of two commits and the second, one object for each file."""
    listed = bare_repository.git(visit.repository.git, "diff", "--raw", "-z", "-M", f"{base}...{head}")
    fields = iter(listed.split("\0"))
    found = []
    words = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "T": "changed", "C": "copied"}
    for about in fields:
        if not about:
            break
        _, _, _, sha, status = about.split(" ")
        path = next(fields)
        previous = {"previous_filename": path} if status[0] in "RC" else {}
        name = next(fields) if status[0] in "RC" else path
        found.append({"filename": name, "status": words[status[0]], "sha": sha, "changes": 1} | previous)
    return found


def issues(visit: Visit) -> Reply:
    query, repository = visit.request.query, visit.repository
    if not repository.has_issues:
        return _NO_ISSUES
    labels = {name for name in query.get("labels", "").split(",") if name}
    found = [
        issue_json(visit.github, repository, issue)
        for issue in sorted(repository.issues.values(), key=lambda issue: -issue.number)
        if query.get("state", "open") in ("all", issue.state)
        and labels <= set(issue.labels)
        and query.get("creator", issue.author.login) in (issue.author.login, f"app/{issue.author.login}")
    ]
    return Reply(Listed(found))


def issue(visit: Visit) -> Reply:
    found = visit.repository.issues.get(visit.issue_number())
    return Reply(issue_json(visit.github, visit.repository, found)) if found else NOT_FOUND


def create_issue(visit: Visit) -> Reply:
    if not visit.repository.has_issues:
        return _NO_ISSUES
    given = visit.request.json()
    if not given.get("title") or len(given["title"]) > _TITLE_LIMIT or len(given.get("body") or "") > _BODY_LIMIT:
        return Reply("Validation Failed", 422)
    return Reply(issue_json(visit.github, visit.repository, _new_issue(visit, given)), 201)


def edit_issue(visit: Visit) -> Reply:
    found = visit.repository.issues.get(visit.issue_number())
    if not found:
        return NOT_FOUND
    _edit(found, visit.request.json())
    return Reply(issue_json(visit.github, visit.repository, found))


def comments(visit: Visit) -> Reply:
    number = visit.issue_number()
    if number not in visit.repository.issues:
        return NOT_FOUND
    found = [comment for comment in visit.repository.comments.values() if comment.issue == number]
    return Reply(Listed([comment_json(visit.github, visit.repository, comment) for comment in found]))


def create_comment(visit: Visit) -> Reply:
    number, body = visit.issue_number(), str(visit.request.json().get("body", ""))
    if number not in visit.repository.issues:
        return NOT_FOUND
    if not body or len(body) > _BODY_LIMIT:
        return Reply("Validation Failed", 422)
    moment = visit.github.now()
    made = Comment(visit.github.number(), number, visit.author, body, moment, moment)
    visit.repository.comments[made.number] = made
    return Reply(comment_json(visit.github, visit.repository, made), 201)


def comment(visit: Visit) -> Reply:
    found = visit.repository.comments.get(int(visit.named["comment"]))
    return Reply(comment_json(visit.github, visit.repository, found)) if found else NOT_FOUND


def edit_comment(visit: Visit) -> Reply:
    found = visit.repository.comments.get(int(visit.named["comment"]))
    body = str(visit.request.json().get("body", ""))
    if not found:
        return NOT_FOUND
    if not body or len(body) > _BODY_LIMIT:
        return Reply("Validation Failed", 422)
    found.body, found.updated = body, visit.github.now()
    return Reply(comment_json(visit.github, visit.repository, found))


def delete_comment(visit: Visit) -> Reply:
    gone = visit.repository.comments.pop(int(visit.named["comment"]), None)
    return Reply(None, 204) if gone else NOT_FOUND


def reactions(visit: Visit) -> Reply:
    found = _reacted_to(visit)
    return NOT_FOUND if found is None else Reply(Listed([reaction_json(reaction) for reaction in found]))


def react(visit: Visit) -> Reply:
    """Reacting twice in the same way leaves one reaction, and answers 200 the second time."""
    found, content = _reacted_to(visit), str(visit.request.json().get("content", ""))
    if found is None:
        return NOT_FOUND
    if content not in _REACTIONS:
        return Reply("Validation Failed", 422)
    for reaction in found:
        if (reaction.content, reaction.author) == (content, visit.author):
            return Reply(reaction_json(reaction))
    found.append(Reaction(visit.github.number(), content, visit.author))
    return Reply(reaction_json(found[-1]), 201)


def unreact(visit: Visit) -> Reply:
    found = _reacted_to(visit) or []
    kept = [reaction for reaction in found if reaction.number != int(visit.named["reaction"])]
    if len(kept) == len(found):
        return NOT_FOUND
    found[:] = kept
    return Reply(None, 204)


def labels(visit: Visit) -> Reply:
    return Reply(Listed([{"name": name, **about} for name, about in visit.repository.labels.items()]))


def create_label(visit: Visit) -> Reply:
    given = visit.request.json()
    if given["name"] in visit.repository.labels:
        return Reply("Validation Failed", 422)
    visit.repository.labels[given["name"]] = {"color": str(given.get("color", "ededed"))}
    return Reply(given, 201)


def add_labels(visit: Visit) -> Reply:
    found = visit.repository.issues.get(visit.issue_number())
    if not found:
        return NOT_FOUND
    for name in visit.request.json().get("labels", []):
        # One that the repository does not have is made, in grey.
        visit.repository.labels.setdefault(name, {"color": "ededed"})
        found.labels += [name] if name not in found.labels else []
    return issue_labels(visit)


def issue_labels(visit: Visit) -> Reply:
    found = visit.repository.issues.get(visit.issue_number())
    if not found:
        return NOT_FOUND
    return Reply(Listed([{"name": name, **visit.repository.labels.get(name, {})} for name in found.labels]))


def take_off_label(visit: Visit) -> Reply:
    """The label stays in the repository."""
    found, name = visit.repository.issues.get(visit.issue_number()), unquote(visit.named["label"])
    if not found:
        return NOT_FOUND
    if name not in found.labels:
        return Reply("Label does not exist", 404)
    found.labels.remove(name)
    return issue_labels(visit)


def _new_issue(visit: Visit, given: dict[str, Any]) -> Issue:
    repository = visit.repository
    issue = Issue(
        repository.next_issue(), str(given["title"]), str(given.get("body") or ""), visit.author, visit.github.now()
    )
    issue.labels = [str(name) for name in given.get("labels", [])]
    repository.issues[issue.number] = issue
    return issue


def _edit(issue: Issue, given: dict[str, Any]) -> None:
    issue.title = str(given.get("title", issue.title))
    issue.body = str(given.get("body", issue.body))
    issue.state = "closed" if given.get("state", issue.state) == "closed" else "open"
    issue.labels = [str(name) for name in given.get("labels", issue.labels)]


def _reacted_to(visit: Visit) -> list[Reaction] | None:
    if "comment" in visit.named:
        comment = visit.repository.comments.get(int(visit.named["comment"]))
        return comment.reactions if comment else None
    issue = visit.repository.issues.get(visit.issue_number())
    return issue.reactions if issue else None

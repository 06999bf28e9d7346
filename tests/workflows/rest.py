"""The API of the fake GitHub: which route needs which scope, and pages of what it answers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.workflows import rest_code, rest_deployments, rest_talk
from tests.workflows.answers import Answer, Request, as_json, refusal, refused
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.github_state import Level, Repository
from tests.workflows.rest_reply import Listed, Reply, Visit

_DEFAULT_PAGE, _LARGEST_PAGE = 30, 100

Handler = Callable[[Visit], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """One end point.

    Args:
        wants: scopes, one of which the token must hold; ``talk`` is issues, or pull-requests where the number is one's.
    """

    method: str
    path: str
    wants: tuple[tuple[str, Level], ...]
    handler: Handler

    def match(self, request: Request) -> re.Match[str] | None:
        """The named parts of a path that is this route's."""
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path).replace("{*rest}", "(?P<rest>.+)")
        return re.fullmatch(r"/repos/(?P<repository>[^/]+/[^/]+)" + pattern, request.path)


Wants = tuple[tuple[str, Level], ...]
_READ: Wants = (("metadata", "read"),)
_TALK: Wants = (("talk", "write"),)
_TALK_READ: Wants = (("talk", "read"),)
_CODE: Wants = (("contents", "write"),)
_CODE_READ: Wants = (("contents", "read"),)
_PULLS: Wants = (("pull-requests", "write"),)
_PULLS_READ: Wants = (("pull-requests", "read"),)
_ACTIONS: Wants = (("actions", "write"),)
_ACTIONS_READ: Wants = (("actions", "read"),)
_LABELS: Wants = (("issues", "write"), ("pull-requests", "write"))
_DEPLOYMENTS: Wants = (("deployments", "write"),)
_DEPLOYMENTS_READ: Wants = (("deployments", "read"),)

ROUTES: tuple[Route, ...] = (
    Route("GET", "", _READ, rest_code.repository),
    Route("GET", "/collaborators/{login}/permission", _READ, rest_code.permission),
    Route("GET", "/labels", _TALK_READ, rest_talk.labels),
    Route("POST", "/labels", _LABELS, rest_talk.create_label),
    Route("GET", "/pulls", _PULLS_READ, rest_talk.pulls),
    Route("POST", "/pulls", _PULLS, rest_talk.create_pull),
    Route("GET", "/pulls/{number}", _PULLS_READ, rest_talk.pull),
    Route("PATCH", "/pulls/{number}", _PULLS, rest_talk.edit_pull),
    Route("GET", "/pulls/{number}/files", _PULLS_READ, rest_talk.pull_files),
    Route("GET", "/pulls/{number}/commits", _PULLS_READ, rest_talk.pull_commits),
    Route("GET", "/issues", _TALK_READ, rest_talk.issues),
    Route("POST", "/issues", _TALK, rest_talk.create_issue),
    Route("GET", "/issues/{number}", _TALK_READ, rest_talk.issue),
    Route("PATCH", "/issues/{number}", _TALK, rest_talk.edit_issue),
    Route("GET", "/issues/{number}/comments", _TALK_READ, rest_talk.comments),
    Route("POST", "/issues/{number}/comments", _TALK, rest_talk.create_comment),
    Route("GET", "/issues/{number}/labels", _TALK_READ, rest_talk.issue_labels),
    Route("POST", "/issues/{number}/labels", _TALK, rest_talk.add_labels),
    Route("DELETE", "/issues/{number}/labels/{label}", _TALK, rest_talk.take_off_label),
    Route("GET", "/issues/{number}/reactions", _TALK_READ, rest_talk.reactions),
    Route("POST", "/issues/{number}/reactions", _TALK, rest_talk.react),
    Route("GET", "/issues/comments/{comment}", _TALK_READ, rest_talk.comment),
    Route("PATCH", "/issues/comments/{comment}", _TALK, rest_talk.edit_comment),
    Route("DELETE", "/issues/comments/{comment}", _TALK, rest_talk.delete_comment),
    Route("GET", "/issues/comments/{comment}/reactions", _TALK_READ, rest_talk.reactions),
    Route("POST", "/issues/comments/{comment}/reactions", _TALK, rest_talk.react),
    Route("DELETE", "/issues/comments/{comment}/reactions/{reaction}", _TALK, rest_talk.unreact),
    Route("GET", "/branches/{branch}", _CODE_READ, rest_code.branch),
    Route("GET", "/git/ref/{*rest}", _CODE_READ, rest_code.ref),
    Route("GET", "/git/matching-refs/{*rest}", _CODE_READ, rest_code.matching_refs),
    Route("GET", "/git/tags/{sha}", _CODE_READ, rest_code.tag),
    Route("GET", "/commits/{*rest}", _CODE_READ, rest_code.commit),
    Route("GET", "/compare/{*rest}", _CODE_READ, rest_code.compare),
    Route("GET", "/contents/{*rest}", _CODE_READ, rest_code.contents),
    Route("GET", "/deployments", _DEPLOYMENTS_READ, rest_deployments.deployments),
    Route("POST", "/deployments", _DEPLOYMENTS, rest_deployments.create_deployment),
    Route("GET", "/deployments/{deployment}/statuses", _DEPLOYMENTS_READ, rest_deployments.deployment_statuses),
    Route("POST", "/deployments/{deployment}/statuses", _DEPLOYMENTS, rest_deployments.create_deployment_status),
    Route("GET", "/pages", (("pages", "read"),), rest_code.pages),
    Route("POST", "/pages/deployments", (("pages", "write"),), rest_code.deploy),
    Route("POST", "/attestations", (("attestations", "write"),), rest_code.attest),
    Route("GET", "/actions/workflows/{workflow}", _ACTIONS_READ, rest_code.workflow),
    Route("PUT", "/actions/workflows/{workflow}/enable", _ACTIONS, rest_code.enable_workflow),
    Route("POST", "/actions/workflows/{workflow}/dispatches", _ACTIONS, rest_deployments.dispatch_workflow),
    Route("GET", "/actions/workflows/{workflow}/runs", _ACTIONS_READ, rest_code.workflow_runs),
    Route("GET", "/actions/runs", _ACTIONS_READ, rest_code.workflow_runs),
    Route("GET", "/releases", _CODE_READ, rest_code.releases),
    Route("POST", "/releases", _CODE, rest_code.create_release),
    Route("GET", "/releases/latest", _CODE_READ, rest_code.latest_release),
    Route("GET", "/releases/tags/{*rest}", _CODE_READ, rest_code.release_by_tag),
    Route("PATCH", "/releases/{release}", _CODE, rest_code.edit_release),
    Route("GET", "/releases/{release}/assets", _CODE_READ, rest_code.assets),
    Route("POST", "/releases/{release}/assets", _CODE, rest_code.upload_asset),
)


def answered(github: FakeGitHub, request: Request) -> Answer | None:
    """The API's answer; None where no route has the path."""
    for route in ROUTES:
        found = route.match(request) if route.method == request.method else None
        repository = github.repositories.get(found["repository"]) if found else None
        if found and repository:
            visit = Visit(github, repository, request, found.groupdict())
            refusal_ = refused(repository, request.seat, _wanted(route, repository, visit))
            return refusal_ or _sent(request, github, route.handler(visit))
    return None


def _wanted(route: Route, repository: Repository, visit: Visit) -> tuple[tuple[str, Level], ...]:
    """The route's scopes; for talk those of what is talked about."""
    scope, level = route.wants[0]
    if scope != "talk":
        return route.wants
    is_pull = visit.issue_number() in repository.pulls
    return (("issues", level), ("pull-requests", level)) if is_pull else (("issues", level),)


def _sent(request: Request, github: FakeGitHub, reply: Reply) -> Answer:
    if isinstance(reply.value, Listed):
        return _page(request, github, reply.value)
    if isinstance(reply.value, str):
        return refusal(reply.status, reply.value)
    return Answer(204, b"") if reply.status == 204 else as_json(reply.value, reply.status)


def _page(request: Request, github: FakeGitHub, listed: Listed) -> Answer:
    size = min(int(request.query.get("per_page", _DEFAULT_PAGE)), _LARGEST_PAGE)
    page = int(request.query.get("page", 1))
    shown = listed.items[(page - 1) * size : page * size]
    links = []
    if page * size < len(listed.items):
        last = -(-len(listed.items) // size)
        links = [_link(request, github, page + 1, "next"), _link(request, github, last, "last")]
    body = {"total_count": len(listed.items), listed.key: shown} if listed.key else shown
    return as_json(body, 200, {"Link": ", ".join(links)} if links else {})


def _link(request: Request, github: FakeGitHub, page: int, word: str) -> str:
    query = urlencode({**request.query, "page": str(page)})
    return f'<{github.api}{request.path}?{query}>; rel="{word}"'

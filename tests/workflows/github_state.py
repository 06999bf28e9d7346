"""What the fake GitHub remembers: accounts, repositories, talk, releases, and what runs leave behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Level = Literal["none", "read", "write"]
Scopes = Mapping[str, Level]
Role = Literal["admin", "maintain", "write", "triage", "read", "none"]


@dataclass(frozen=True, slots=True)
class Account:
    """A person, a bot or an organisation."""

    login: str
    kind: Literal["User", "Bot", "Organization"] = "User"
    number: int = 0


ACTIONS = Account("github-actions[bot]", "Bot", 41898282)
"""Who writes with the token of a job."""


@dataclass(slots=True)
class Environment:
    """Secrets that a job gets when it names the environment and its branch rule admits what it runs.

    Args:
        default_branch_only: the rule; without it any ref may use the environment.
    """

    secrets: dict[str, str] = field(default_factory=dict)
    default_branch_only: bool = True


@dataclass(slots=True)
class Reaction:
    number: int
    content: str
    author: Account


@dataclass(slots=True)
class Comment:
    """A comment of an issue or a pull request."""

    number: int
    issue: int
    author: Account
    body: str
    created: str
    updated: str
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(slots=True)
class Issue:
    """An issue, or the half of a pull request that talks."""

    number: int
    title: str
    body: str
    author: Account
    created: str
    state: Literal["open", "closed"] = "open"
    labels: list[str] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(slots=True)
class PullRequest:
    """The half of a pull request that has branches; its head is looked up whenever someone asks."""

    number: int
    head_repository: str
    head_ref: str
    base_ref: str
    merged: bool = False
    head_when_closed: str = ""


@dataclass(slots=True)
class Release:
    number: int
    tag: str
    name: str
    body: str
    draft: bool
    prerelease: bool
    author: Account
    created: str
    assets: dict[str, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class Artifact:
    """What one job of a run handed over, as the zip that GitHub keeps."""

    run: int
    name: str
    content: bytes
    job: str


@dataclass(slots=True)
class CacheEntry:
    """A saved cache; only runs on its own ref, or on a branch made from the default one, see it."""

    key: str
    ref: str
    content: bytes


@dataclass(slots=True)
class Deployment:
    """A hand-over to Pages: the job that made it, and the tar it handed over."""

    job: str
    content: bytes


@dataclass(slots=True)
class DeploymentStatus:
    """How an opened deployment stood at one moment."""

    number: int
    state: str
    description: str
    log_url: str
    author: Account


@dataclass(slots=True)
class OpenedDeployment:
    """A deployment to an environment.

    Args:
        payload: as it was sent: an object, or text.
        statuses: the oldest first.
    """

    number: int
    ref: str
    sha: str
    environment: str
    payload: Any
    author: Account
    created: str
    statuses: list[DeploymentStatus] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DispatchedWorkflow:
    """A workflow that a token asked for, and the job whose token it was."""

    workflow: str
    ref: str
    inputs: dict[str, str]
    job: str


@dataclass(slots=True)
class Attestation:
    job: str
    subjects: dict[str, str]


@dataclass(slots=True)
class Repository:
    """One repository, with its real bare Git repository at ``git``.

    Args:
        roles: of collaborators, by login; everyone else reads what is public.
        protected: branches to which the token of a job may not push.
        may_open_pull_requests: "Allow GitHub Actions to create and approve pull requests".
        pages: the answer about Pages; None where Pages is off.
        workflow_states: by file name; what is not named is active.
    """

    name: str
    git: Path
    private: bool = False
    fork_of: str = ""
    made_from: str = ""
    is_template: bool = False
    default_branch: str = "main"
    homepage: str = ""
    description: str = ""
    has_issues: bool = True
    may_open_pull_requests: bool = True
    pages: dict[str, Any] | None = None
    pushed: str = ""
    roles: dict[str, Role] = field(default_factory=dict)
    protected: set[str] = field(default_factory=set)
    variables: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    environments: dict[str, Environment] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    pulls: dict[int, PullRequest] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    releases: list[Release] = field(default_factory=list)
    workflow_states: dict[str, str] = field(default_factory=dict)
    workflow_runs: list[dict[str, Any]] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    caches: list[CacheEntry] = field(default_factory=list)
    deployments: list[Deployment] = field(default_factory=list)
    opened_deployments: list[OpenedDeployment] = field(default_factory=list)
    dispatched: list[DispatchedWorkflow] = field(default_factory=list)
    attestations: list[Attestation] = field(default_factory=list)
    checkouts: list[dict[str, str]] = field(default_factory=list)

    @property
    def owner(self) -> str:
        return self.name.split("/")[0]

    def next_issue(self) -> int:
        """The number of the next issue or pull request, which share one row of numbers."""
        return max(self.issues, default=0) + 1


@dataclass(slots=True)
class Seat:
    """What a token stands for: who writes with it, where, with which scopes, and the job it was minted for.

    Args:
        job: ``run/job``; empty for a person's token.
        groups: concurrency groups that the job holds now.
        ref: what the run is of, for the scope of caches.
        may_save_caches: false for events that strangers cause on the default branch.
    """

    token: str
    repository: str
    scopes: dict[str, Level]
    author: Account
    job: str = ""
    run: int = 0
    ref: str = ""
    environment: str = ""
    runtime_token: str = ""
    may_save_caches: bool = True
    groups: set[str] = field(default_factory=set)
    is_cancelled: bool = False

    def may(self, scope: str, level: Level) -> bool:
        """Whether the scopes include it; write includes read, and metadata is always readable."""
        if scope == "metadata" and level == "read":
            return True
        return {"none": 0, "read": 1, "write": 2}[self.scopes.get(scope, "none")] >= {"read": 1, "write": 2}[level]


@dataclass(frozen=True, slots=True)
class Logged:
    """One request as it was answered; ``job`` is empty for people and nobody."""

    method: str
    path: str
    job: str
    status: int
    body: bytes = b""

"""A GitHub of our own on loopback: what people do there, who holds which token, and which requests go wrong."""

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.workflows import bare_repository
from tests.workflows.faults import Fault, FaultKind
from tests.workflows.git_hooks import install_hook
from tests.workflows.github_state import (
    ACTIONS,
    Account,
    Comment,
    Issue,
    Logged,
    PullRequest,
    Repository,
    Scopes,
    Seat,
)

_GROUP_WAIT_SECONDS = 60.0


@dataclass
class FakeGitHub:
    """All of it, below one folder. `fake_server.serving` puts it on the wire.

    Args:
        address: of the server, without a slash at the end; pages, repositories and the API are below it.
    """

    folder: Path
    address: str = ""
    repositories: dict[str, Repository] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    seats: list[Seat] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    log: list[Logged] = field(default_factory=list)
    answered: dict[str, bytes] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    planted_secrets: dict[str, str] = field(default_factory=dict)
    _clock: datetime = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    _numbers: int = 1000
    _holders: dict[tuple[str, str], Seat] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def api(self) -> str:
        """GITHUB_API_URL of jobs."""
        return f"{self.address}/api/v3"

    def now(self) -> str:
        """A moment later than every moment before, as GitHub writes it."""
        with self.lock:
            self._clock += timedelta(minutes=1)
            return self._clock.strftime("%Y-%m-%dT%H:%M:%SZ")

    def number(self) -> int:
        """An id that nothing else has."""
        with self.lock:
            self._numbers += 1
            return self._numbers

    def account(self, login: str) -> Account:
        """The account of that name; a person, unless it was added as something else."""
        if login == ACTIONS.login:
            return ACTIONS
        if login not in self.accounts:
            self.accounts[login] = Account(login, "Bot" if login.endswith("[bot]") else "User", self.number())
        return self.accounts[login]

    # Repositories

    def add_repository(self, name: str, source: Path, *, private: bool = False) -> Repository:
        """A new repository with the refs of a bare one; its owner is its administrator."""
        git = self.folder / "repositories" / f"{name}.git"
        git.parent.mkdir(parents=True, exist_ok=True)
        bare_repository.copy(source, git)
        install_hook(git)
        repository = Repository(name, git, private=private, pushed=self.now())
        repository.roles[repository.owner] = "admin"
        self.account(repository.owner)
        self.repositories[name] = repository
        return repository

    def fork(self, name: str, owner: str) -> Repository:
        """owner's fork of a repository."""
        source = self.repositories[name]
        fork = self.add_repository(f"{owner}/{name.split('/')[1]}", source.git, private=source.private)
        fork.fork_of = name
        return fork

    def push(
        self,
        name: str,
        branch: str,
        files: Mapping[str, str | bytes | None],
        message: str = "A change",
        *,
        author: str = "ann",
        when: str = bare_repository.WHEN,
        modes: Mapping[str, str] | None = None,
    ) -> str:
        """A person pushes one commit onto a branch, which starts at the default branch where it is new."""
        repository = self.repositories[name]
        ref = f"refs/heads/{branch}"
        start = bare_repository.resolved(repository.git, ref) or bare_repository.resolved(
            repository.git, f"refs/heads/{repository.default_branch}"
        )
        sha = bare_repository.commit(
            repository.git,
            ref,
            files,
            message,
            parents=(start,) if start else (),
            author=author,
            when=when,
            modes=modes,
        )
        repository.pushed = self.now()
        return sha

    # Talk

    def open_issue(self, name: str, author: str, title: str, body: str = "") -> Issue:
        repository = self.repositories[name]
        issue = Issue(repository.next_issue(), title, body, self.account(author), self.now())
        repository.issues[issue.number] = issue
        return issue

    def open_pull_request(
        self, name: str, head: str, author: str, title: str = "A change", body: str = "", *, head_repository: str = ""
    ) -> int:
        """Open one from branch head (of head_repository, else of the same) onto the default branch."""
        repository = self.repositories[name]
        issue = self.open_issue(name, author, title, body)
        repository.pulls[issue.number] = PullRequest(
            issue.number, head_repository or name, head, repository.default_branch
        )
        self.write_pull_refs(name, issue.number)
        return issue.number

    def head_of(self, name: str, number: int) -> str:
        """The commit at the head of a pull request now; of a closed one, when it was closed."""
        pull = self.repositories[name].pulls[number]
        if pull.head_when_closed:
            return pull.head_when_closed
        head = self.repositories.get(pull.head_repository)
        return bare_repository.resolved(head.git, f"refs/heads/{pull.head_ref}") if head else ""

    def write_pull_refs(self, name: str, number: int) -> None:
        """refs/pull/N/head and, where the branches merge, refs/pull/N/merge: what checkouts of the event get."""
        repository = self.repositories[name]
        pull = repository.pulls[number]
        head = self.head_of(name, number)
        source = self.repositories[pull.head_repository].git
        bare_repository.git(repository.git, "fetch", "--quiet", str(source), f"+{head}:refs/pull/{number}/head")
        base = bare_repository.resolved(repository.git, f"refs/heads/{pull.base_ref}")
        tree = bare_repository.git(repository.git, "merge-tree", "--write-tree", base, head)
        bare_repository.commit_tree(
            repository.git, f"refs/pull/{number}/merge", tree, (base, head), f"Merge {head} into {base}"
        )

    def close_pull_request(self, name: str, number: int, *, merged: bool = False) -> None:
        repository = self.repositories[name]
        pull = repository.pulls[number]
        pull.head_when_closed = self.head_of(name, number)
        pull.merged = merged
        repository.issues[number].state = "closed"

    def comment(self, name: str, issue: int, author: str, body: str) -> Comment:
        repository = self.repositories[name]
        moment = self.now()
        comment = Comment(self.number(), issue, self.account(author), body, moment, moment)
        repository.comments[comment.number] = comment
        return comment

    # Tokens and concurrency

    def mint(self, name: str, scopes: Scopes, job: str, *, run: int = 0, ref: str = "") -> Seat:
        """A token for one job; what is written with it is written by github-actions[bot]."""
        seat = Seat(
            f"ghs_{secrets.token_hex(18)}", name, dict(scopes), ACTIONS, job, run, ref,
            runtime_token=f"rt_{secrets.token_hex(18)}",
        )  # fmt: skip
        self.seats.append(seat)
        return seat

    def person(self, name: str, login: str, scopes: Scopes) -> Seat:
        """A token that a person uses at a desk; the rules for jobs do not bind it."""
        seat = Seat(f"ghp_{secrets.token_hex(18)}", name, dict(scopes), self.account(login))
        self.seats.append(seat)
        return seat

    def seat_of(self, token: str, *, is_runtime: bool = False) -> Seat | None:
        """What a token stands for; None for one that was never minted. What actions use is another than the API's."""
        known = ((seat, seat.runtime_token if is_runtime else seat.token) for seat in self.seats)
        return next((seat for seat, its in known if token and token == its), None)

    @contextmanager
    def holding(self, seat: Seat, group: str, *, cancels: bool) -> Iterator[None]:
        """The concurrency group is the job's inside; waits for whoever holds it, or cancels them first."""
        place = (seat.repository, group)
        with self._changed:
            holder = self._holders.get(place)
            if holder and cancels:
                holder.is_cancelled = True
            free = self._changed.wait_for(lambda: place not in self._holders, _GROUP_WAIT_SECONDS)
            assert free, f"the group {group} was never given back"
            self._holders[place] = seat
        seat.groups.add(group)
        try:
            yield
        finally:
            seat.groups.discard(group)
            with self._changed:
                del self._holders[place]
                self._changed.notify_all()

    # What goes wrong

    def fault(self, method: str, path: str, kind: FaultKind, *, times: int = 1, after: int = 0) -> Fault:
        """Make requests whose path matches (a regular expression, whole path) fail: ``times``, after ``after``."""
        fault = Fault(method, path, kind, times, after)
        self.faults.append(fault)
        return fault

    def before(self, method: str, path: str, do: Callable[[], object], *, after: int = 0) -> Fault:
        """Do something just before the first matching request (after ``after`` of them) is answered: a race."""
        fault = Fault(method, path, "none", 1, after, do)
        self.faults.append(fault)
        return fault

    def requests(self, method: str = "", path: str = "", job: str = "") -> list[Logged]:
        """Requests so far with that method, a path that holds ``path``, and a job that ends with ``job``."""
        with self.lock:
            return [
                entry
                for entry in self.log
                if (not method or entry.method == method) and path in entry.path and entry.job.endswith(job)
            ]

"""What a scenario left on the fake GitHub, as text that is the same each time."""

import hashlib
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.golden_case import main_of
from tests.workflows import bare_repository
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.github_state import Comment, Issue, Reaction, Repository
from tests.workflows.runner import WorkflowRun

GOLDEN = Path(__file__).with_name("golden")

_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d| UTC)?"
_NO_LINK = "\u200b"
# Whole or shortened, and with what keeps GitHub from making a link of it.
_SHA = re.compile(rf"(?<![0-9a-zA-Z{_NO_LINK}])[0-9a-f](?:{_NO_LINK}?[0-9a-f]){{6,39}}(?![0-9a-zA-Z{_NO_LINK}])")
_TELLS_NOTHING = (
    (re.compile(r"http://127\.0\.0\.1:\d+"), "https://GITHUB"),
    (re.compile(_TIME), "TIME"),
    (re.compile(r"\b[A-Z][a-z]{2} \d{1,2}, \d{4}, \d\d:\d\d(?= UTC\b)"), "TIME"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r"(?<=/runs/)\d+"), "RUN"),
    (re.compile(r"\b\d+(?:\.\d+)? (?:ms|s|min)\b"), "A WHILE"),
    (re.compile(r"\b[0-9a-f]{32}(?=\.\w)"), "HASH"),
    (re.compile(r"(?<=issuecomment-)\d+"), "COMMENT"),
    (re.compile(r'(?<="comment": )\d+'), "COMMENT"),
    (re.compile(r'(?<="deployment": ")\d+'), "DEPLOYMENT"),
    (re.compile(r"\bPython 3\.\d+\.\d+\b"), "Python 3"),
)


def end_state(github: FakeGitHub, *runs: WorkflowRun, name: str = "ann/blog", tells_errors: bool = False) -> str:
    """Branches, talk and releases of one repository, and how each job ended; commits are numbered as they appear.

    Args:
        tells_errors: the errors that the page of each run shows, too, where they are all that a person learns.
    """
    repository = github.repositories[name]
    errors = _errors(runs) if tells_errors else ()
    lines = [
        *_setting(repository),
        *_jobs(runs),
        *errors,
        *_branches(repository),
        *_talk(repository),
        *_rest(repository),
    ]
    return _steady("\n".join(lines) + "\n", github)


def assert_golden(found: str, name: str, request: pytest.FixtureRequest) -> None:
    """Compare with golden/NAME.txt; `--update-golden` writes it anew and fails that once."""
    path = GOLDEN / f"{name}.txt"
    written = path.read_text(encoding="utf-8") if path.exists() else ""
    if found != written and request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
        pytest.fail(f"{path.name} is rewritten: look at the difference, then run again")
    assert found == written


def _setting(repository: Repository) -> Iterator[str]:
    """What the repository is, where it is not as most are."""
    said = {
        "private": repository.private,
        f"a fork of {repository.fork_of}": bool(repository.fork_of),
        "a template": repository.is_template,
        "no issues": not repository.has_issues,
        "no pull requests by Actions": not repository.may_open_pull_requests,
    }
    if any(said.values()):
        yield f"-- {repository.name}: {', '.join(words for words, holds in said.items() if holds)} --"


def _jobs(runs: tuple[WorkflowRun, ...]) -> Iterator[str]:
    for run in runs:
        yield "-- jobs --"
        yield from (f"{name}: {result}" for name, result in run.results.items())
        if not run.was_started:
            yield "nothing started"


def _errors(runs: tuple[WorkflowRun, ...]) -> Iterator[str]:
    for note in (note for run in runs for note in run.annotations if note.level == "error"):
        place = f" at {note.file}{f', line {note.line}' if note.line else ''}" if note.file else ""
        yield f"-- error{place} --"
        yield note.message


def _branches(repository: Repository) -> Iterator[str]:
    main = bare_repository.resolved(repository.git, f"refs/heads/{repository.default_branch}")
    shown: dict[str, str] = {}
    for ref, commit in bare_repository.branches(repository.git).items():
        tree = bare_repository.git(repository.git, "rev-parse", f"{commit}^{{tree}}")
        count = bare_repository.git(repository.git, "rev-list", "--count", commit)
        if commit == main:
            yield f"-- {ref}: {commit}, the last of {count} --"
        elif tree in shown:
            yield f"-- {ref}: as {shown[tree]} --"
        elif count == "1":
            yield f"-- {ref}: one commit --"
            yield from _files(repository.git, commit)
        else:
            yield f"-- {ref}: against the default branch --"
            yield from _changes(repository.git, main, commit)
        shown.setdefault(tree, ref)


def _files(git: Path, commit: str) -> Iterator[str]:
    """Each file, in the order of names without digests."""
    files = bare_repository.tree_files(git, commit)
    yield from sorted(_without_times(path) + _told(path, content) for path, content in files.items())


def _told(path: str, content: bytes) -> str:
    """Of a record what was built; of a page its title, and a digest of the words between the tags of its ``main``."""
    if path.endswith(".inkmill.json"):
        return f"  {json.loads(content).get('source', '')}"
    if not path.endswith(".html"):
        return ""
    page = content.decode()
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    words = " ".join(_without_times(unescape(re.sub(r"<[^>]*>", " ", main_of(page)))).split())
    return f"  {unescape(title[1]).strip() if title else ''}  {hashlib.sha256(words.encode()).hexdigest()[:8]}"


def _changes(git: Path, base: str, commit: str) -> Iterator[str]:
    """``A``dded, ``M``odified, ``D``eleted; a folder of the root that is gone whole is one line."""
    listed = bare_repository.git(git, "diff", "--name-status", "--no-renames", base, commit).splitlines()
    kept = {path.split("/")[0] for path in bare_repository.tree_files(git, commit)}
    seen = set()
    for line in listed:
        kind, _, path = line.partition("\t")
        top, _, inner = path.partition("/")
        entry = f"D {top}/" if kind == "D" and inner and top not in kept else f"{kind} {path}"
        if entry not in seen:
            yield entry
        seen.add(entry)


def _talk(repository: Repository) -> Iterator[str]:
    for issue in repository.issues.values():
        yield from _issue(repository, issue)
        for comment in repository.comments.values():
            if comment.issue == issue.number:
                yield from _comment(comment)


def _issue(repository: Repository, issue: Issue) -> Iterator[str]:
    pull = repository.pulls.get(issue.number)
    kind = f"pull request {issue.number} of {pull.head_repository}:{pull.head_ref}" if pull else f"issue {issue.number}"
    labels = f", {', '.join(issue.labels)}" if issue.labels else ""
    yield f"-- {kind}, {issue.state}{labels}, by {issue.author.login} --"
    yield f"{issue.title}\n\n{issue.body}".rstrip()
    yield from _reactions(issue.reactions)


def _comment(comment: Comment) -> Iterator[str]:
    edited = ", edited" if comment.updated != comment.created else ""
    yield f"-- comment on {comment.issue} by {comment.author.login}{edited} --"
    yield comment.body.rstrip()
    yield from _reactions(comment.reactions)


def _reactions(reactions: list[Reaction]) -> Iterator[str]:
    yield from (f"({reaction.content} by {reaction.author.login})" for reaction in reactions)


def _rest(repository: Repository) -> Iterator[str]:
    for release in repository.releases:
        yield f"-- release {release.tag}{', a draft' if release.draft else ''}: {', '.join(release.assets)} --"
        yield release.body
    for deployment in repository.deployments:
        yield f"-- deployment by {deployment.job.split('/', 1)[1]} --"
    for opened in repository.opened_deployments:
        yield f"-- deployment of {opened.sha} to {opened.environment} by {opened.author.login} --"
        yield json.dumps(opened.payload, sort_keys=True)
        yield from (f"({status.state}: {status.description})" for status in opened.statuses)
    for dispatched in repository.dispatched:
        yield f"-- {dispatched.workflow} dispatched on {dispatched.ref} by {dispatched.job.split('/', 1)[-1]} --"
        yield json.dumps(dispatched.inputs, sort_keys=True)
    for attestation in repository.attestations:
        yield f"-- attestation of {', '.join(attestation.subjects)} --"
    for workflow, state in repository.workflow_states.items():
        yield f"-- {workflow} is {state} --"


def _steady(text: str, github: FakeGitHub) -> str:
    """Without addresses, times and digests; each commit, shortened ones too, as COMMIT-1, COMMIT-2, …"""
    known = {
        sha
        for repository in github.repositories.values()
        for sha in bare_repository.git(repository.git, "rev-list", "--all").split()
    }
    numbers: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        plain = found[0].replace(_NO_LINK, "")
        whole = [sha for sha in known if sha.startswith(plain)]
        if len(whole) != 1:
            return found[0]
        number = numbers.setdefault(whole[0], f"COMMIT-{len(numbers) + 1}")
        return number if plain == found[0] else f"{number}, no link"

    return _SHA.sub(numbered, _without_times(text))


def _without_times(text: str) -> str:
    for pattern, word in _TELLS_NOTHING:
        text = pattern.sub(word, text)
    return text

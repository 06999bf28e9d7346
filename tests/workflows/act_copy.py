"""A workflow file as the runner needs it: when it starts, its jobs in order, and the copy that act is given."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import yaml

UNKNOWN_TO_ACT: tuple[tuple[str, ...], ...] = (
    ("jobs", "*", "environment", "deployment"),
    ("jobs", "*", "concurrency", "queue"),
)
"""Keys of GitHub's that act 0.2.89 refuses, by their path (``*``: any name). Nothing else is taken out of a job."""

_DEFAULT_TYPES = {
    "pull_request": ("opened", "synchronize", "reopened"),
    "pull_request_target": ("opened", "synchronize", "reopened"),
}
COLLECTOR = "collect-what-came-out"
"""The job of a copy that act is asked for; it runs the one that is meant, and what that needs."""

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """How a job ended, and its outputs."""

    result: str
    outputs: Mapping[str, str]


def parsed(text: str) -> Plain:
    """The file as plain values; `on` stays a word where YAML 1.1 would make it true."""
    found = yaml.safe_load(text)
    assert isinstance(found, dict)
    if True in found:
        found["on"] = found.pop(True)
    return found


def starts(workflow: Plain, event: str, *, ref: str, action: str) -> bool:
    """Whether the event starts it: its name, its type, and the filters of branches and tags."""
    triggers = workflow["on"]
    if isinstance(triggers, str | list):
        triggers = dict.fromkeys([triggers] if isinstance(triggers, str) else triggers)
    if event not in triggers:
        return False
    rules = triggers[event] or {}
    if event == "push":
        return _push_starts(rules, ref)
    types = rules.get("types", _DEFAULT_TYPES.get(event)) if isinstance(rules, dict) else None
    return not types or action in types


def _push_starts(rules: Plain, ref: str) -> bool:
    branch, tag = (
        ref.removeprefix(prefix) if ref.startswith(prefix) else "" for prefix in ("refs/heads/", "refs/tags/")
    )
    of_branches, of_tags = (any(key in rules for key in (word, f"{word}-ignore")) for word in ("branches", "tags"))
    name, word, is_filtered = (branch, "branches", of_branches) if branch else (tag, "tags", of_tags)
    if not is_filtered:
        return not (of_branches or of_tags)
    wanted, unwanted = rules.get(word), rules.get(f"{word}-ignore", ())
    return not matches(name, unwanted) if wanted is None else matches(name, wanted)


def matches(name: str, patterns: list[str]) -> bool:
    """GitHub's filter patterns, as far as they are used: ``*`` stops at a slash, ``**`` does not, ``!`` takes back."""
    found = False
    for pattern in patterns:
        body = re.escape(pattern.removeprefix("!")).replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
        if re.fullmatch(body, name):
            found = not pattern.startswith("!")
    return found


def needs_of(job: Plain) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else list(needs)


def in_order(jobs: Plain) -> Iterator[str]:
    """Names of jobs, each after those that it needs."""
    done: list[str] = []
    while len(done) < len(jobs):
        ready = [name for name in jobs if name not in done and set(needs_of(jobs[name])) <= set(done)]
        assert ready, "the jobs need one another in a circle"
        yield ready[0]
        done.append(ready[0])


def copy_for_act(
    workflow: Plain,
    name: str,
    event: str,
    results: Mapping[str, Result],
    collected: str,
    *,
    is_asked_only: bool = False,
) -> Plain:
    """The workflow with one job as it stands, a stub for each job it needs, and a job that writes down how it ended.

    Args:
        results: of the jobs that it needs.
        collected: the file that gets ``{"result": …, "outputs": {…}}``.
        is_asked_only: the job's steps are left out: what is asked is whether its `if` lets it run.
    """
    job = workflow["jobs"][name]
    if is_asked_only:
        job = {key: job[key] for key in ("needs", "if") if key in job}
        job |= {"runs-on": "ubuntu-24.04", "steps": [{"run": ":"}]}
    collector = {
        "needs": [name],
        "if": "always()",
        "runs-on": "ubuntu-24.04",
        "steps": [
            {
                "run": 'printf %s "$FOUND" > "$COLLECTED"',
                "env": {"FOUND": f"${{{{ toJSON(needs['{name}']) }}}}", "COLLECTED": collected},
            }
        ],
    }
    jobs = {need: _stub(results[need]) for need in needs_of(job)} | {name: job, COLLECTOR: collector}
    kept = {key: value for key, value in workflow.items() if key not in ("on", "jobs")}
    # act finds the inputs of a dispatch by their declarations.
    declared = workflow["on"].get(event) if event == "workflow_dispatch" and isinstance(workflow["on"], dict) else None
    return less_unknown({**kept, "on": {event: declared}, "jobs": jobs})


def less_unknown(workflow: Plain) -> Plain:
    """A copy without the keys that act does not know."""
    copied = deepcopy(workflow)
    for path in UNKNOWN_TO_ACT:
        _take_out(copied, path)
    return copied


def _take_out(value: Any, path: tuple[str, ...]) -> None:
    first, *rest = path
    if not isinstance(value, dict):
        return
    if not rest:
        value.pop(first, None)
        return
    for inner in value.values() if first == "*" else [value.get(first)]:
        _take_out(inner, tuple(rest))


def _stub(result: Result) -> Plain:
    """A job that ends as another did, with its outputs; they travel as values, so nothing in them is evaluated."""
    if result.result == "skipped":
        return {"if": "false", "runs-on": "ubuntu-24.04", "steps": [{"run": ":"}]}
    written = [
        f"printf '%s<<%s\\n%s\\n%s\\n' {name} END_OF_STUB {_quoted(value)} END_OF_STUB >> \"$GITHUB_OUTPUT\""
        for name, value in result.outputs.items()
    ]
    ends = ":" if result.result == "success" else "exit 1"
    return {
        "runs-on": "ubuntu-24.04",
        "outputs": {name: f"${{{{ steps.was.outputs['{name}'] }}}}" for name in result.outputs},
        "steps": [{"id": "was", "run": "\n".join([*written, ends])}],
    }


def _quoted(value: str) -> str:
    """For the shell, and such that no expression stands in the file."""
    return "'" + value.replace("'", "'\\''").replace("${{", "$''{{") + "'"

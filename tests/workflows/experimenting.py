"""Experiments of ann's blog: a W&B in the scenarios' network, what is logged there, commands that ask for it."""

import base64
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.experiments.fake_wandb import Asked, FakeWandb
from tests.experiments.fixture_runs import PROJECT, StoredRun
from tests.workflows import events
from tests.workflows.end_state import end_state
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.github_state import ACTIONS, Comment, Environment
from tests.workflows.loopback import Loopback
from tests.workflows.proposals import BLOG, Files, Proposal, proposed
from tests.workflows.refreshing import config
from tests.workflows.runner import Runner, WorkflowRun

# The real client takes none that is shorter.
KEY = f"canary-{'7be4d1c0ffee' * 3}-wandb"
NOTHING = dict.fromkeys(("gate", "run", "runs", "report", "test", "deploy"), "skipped")
"""How the jobs of experiments.yml end where a comment is no command."""
REFUSED = NOTHING | {"gate": "success"}
ASKED = REFUSED | {"runs": "success", "report": "success"}
"""Of /get-runs."""


def logged(
    run_id: str, sha: str, state: str = "finished", *, tags: str = "", name: str = "", lr: object = 0.1, **summary: Any
) -> StoredRun:
    """A run that names a commit in its configuration.

    Args:
        summary: the metrics it logged.
    """
    return StoredRun(run_id, state, tuple(tags.split()), {"github_sha": sha, "lr": lr}, summary, name=name)


BASELINES = (
    StoredRun("base", "finished", ("baseline",), {"github_sha": "b" * 40, "lr": 0.1}, {"acc": 0.9, "loss": 0.3}),
    StoredRun("weak", "finished", ("baseline",), {"github_sha": "c" * 40, "lr": 0.5}, {"acc": 0.7, "loss": 0.6}),
)


def wandb_in(network: Loopback) -> FakeWandb:
    """A W&B at an address of that network, which answers who has KEY; it holds BASELINES."""
    return FakeWandb(BASELINES, key=KEY, listening=network.listening())


@dataclass(frozen=True, slots=True)
class Lab:
    """ann's blog, whose settings name a W&B and whose environment `notebooks` holds its key."""

    github: FakeGitHub
    runner: Runner
    wandb: FakeWandb

    def set_up(self, more: str = "") -> None:
        """Push the settings, and put the key where jobs may find it.

        Args:
            more: of `experiments:`, indented lines.
        """
        self.configure(f"{settings(self.wandb)}{more}")
        self.github.repositories[BLOG].environments["notebooks"] = Environment({"WANDB_API_KEY": KEY})

    def configure(self, more: str) -> None:
        """The blog's settings with more beside them; empty for a blog that knows of no W&B."""
        self.github.push(BLOG, "main", {"_config.yml": config(more)}, "Settings")

    def proposed(self, files: Files, *, by: str = "bob", branch: str = "idea") -> Proposal:
        """A pull request: of bob's from a branch of the blog itself, of anybody else's from a fork."""
        return proposed(self.github, files, by=by, branch=branch)

    def log(self, *runs: StoredRun) -> None:
        """Put runs into the project; one that is there under the same id is replaced."""
        ids = {run.id for run in runs}
        self.wandb.store.runs[:] = [run for run in self.wandb.store.runs if run.id not in ids] + list(runs)

    def commented(
        self, made: Proposal, body: str, *, by: str = "bob", environ: Mapping[str, str] | None = None
    ) -> WorkflowRun:
        """Somebody comments, and experiments.yml runs."""
        written = self.github.comment(BLOG, made.number, by, body)
        return self.runner.run("experiments.yml", events.comment(self.github, BLOG, written), environ)

    def dispatched(self, **inputs: str) -> WorkflowRun:
        """An outside system reports: experiments.yml is started by hand, with inputs."""
        event = events.dispatch(self.github, BLOG, "experiments.yml", inputs=inputs)
        return self.runner.run("experiments.yml", event)

    def comments(self, number: int) -> list[Comment]:
        """Under a pull request or an issue, the oldest first."""
        return [comment for comment in self.github.repositories[BLOG].comments.values() if comment.issue == number]

    def said(self, kind: str, number: int = 1) -> str:
        """Our comment of that kind under a pull request; AssertionError for none or several."""
        ours = [comment.body for comment in self.comments(number) if comment.author == ACTIONS]
        found = [body for body in ours if body.startswith(f"<!-- inkmill:{kind} -->")]
        assert len(found) == 1, f"{len(found)} comments of {kind}"
        return found[0]

    def reactions(self, body: str) -> list[str]:
        """To the last comment with that text."""
        comments = [found for found in self.github.repositories[BLOG].comments.values() if found.body == body]
        return [reaction.content for reaction in comments[-1].reactions]

    def end(self, *runs: WorkflowRun) -> str:
        """What stands on GitHub, which jobs held secrets of an environment, and what W&B was asked."""
        lines = [
            *(f"{job} held the secrets of {environment}" for job, environment in self._with_secrets(runs)),
            *_asked(self.wandb.requests),
        ]
        return end_state(self.github, *runs) + "-- elsewhere --\n" + "".join(f"{line}\n" for line in lines)

    def _with_secrets(self, runs: tuple[WorkflowRun, ...]) -> Iterator[tuple[str, str]]:
        numbers = {run.number for run in runs}
        secrets = self.github.repositories[BLOG].environments
        for seat in self.github.seats:
            if seat.run in numbers and seat.environment in secrets:
                yield seat.job.split("/", 1)[1], seat.environment


def settings(wandb: FakeWandb) -> str:
    """`experiments:` of a blog whose runs are there."""
    return (
        f"experiments:\n  project: {PROJECT}\n  base_url: {wandb.url}\n  baseline_tags: [baseline]\n"
        "  metrics: [acc:max, loss:min]\n  config: [lr]\n"
    )


def _asked(requests: list[Asked]) -> Iterator[str]:
    """Each operation, with or without the key, and how often."""
    known = f"Basic {base64.b64encode(f'api:{KEY}'.encode()).decode()}"
    counts = Counter(
        (asked.operation or asked.path, asked.headers.get("authorization", "") == known) for asked in requests
    )
    for (operation, has_key), count in counts.items():
        yield f"W&B was asked {operation} {'with' if has_key else 'without'} the key, {count}x"
    if not counts:
        yield "W&B was asked nothing"

"""A fake executor: notebooks run without a kernel, in a language of four words."""

import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace

from generator.model.execution import FailureKind, Job, Outcome, Progress, RunFailure, RunState, Watch


@dataclass
class FakeExecutor:
    """Cells say ``say WORDS``, ``param NAME``, ``raise WORDS``, ``leak`` or ``die``; anything else prints nothing.

    Args:
        leaks: what ``leak`` prints.
        fails: every run ends in an error of the world outside.
        ran: names of the jobs, in the order they ran.
    """

    ran: list[str] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    leaks: str = ""
    fails: bool = False

    def __call__(self, jobs: Sequence[Job], watch: Watch) -> Generator[tuple[Job, Outcome], None, None]:
        for job in jobs:
            self.ran.append(job.name)
            self.jobs.append(job)
            watch(Progress(job.name, RunState.STARTING))
            outcome = outcome_of(job, self.leaks)
            if self.fails:
                outcome = replace(outcome, failure=RunFailure(FailureKind.ERROR, "Oops: no answer", "wait", 2, 1))
            watch(Progress(job.name, RunState.FAILED if outcome.failure else RunState.DONE))
            yield job, outcome


def outcome_of(job: Job, leaks: str = "") -> Outcome:
    """What the cells of a job come to, one after the other."""
    notebook = json.loads(job.notebook)
    count = 0
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("tags", ())
        if cell["cell_type"] != "code" or "skip-execution" in tags:
            continue
        count += 1
        cell["execution_count"] = count
        number = cell["metadata"]["inkmill"]["number"]
        lines = [line for line in cell["source"].splitlines() if not line.startswith("#")]
        for line in lines:
            word, _, rest = line.partition(" ")
            if word == "die":
                failure = RunFailure(
                    FailureKind.DIED, "the kernel died (SIGKILL)", "give it more memory", number, count
                )
                return Outcome(json.dumps(notebook).encode(), failure, 1.0, "3.11.7")
            if word == "raise":
                error = {"output_type": "error", "ename": "Oops", "evalue": rest, "traceback": [f"Oops: {rest}"]}
                cell["outputs"].append(error)
                if job.goes_on_after_errors or "raises-exception" in tags:
                    break
                said = f"Oops: {rest}"
                failure = RunFailure(FailureKind.ERROR, said, "mend the cell", number, count, 1, said)
                return Outcome(json.dumps(notebook).encode(), failure, 1.0, "3.11.7")
            if word in ("say", "param", "leak"):
                text = {"say": rest, "param": str(job.params.get(rest)), "leak": leaks}[word]
                cell["outputs"].append({"output_type": "stream", "name": "stdout", "text": text + "\n"})
    return Outcome(json.dumps(notebook).encode(), None, 1.0, "3.11.7")

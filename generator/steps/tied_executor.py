"""An executor whose kernels know the commit they run for, so that what they log is tied to it."""

import os
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from generator.cache.disk_errors import disk_work
from generator.experiments.services.tied import tied_variables, wandb_config
from generator.model.execution import Executor, Job, Outcome, Watch
from generator.model.experiment import ExperimentRules
from generator.model.request import BuildRequest

_FILE = "github_sha.yaml"


@dataclass(frozen=True, slots=True)
class TiedExecutor:
    """Runs jobs as another executor does; what came back of each is remembered.

    Args:
        file: that holds the commit; relative to the source directory where it must travel along, else absolute.
    """

    inner: Executor
    sha: str
    rules: ExperimentRules
    file: str
    notebooks: dict[str, bytes | None] = field(default_factory=dict)

    def __call__(self, jobs: Sequence[Job], watch: Watch) -> Generator[tuple[Job, Outcome], None, None]:
        """As every executor."""
        with closing(self.inner([self._tied(job) for job in jobs], watch)) as outcomes:
            for job, outcome in outcomes:
                self.notebooks[job.name] = outcome.notebook
                yield job, outcome

    def _tied(self, job: Job) -> Job:
        travels = not PurePosixPath(self.file).is_absolute()
        # Where a file lies on another machine is known from the kernel's own folder alone.
        place = os.path.relpath(self.file, job.folder or ".") if travels else self.file
        variables = tied_variables(self.sha, Path(place).as_posix(), self.rules, os.environ)
        files = (*job.files, self.file) if travels else job.files
        return replace(job, variables={**job.variables, **variables}, files=files)


@contextmanager
def tied_executor(inner: Executor, request: BuildRequest, sha: str, rules: ExperimentRules) -> Iterator[TiedExecutor]:
    """The executor that request asks for, tied to a commit as long as the block lasts.

    Raises:
        MachineError: the file with the commit cannot be written.
    """
    # In the store's folder, which nothing of the blog looks into: what travels must lie below the source directory.
    is_below = request.executor == "ray" and request.cache.is_relative_to(request.source)
    with disk_work("the run cannot be tied to its commit"):
        if is_below:
            request.cache.mkdir(parents=True, exist_ok=True)
        scratch = tempfile.TemporaryDirectory(prefix="tied-", dir=request.cache if is_below else None)
    with scratch as folder:
        path = Path(folder) / _FILE
        with disk_work("the run cannot be tied to its commit"):
            path.write_text(wandb_config(sha), encoding="utf-8")
        file = path.relative_to(request.source).as_posix() if is_below else path.as_posix()
        yield TiedExecutor(inner, sha, rules, file)


def handed_on(notebooks: Mapping[str, bytes | None]) -> Iterator[tuple[str, bytes]]:
    """File name and content of each notebook that came back; the second has a number in its name."""
    found = [content for content in notebooks.values() if content is not None]
    for number, content in enumerate(found, 1):
        yield (f"notebook-{number}.ipynb" if number > 1 else "notebook.ipynb"), content

"""Jobs for an executor: the notebook as a kernel gets it, with limits, environment and what must travel along."""

import math
import os
from collections.abc import Mapping
from functools import partial
from pathlib import PurePosixPath

from generator.errors import ContentError, InkmillError, MachineError
from generator.execution.environments import Environments
from generator.execution.kernels import choose_kernel
from generator.execution.prepared import prepared
from generator.formats.notebook import parse
from generator.model.execution import FailureKind, Job, KernelChoice, RunFailure
from generator.model.front_matter import ErrorPolicy
from generator.model.notebook import Notebook
from generator.model.outline import CellFlags, Outline
from generator.model.reading import ReadingRules
from generator.model.request import BuildRequest
from generator.readers.outline import outline
from generator.settings.values import ExecutionDefaults
from generator.sources.disk import load
from generator.stages.asking import policy_of
from generator.stages.inputs import Inputs, content_of
from generator.stages.run_needs import RunNeeds


class JobMaker:
    """Makes the jobs of one build; a notebook of many variants is read once."""

    def __init__(self, request: BuildRequest, inputs: Inputs, rules: ReadingRules) -> None:
        self._request = request
        self._rules = rules
        self._defaults: ExecutionDefaults = inputs.settings.execution
        self._shelved = {source.path: source for source in inputs.sources}
        self._outlines: dict[str, tuple[Outline, bytes, Notebook]] = {}

    def __call__(self, needs: RunNeeds) -> Job | RunFailure:
        """The job of an edition that can run; a failure where its environment cannot be made."""
        if needs.kernel is None:
            raise ValueError(f"{needs.name} has no kernel")
        try:
            kernel = self._kernel(needs, needs.kernel)
            notebook = self._outline(needs)[1]
        except MachineError:
            raise
        except InkmillError as wrong:
            place = wrong.at
            cell, line = (place.cell, place.line) if place is not None else (None, None)
            return RunFailure(FailureKind.ENVIRONMENT, wrong.problem, wrong.mend or "mend it", cell=cell, line=line)
        wishes, defaults = needs.edition.wishes, self._defaults
        folder = PurePosixPath(needs.plan.path).parent.as_posix()
        return Job(
            path=needs.plan.path,
            variant=needs.variant,
            notebook=notebook,
            kernel=kernel,
            folder="" if folder == "." else folder,
            params=wishes.params,
            timeout_seconds=_limit(wishes.timeout_seconds, defaults.timeout),
            notebook_timeout_seconds=_limit(wishes.notebook_timeout_seconds, defaults.notebook_timeout),
            goes_on_after_errors=policy_of(wishes, defaults) is ErrorPolicy.SHOW,
            variables=_variables(defaults.env),
            files=needs.files,
            resources=wishes.resources,
            is_warm=self._request.warm and defaults.warm,
            preloaded=defaults.preload,
        )

    def flags_of(self, needs: RunNeeds) -> tuple[CellFlags, ...]:
        """What each cell of the notebook asks for."""
        return self._outline(needs)[0].cells

    def notebook_of(self, needs: RunNeeds) -> Notebook:
        """The notebook as its author saved it."""
        return self._outline(needs)[2]

    def _outline(self, needs: RunNeeds) -> tuple[Outline, bytes, Notebook]:
        path = needs.plan.path
        if path not in self._outlines:
            source = load(self._request.source, self._shelved[path])
            if source.digest != needs.plan.digest:
                raise ContentError("this file was saved while it was read", mend="build again")
            found = outline(source, self._rules)
            notebook, _ = parse(source.content, path)
            self._outlines[path] = found, prepared(notebook, found.cells), notebook
        return self._outlines[path]

    def _kernel(self, needs: RunNeeds, kernel: KernelChoice) -> KernelChoice:
        if needs.own is None:
            return kernel
        python = Environments(self._request.cache / "environments").ensure(
            needs.own.requirements,
            name=needs.own.name,
            requires_python=needs.own.requires_python,
            read=partial(content_of, self._request),
        )
        return choose_kernel(kernel.name, kernel.language, python=python)[0]


def _limit(wished: float | None, default: float) -> float | None:
    """Seconds; 0 in _config.yml, and infinity in front matter, stand for no limit."""
    seconds = default if wished is None else wished
    return seconds if seconds and math.isfinite(seconds) else None


def _variables(names: tuple[str, ...]) -> Mapping[str, str]:
    return {name: os.environ[name] for name in names if name in os.environ}

"""What jobs may be handed: variables, outputs, files. Everything is listed, so that nothing else gets in."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from tests.workflows.policy_lists import RUNS_A_BRANCH
from tests.workflows.workflow_file import Job, Place, WorkflowFile

Breach = tuple[Place, str]

_DEFAULT_BRANCH = "${{ github.event.repository.default_branch }}"
# The published branch, whose files are served and nothing of which is run.
_REFS = (_DEFAULT_BRANCH, "gh-pages")
_PLAIN = frozenset({"persist-credentials", "fetch-depth", "ref", "path"})
_OF_A_BRANCH = _PLAIN | {"submodules", "lfs"}

_OUTPUT = re.compile(r"\$\{\{ steps\.[a-z]+\.outputs\.(\w+) \}\}")
_FOLDER = re.compile(r"\$\{\{ runner\.temp \}\}(?:/[a-z]+)+(?:/[a-z]+\.json)?|dist")


def _of_gate(*names: str) -> dict[str, tuple[str, ...]]:
    return {name.upper(): (f"${{{{ needs.gate.outputs.{name} }}}}",) for name in names}


_OF_PULL = "${{ github.event.pull_request."
# Name and values of every variable that a step may get.
_VARIABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **_of_gate("command", "comment", "earlier", "notebook", "notebooks", "parameters", "run_id", "state"),
        "PR": ("${{ needs.gate.outputs.pr }}", f"{_OF_PULL}number }}}}"),
        "SHA": ("${{ needs.gate.outputs.sha }}", f"{_OF_PULL}head.sha }}}}"),
        "BUILD_RESULT": ("${{ needs.build.result }}", "${{ needs.render.result }}"),
        **{
            f"{job.upper()}_RESULT": (f"${{{{ needs.{job}.result }}}}",)
            for job in ("execute", "keep", "publish", "refresh", "run", "runs")
        },
        "ENVIRONMENT": ("${{ vars.DEPLOY_ENVIRONMENT }}",),
        "WORKFLOW": ("${{ vars.DEPLOY_WORKFLOW }}", "${{ vars.FULL_TEST_WORKFLOW }}"),
        "RAY_ADDRESS": ("${{ vars.RAY_ADDRESS }}",),
        "GH_TOKEN": ("${{ github.token }}",),
        "NOTEBOOK_SECRETS": ("${{ secrets.NOTEBOOK_SECRETS }}",),
        "WANDB_API_KEY": ("${{ secrets.WANDB_API_KEY }}",),
    }
)
# Without it, what an earlier job left would be believed however that job ended.
_NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"deploy": ("RUNS_RESULT",), "report-experiment": ("RUNS_RESULT", "RUN_RESULT"), "fetch-runs": ("RUN_RESULT",)}
)
_STEP = re.compile(r"-m generator\.steps ([a-z-]+)")


def variables_are_listed(file: WorkflowFile) -> Iterator[Breach]:
    """One more could steer Python, the shell or where a key goes; another value could be a stranger's."""
    for job in file.jobs:
        for place, step in job.steps:
            given: Mapping[str, Any] = step.get("env") or {}
            for name, value in given.items():
                # Secrets and tokens have rules of their own, which say more.
                if name not in _VARIABLES or (str(value) not in _VARIABLES[name] and "secrets" not in str(value)):
                    yield (*place, "env", name), f"`{name}: {value}` is not listed for a step"
            called = _STEP.search(str(step.get("run", "")))
            for name in _NEEDED.get(called[1], ()) if called else ():
                if name not in given:
                    yield place, f"`{called[1] if called else ''}` is told how the job before it ended: {name}"


def outputs_are_a_steps_own(file: WorkflowFile) -> Iterator[Breach]:
    """What later jobs go by is what a step said, and nothing that the workflow or the event says by itself."""
    for job in file.jobs:
        for name, value in (job.value.get("outputs") or {}).items():
            found = _OUTPUT.fullmatch(str(value))
            if found is None or found[1] != name:
                yield (*job.place, "outputs", name), f"the output `{name}` is not that of a step"


def checkouts_are_ours(file: WorkflowFile) -> Iterator[Breach]:
    """Beside keys and rights lies what the default branch holds, from this repository."""
    for job in file.jobs:
        if job.kind not in ("P", "W"):
            continue
        is_of_a_branch = (file.name, job.name) == RUNS_A_BRANCH
        for place, used, options in job.uses:
            if not used.startswith("actions/checkout@"):
                continue
            for key in options.keys() - (_OF_A_BRANCH if is_of_a_branch else _PLAIN):
                yield place, f"`{key}:` is for no checkout beside keys or rights"
            if not is_of_a_branch and options.get("ref", _DEFAULT_BRANCH) not in _REFS:
                yield place, f"`{options['ref']}` is not the default branch"


def files_have_places(file: WorkflowFile) -> Iterator[Breach]:
    """A folder too many handed on would hold the runner's own files; one within another, what that one should."""
    for job in file.jobs:
        for place, used, options in job.uses:
            name = used.partition("@")[0]
            if name not in ("actions/upload-artifact", "actions/download-artifact"):
                continue
            if not _FOLDER.fullmatch(str(options.get("path", ""))):
                yield place, f"`{options.get('path')}` is no folder of its own in runner.temp"
            if name == "actions/download-artifact" and options.keys() - {"name", "path"}:
                yield place, "an artifact is fetched by name and path, and by nothing else"
        yield from _nested(job)


def _nested(job: Job) -> Iterator[Breach]:
    filled = [(p, str(o.get("path"))) for p, used, o in job.uses if used.startswith("actions/download-artifact@")]
    for place, where in filled:
        if any(where.startswith(f"{other}/") for _, other in filled):
            yield place, "one artifact lies within another, and could stand in for a part of it"

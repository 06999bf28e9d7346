"""The machines of a cluster: what each can give, and whether it can run notebooks at all."""

import hashlib
import io
import math
import platform
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import generator
from generator.errors import MachineError
from generator.execution import ray_tasks
from generator.model.execution import FailureKind, RunFailure
from generator.model.resources import Resources

# A machine that just joined starts its first worker, and imports from a cold disk.
_PROBE_SECONDS = 60.0
_NEEDED = ("papermill", "nbclient", "nbformat", "jupyter_client", "ipykernel", "psutil")


def wanted(resources: Resources) -> dict[str, float]:
    """In Ray's words; a notebook takes one processor unless it says otherwise."""
    asked = {
        "CPU": 1.0 if resources.cpus is None else resources.cpus,
        "GPU": resources.gpus or 0.0,
        "memory": float(resources.memory_bytes or 0),
    }
    return {name: amount for name, amount in asked.items() if amount > 0}


def places(resources: Resources, machines: Sequence[Mapping[str, float]]) -> int:
    """How many such notebooks the machines can run at once; 0 when no machine is large enough for one."""
    asked = wanted(resources)
    if not asked:
        return len(machines)
    return sum(math.floor(min(has.get(name, 0.0) / amount for name, amount in asked.items())) for has in machines)


def too_much(resources: Resources, machines: Sequence[Mapping[str, float]]) -> RunFailure:
    """Why a notebook fits on none of the machines."""
    asked = wanted(resources)
    largest = {name: max((has.get(name, 0.0) for has in machines), default=0.0) for name in asked}
    short = [name for name in asked if asked[name] > largest[name]] or list(asked)
    said = " and ".join(f"{_amount(name, asked[name])} (the most there is: {largest[name]:g})" for name in short)
    if "memory" in short:
        said = said.replace(f"{largest['memory']:g}", _gigabytes(largest["memory"]))
    at_once = "" if len(short) < len(asked) or len(asked) == 1 else " at once"
    return RunFailure(
        FailureKind.KERNEL,
        f"it asks for {said}, which no machine of the cluster has{at_once}",
        "ask for less under `resources:`, or add such a machine to the cluster",
    )


def _amount(name: str, amount: float) -> str:
    return f"{_gigabytes(amount)} of memory" if name == "memory" else f"{amount:g} {name}{'' if amount == 1 else 's'}"


def _gigabytes(amount: float) -> str:
    return f"{amount / 1e9:.1f} GB"


def machines_of(ray: Any) -> tuple[Mapping[str, float], ...]:
    """What each living machine has in all, used or not."""
    return tuple(node["Resources"] for node in ray.nodes() if node["Alive"])


def only_on(node_id: str) -> Any:
    """A scheduling strategy: that machine or none."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    return NodeAffinitySchedulingStrategy(node_id, soft=False)


def code_for(ray: Any) -> bytes | None:
    """inkmill's own package as a zip file when a machine lacks it or has other files of the same version, else None.

    Raises:
        MachineError: a machine has another version, another Python, or lacks what runs notebooks.
    """
    nodes = [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU", 0) > 0]
    ask = ray.remote(num_cpus=0, max_retries=0)(ray_tasks.probe())
    asked = {
        ask.options(name="inkmill", scheduling_strategy=only_on(node["NodeID"])).remote(_NEEDED): node for node in nodes
    }
    answered, _ = ray.wait(list(asked), num_returns=len(asked), timeout=_PROBE_SECONDS) if asked else ([], [])
    must_ship = False
    for answer in answered:
        try:
            python, version, digest, missing = ray.get(answer)
        except ray.exceptions.RayError:
            # It died meanwhile; the notebooks go to the others.
            continue
        check_machine(asked[answer]["NodeManagerAddress"], python, version, missing)
        must_ship |= version is None or digest != _digest()
    if nodes and not answered:
        raise MachineError("no machine of the Ray cluster answers", mend="look at it with `ray status`")
    return _package() if must_ship else None


def check_machine(machine: str, python: str, version: str | None, missing: Sequence[str]) -> None:
    here = platform.python_version()
    if python.split(".")[:2] != here.split(".")[:2]:
        raise MachineError(
            f"the Ray machine {machine} has Python {python}, and here is {here}", mend="use the same Python on both"
        )
    if version is not None and version != generator.__version__:
        raise MachineError(
            f"the Ray machine {machine} has inkmill {version}, and here is {generator.__version__}",
            mend=f"run `pip install inkmill=={generator.__version__}` there, or take it away: it is sent along",
        )
    if missing:
        raise MachineError(
            f"the Ray machine {machine} lacks {', '.join(missing)}",
            mend=f"run `pip install inkmill=={generator.__version__}` there",
        )


def _digest() -> str:
    summed = hashlib.sha256()
    for name, content in _sources():
        summed.update(f"{name}\0".encode() + content)
    return summed.hexdigest()


def _package() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _sources():
            archive.writestr(f"generator/{name}", content)
    return packed.getvalue()


def _sources() -> list[tuple[str, bytes]]:
    folder = Path(generator.__file__).parent
    return [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in sorted(folder.rglob("*.py"))]

"""What the machines of a cluster can give, and which of them inkmill refuses."""

import platform
from typing import Any

import pytest

import generator
from generator.errors import MachineError
from generator.execution.ray_nodes import check_machine, places, too_much
from generator.model.resources import Resources

_HERE = platform.python_version()
_SMALL, _LARGE = {"CPU": 2.0, "memory": 4e9}, {"CPU": 16.0, "GPU": 1.0, "memory": 64e9}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Resources(), 18),
        (Resources(cpus=4), 4),
        (Resources(cpus=0.5), 36),
        (Resources(gpus=0.5), 2),
        (Resources(memory_bytes=3 * 10**9), 17),
        (Resources(cpus=17), 0),
        (Resources(cpus=0), 2),
    ],
)
def test_places_are_counted_machine_by_machine(asked: Resources, expected: int) -> None:
    assert places(asked, (_SMALL, _LARGE)) == expected


def test_what_each_machine_has_part_of_is_missing_at_once() -> None:
    failure = too_much(Resources(cpus=8, gpus=1), ({"CPU": 16.0}, {"CPU": 2.0, "GPU": 1.0}))

    assert failure.problem == (
        "it asks for 8 CPUs (the most there is: 16) and 1 GPU (the most there is: 1), "
        "which no machine of the cluster has at once"
    )


@pytest.mark.parametrize(
    ("seen", "problem"),
    [
        ((_HERE, "0.0.1", ()), f"the Ray machine there has inkmill 0.0.1, and here is {generator.__version__}"),
        (("3.9.2", None, ()), f"the Ray machine there has Python 3.9.2, and here is {_HERE}"),
        ((_HERE, None, ("papermill", "psutil")), "the Ray machine there lacks papermill, psutil"),
    ],
)
def test_a_machine_that_cannot_run_notebooks_as_here_is_refused(seen: Any, problem: str) -> None:
    with pytest.raises(MachineError) as raised:
        check_machine("there", *seen)

    assert raised.value.problem == problem


@pytest.mark.parametrize("version", [None, generator.__version__])
def test_a_machine_without_inkmill_is_as_good_as_one_with_the_same(version: str | None) -> None:
    check_machine("there", _HERE, version, ())

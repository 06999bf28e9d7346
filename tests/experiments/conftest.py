"""A fake W&B for every test of experiments that asks for one."""

import os
from collections.abc import Iterator

import pytest

from tests.experiments.fake_wandb import FakeWandb
from tests.experiments.real_client import ENVIRONMENT


@pytest.fixture
def wandb_server() -> Iterator[FakeWandb]:
    """With the project `acme/mnist` of the acceptance examples, open to everybody."""
    with FakeWandb() as server:
        yield server


@pytest.fixture(scope="session")
def wandb_environment() -> None:
    """The real client is installed; at a desk tests that need it may be left out, in CI never."""
    if ENVIRONMENT.with_suffix(".stamp").exists():
        return
    why = "the client of W&B is not installed: `make .venv/wandb.stamp` does it"
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)

"""A fake W&B for every test of experiments that asks for one."""

from collections.abc import Iterator

import pytest

from tests.experiments.fake_wandb import FakeWandb
from tests.experiments.real_client import need_client


@pytest.fixture
def wandb_server() -> Iterator[FakeWandb]:
    """With the project `acme/mnist` of the acceptance examples, open to everybody."""
    with FakeWandb() as server:
        yield server


@pytest.fixture(scope="session")
def wandb_environment() -> None:
    """The real client of PyPI can be run."""
    need_client()

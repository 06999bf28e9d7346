"""Tests of what a kernel finds in its environment."""

import os

import pytest

from generator.execution.surroundings import kernel_environment


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in list(os.environ):
        monkeypatch.delenv(name)
    return monkeypatch


def test_a_kernel_gets_what_it_needs_and_no_token(only: pytest.MonkeyPatch) -> None:
    needed = {
        "PATH": "/bin",
        "HOME": "/home/ada",
        "LC_ALL": "C.UTF-8",
        "https_proxy": "http://proxy:3128",
        "SSL_CERT_FILE": "/ca.pem",
        "OMP_NUM_THREADS": "2",
        "MKL_NUM_THREADS": "2",
        "NUMBA_NUM_THREADS": "2",
        "CONDA_PREFIX": "/conda",
        "XDG_CACHE_HOME": "/cache",
    }
    secret = {
        "GITHUB_TOKEN": "x",
        "ACTIONS_RUNTIME_TOKEN": "x",
        "WANDB_API_KEY": "x",
        "JUPYTER_TOKEN": "x",
        "CONDA_TOKEN": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "MPLBACKEND": "qtagg",
        "Path_": "x",
    }
    for name, value in {**needed, **secret}.items():
        only.setenv(name, value)

    assert kernel_environment({}) == {**needed, "PYTHONHASHSEED": "0"}


def test_a_variable_the_author_names_wins(only: pytest.MonkeyPatch) -> None:
    only.setenv("TZ", "UTC")

    found = kernel_environment({"TZ": "Asia/Tokyo", "WANDB_API_KEY": "k", "PYTHONHASHSEED": "7"})

    assert found == {"TZ": "Asia/Tokyo", "WANDB_API_KEY": "k", "PYTHONHASHSEED": "7"}


def test_a_hash_seed_nobody_named_does_not_reach_the_kernel(only: pytest.MonkeyPatch) -> None:
    only.setenv("PYTHONHASHSEED", "3")

    assert kernel_environment({}) == {"PYTHONHASHSEED": "0"}

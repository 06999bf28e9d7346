"""A fake GitHub for each test, in a network of loopback alone."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.workflows import bare_repository, events
from tests.workflows.blog import base_repository, compiled_engine
from tests.workflows.canary import assert_no_secret_is_out
from tests.workflows.experimenting import Lab, wandb_in
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.fake_server import serving
from tests.workflows.github_state import Environment, Repository, Seat
from tests.workflows.loopback import Loopback
from tests.workflows.runner import Runner


@pytest.fixture(scope="session")
def loopback() -> Iterator[Loopback]:
    with Loopback() as network:
        yield network


@pytest.fixture(scope="session")
def base_blog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare repository: the engine of this checkout and a tiny blog. Scenarios work on copies of it."""
    return base_repository(tmp_path_factory.mktemp("base") / "blog.git")


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled_engine(tmp_path_factory.mktemp("bytecode") / "generator")


@pytest.fixture
def github(loopback: Loopback, base_blog: Path, tmp_path: Path) -> Iterator[FakeGitHub]:
    """A GitHub with the public repository ``ann/blog``, where ann is the owner and bob may write."""
    tmp_path.chmod(0o755)
    fake = FakeGitHub(tmp_path)
    with serving(fake, loopback):
        blog = fake.add_repository("ann/blog", base_blog)
        blog.roles["bob"] = "write"
        fake.account("bob")
        fake.account("eve")
        yield fake
        assert_no_secret_is_out(fake)


@pytest.fixture(scope="session")
def published(
    loopback: Loopback, base_blog: Path, bytecode: Path, tmp_path_factory: pytest.TempPathFactory
) -> Repository:
    """The same blog after its first push was published: what scenarios that are about something later start from."""
    fake = FakeGitHub(tmp_path_factory.mktemp("published"))
    with serving(fake, loopback):
        blog = fake.add_repository("ann/blog", base_blog)
        # Before any moment that a scenario sets, whenever the tests are run.
        early = {"SOURCE_DATE_EPOCH": "1795132800"}
        run = Runner(fake, loopback, bytecode).run("site.yml", events.push(fake, blog.name), early)
    assert run.results == {"build": "success", "publish": "success", "serve": "skipped"}, run.log
    return blog


@pytest.fixture
def blog(github: FakeGitHub, published: Repository) -> FakeGitHub:
    """ann's blog on its second day: published, with a cache, and with a secret for its notebooks."""
    repository = github.repositories["ann/blog"]
    bare_repository.git(repository.git, "fetch", "--quiet", str(published.git), "+refs/*:refs/*")
    repository.caches += published.caches
    repository.workflow_runs += published.workflow_runs
    repository.environments["notebooks"] = Environment({"WANDB_API_KEY": "canary-51d7c0ffee-wandb"})
    repository.pages = {"html_url": "https://ann.github.io/blog/", "build_type": "legacy"}
    return github


@pytest.fixture
def runner(github: FakeGitHub, loopback: Loopback, bytecode: Path) -> Runner:
    """Runs workflows of that GitHub's repositories."""
    return Runner(github, loopback, bytecode)


@pytest.fixture
def lab(github: FakeGitHub, runner: Runner, loopback: Loopback) -> Iterator[Lab]:
    """ann's blog, and a W&B that its settings name."""
    with wandb_in(loopback) as wandb:
        found = Lab(github, runner, wandb)
        found.set_up()
        yield found


@pytest.fixture
def ask(github: FakeGitHub, loopback: Loopback) -> Any:
    """``ask(method, path, seat, body)`` → (status, JSON, headers), from inside the network of the fake."""

    def ask_(method: str, path: str, seat: Seat | None = None, body: object = None, token: str = "") -> Any:
        token = token or (seat.token if seat else "")
        given = json.dumps(body) if body is not None else ""
        ran = subprocess.run(
            [
                *loopback.words(), "curl", "--silent", "--show-error", "--include", "--request", method,
                *(["--header", f"Authorization: Bearer {token}"] if token else []),
                *(["--data-binary", given] if given else []), f"{github.api}{path}",
            ],
            capture_output=True, check=False,
        )  # fmt: skip
        if ran.returncode:
            return ran.returncode, ran.stderr.decode(), {}
        head, _, text = ran.stdout.decode().partition("\r\n\r\n")
        status, *lines = head.split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        return int(status.split(" ")[1]), json.loads(text) if text and text[0] in "[{n" else text, headers

    return ask_

"""What every test gets: a quiet environment, a seed it can be repeated with, and a way to build small sites."""

import os
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.building import Ran, lay_out, run

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SiteBuilder = Callable[..., Ran]

# Variables that change what a build does; a test that wants one sets it.
_MEANINGFUL = ("GITHUB_REPOSITORY", "SOURCE_DATE_EPOCH", "INKMILL_CACHE", "NO_COLOR", "FORCE_COLOR", "COLUMNS")

# Time limits of single examples say more about a busy machine than about the code.
hypothesis.settings.register_profile("inkmill", deadline=None, max_examples=60)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("INKMILL_HYPOTHESIS", "inkmill"))

# Without these Chromium looks for its maker's hosts at every start.
_CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite the expectations in tests/golden/; each one rewritten fails",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    for name in _MEANINGFUL:
        os.environ.pop(name, None)
    # CI repeats itself; a desk looks further each time. Workers of pytest-xdist are sent the option.
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = 0 if os.environ.get("CI") else random.SystemRandom().randrange(2**32)


def pytest_report_header(config: pytest.Config) -> str:
    seed = config.option.hypothesis_seed
    return f"hypothesis seed: {seed} (repeat with --hypothesis-seed={seed})"


@pytest.fixture
def tmp_site(tmp_path: Path) -> SiteBuilder:
    """``tmp_site({path: text, bytes or notebook}, *words)`` writes the files and builds; again builds on top."""

    def build(files: Mapping[str, str | bytes | dict[str, object]], *words: str) -> Ran:
        source = tmp_path / "blog"
        source.mkdir(exist_ok=True)
        lay_out(source, files)
        return run(source, *words)

    return build


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Chromium; one for all, since a process can run Playwright once. Tests of it are of one xdist group."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "Chromium is missing: `make test` installs it, or says how"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(_CHROMIUM_FLAGS))
        yield started
        started.close()

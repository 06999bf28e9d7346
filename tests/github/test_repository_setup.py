"""What the setup pull request changes."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ContentError, MachineError
from generator.github.config_lines import value_of
from generator.github.engine_pin import EnginePin
from generator.github.repository_facts import PagesFacts, RepositoryFacts, SiteAddress
from generator.github.repository_setup import Template, chosen_address, plan_setup
from generator.github.repository_templates import repository_text
from generator.github.tree_edits import Entry, without_workflows
from generator.settings.read import read_settings
from generator.settings.values import derive_address

FACTS = RepositoryFacts("Ada", "notes", "main", template="inkmill/inkmill")
PIN = EnginePin("https://github.com/inkmill/inkmill", "a" * 40)
CONFIG = """\
title: inkmill
description: A blog from a folder of notebooks and Markdown.
url:
baseurl:
github_username:
github_repo:
header_pages:
  - _pages/about.md
  - _pages/docs/index.md
setup: pending
"""
OURS = {
    ".github/workflows/site.yml": "name: site",
    ".ci/run": "make test",
    "CONTRIBUTING.md": "How",
    "LICENSE": "Apache",
    "Makefile": "site:",
    "README.md": "# inkmill",
    "_config.yml": CONFIG,
    "_notebooks/2026-11-18-welcome.ipynb": '"../images/fireflies.jpg"',
    "_notebooks/2026-11-24-dashboard.ipynb": "data",
    "_pages/about.md": "About inkmill",
    "_pages/docs/index.md": "Docs",
    "_posts/2026-11-19-first.md": "First",
    "action.yml": "name: inkmill",
    "changelog.d/README.md": "What",
    "data/bikes.csv": "1",
    "docs/architecture.md": "The house",
    "generator/cli.py": "print",
    "images/fireflies.jpg": "jpg",
    "images/home.png": "png",
    "pyproject.toml": "[project]",
    "requirements.in": "",
    "requirements.lock": "a==1",
    "requirements-github.in": "",
    "requirements-github.lock": "b==1",
    "requirements-test.in": "",
    "requirements-test.lock": "c==1",
    "templates/base.html": "<html>",
    "requirements-wandb.in": "",
    "requirements-wandb.lock": "d==1",
    "tests/test_x.py": "assert",
    "wandb/action.yml": "name: runs",
    "_wandb/0123456789abcdef.json": "{}",
}


def entries(files: Mapping[str, str]) -> dict[str, Entry]:
    return {path: Entry("100644", hashlib.sha1(text.encode()).hexdigest()) for path, text in files.items()}


TEMPLATE = Template(PIN, frozenset((path, entry.blob) for path, entry in entries(OURS).items()))


def reader(files: Mapping[str, str]) -> Callable[[str], bytes]:
    return lambda path: files[path].encode()


def test_the_first_commit_writes_the_values_and_empties_the_blog() -> None:
    setup = plan_setup(entries(OURS), reader(OURS), FACTS, TEMPLATE)

    assert {path: edit for path, edit in setup.values.items() if edit is None} == dict.fromkeys(
        [
            "_notebooks/2026-11-18-welcome.ipynb",
            "_notebooks/2026-11-24-dashboard.ipynb",
            "_pages/docs/index.md",
            "_posts/2026-11-19-first.md",
            "action.yml",
            "data/bikes.csv",
            "images/home.png",
            "wandb/action.yml",
            "_wandb/0123456789abcdef.json",
        ]
    )
    assert setup.values["_drafts/2026-11-18-welcome.ipynb"] == entries(OURS)["_notebooks/2026-11-18-welcome.ipynb"]
    assert setup.values["engine.txt"] == b"inkmill @ git+https://github.com/inkmill/inkmill@" + b"a" * 40 + b"\n"
    config = setup.values["_config.yml"]
    assert isinstance(config, bytes)
    assert config.decode() == (
        'title: "notes"\n'
        "description: A blog from a folder of notebooks and Markdown.\n"
        "url: https://ada.github.io\n"
        "baseurl: /notes\n"
        'github_username: "Ada"\n'
        'github_repo: "notes"\n'
        "header_pages:\n"
        "  - _pages/about.md\n"
        "setup: done\n"
    )
    readme = setup.values["README.md"]
    assert isinstance(readme, bytes)
    assert readme.decode().startswith("# notes\n\nThe blog at <https://ada.github.io/notes/>.")
    assert set(setup.values) - {path for path, edit in setup.values.items() if edit is None} == {
        "README.md",
        "_config.yml",
        "_drafts/2026-11-18-welcome.ipynb",
        "_pages/about.md",
        "engine.txt",
    }


def test_the_second_commit_takes_the_engine_out_and_leaves_what_a_blog_needs() -> None:
    setup = plan_setup(entries(OURS), reader(OURS), FACTS, TEMPLATE)

    assert setup.content_only == {
        **dict.fromkeys(
            path
            for path in OURS
            if path.startswith(("generator/", "templates/", "tests/", "docs/", "changelog.d/", ".ci/"))
        ),
        **dict.fromkeys(("CONTRIBUTING.md", "pyproject.toml", "LICENSE")),
        **dict.fromkeys(("requirements-github.in", "requirements-test.in", "requirements-test.lock")),
        **dict.fromkeys(("requirements-wandb.in", "requirements-wandb.lock")),
        ".github/LICENSE": entries(OURS)["LICENSE"],
        "Makefile": repository_text("Makefile").encode(),
    }


def test_what_somebody_changed_or_added_stays() -> None:
    files = {
        **OURS,
        "_posts/2026-11-19-first.md": "My own words",
        "_posts/2026-12-01-mine.md": "Mine",
        "README.md": "# My blog",
        "docs/mine.md": "Notes",
        "_config.yml": CONFIG.replace("title: inkmill", "title: Tides").replace(
            "url:\n", "url: https://tides.org\n", 1
        ),
    }

    setup = plan_setup(entries(files), reader(files), FACTS, TEMPLATE)

    touched = {*setup.values, *setup.content_only}
    assert touched & {"_posts/2026-11-19-first.md", "_posts/2026-12-01-mine.md", "README.md", "docs/mine.md"} == set()
    assert setup.kept == ("README.md", "_posts/2026-11-19-first.md")
    config = setup.values["_config.yml"]
    assert isinstance(config, bytes)
    assert value_of(config.decode(), "title") == "Tides"
    assert str(setup.address) == "https://tides.org/"


@pytest.mark.parametrize("path", ["generator/cli.py", "templates/mine.html", "Makefile", "pyproject.toml"])
def test_an_engine_that_somebody_changed_is_not_taken_out(path: str) -> None:
    files = {**OURS, path: "changed"}

    setup = plan_setup(entries(files), reader(files), FACTS, TEMPLATE)

    assert setup.content_only == {}
    assert setup.engine_changes == (path,)


def test_without_a_template_only_the_values_are_written() -> None:
    setup = plan_setup(entries(OURS), reader(OURS), replace(FACTS, template=""), None)

    assert set(setup.values) == {"_config.yml"}
    assert setup.content_only == {}


def test_settings_that_are_not_utf_8_are_named_and_not_changed() -> None:
    with pytest.raises(ContentError, match="not UTF-8") as wrong:
        plan_setup(entries(OURS), lambda path: b"title: caf\xe9\nsetup: pending\n", FACTS, TEMPLATE)

    assert str(wrong.value.at) == "_config.yml"


def test_a_blog_without_the_engine_is_offered_no_second_commit() -> None:
    files = {path: text for path, text in OURS.items() if not path.startswith(("generator/", "templates/"))}

    setup = plan_setup(entries(files), reader(files), FACTS, TEMPLATE)

    assert (setup.content_only, setup.engine_changes) == ({}, ())


def test_workflow_files_are_never_touched() -> None:
    setup = plan_setup(entries(OURS), reader(OURS), FACTS, TEMPLATE)

    assert [path for path in (*setup.values, *setup.content_only) if path.startswith(".github/workflows")] == []
    for path in (".github/workflows/site.yml", ".github/workflows"):
        with pytest.raises(MachineError, match="would be changed"):
            without_workflows({path: None})


@pytest.mark.parametrize(
    ("facts", "cname", "address"),
    [
        (FACTS, "", SiteAddress("https://ada.github.io", "/notes")),
        (replace(FACTS, name="Ada.github.io"), "", SiteAddress("https://ada.github.io", "")),
        (FACTS, "Tides.example.org\n", SiteAddress("https://tides.example.org", "")),
        (replace(FACTS, pages=PagesFacts(True, domain="a.org")), "", SiteAddress("https://a.org", "")),
    ],
    ids=["project", "user", "cname", "domain of pages"],
)
def test_the_address_follows_from_the_repository(facts: RepositoryFacts, cname: str, address: SiteAddress) -> None:
    files = {**OURS, **({"CNAME": cname} if cname else {})}

    assert plan_setup(entries(files), reader(files), facts, TEMPLATE).address == address


@given(
    url=st.sampled_from(["", "https://a.org", "https://a.org/"]),
    baseurl=st.sampled_from(["", "/x", "x/"]),
    cname=st.sampled_from(["", "c.org"]),
    name=st.sampled_from(["notes", "ada.github.io"]),
)
def test_the_address_written_down_is_the_one_that_builds_used(url: str, baseurl: str, cname: str, name: str) -> None:
    config = f"url: {url}\nbaseurl: {baseurl}\n"
    settings, _ = read_settings(config)
    assert settings is not None
    built = derive_address(settings, repository=f"Ada/{name}", cname=cname)

    assert chosen_address(config, replace(FACTS, name=name), cname) == SiteAddress(built.url, built.baseurl)

"""What a newer release of the engine changes in a blog."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ContentError
from generator.github.engine_pin import EnginePin, read_pin
from generator.github.tree_edits import Entry
from generator.github.upgrade import WorkflowChange, plan_upgrade
from generator.github.upgrade_offer import Release, _changelog

PIN = EnginePin("https://github.com/inkmill/inkmill", "a" * 40)


def entry(text: str) -> Entry:
    return Entry("100644", hashlib.sha1(text.encode()).hexdigest())


def tree(**files: str) -> dict[str, Entry]:
    return {path: entry(text) for path, text in files.items()}


FULL = {"generator/a.py": "1", "generator/b.py": "1", "Makefile": "1", "README.md": "theirs", "_config.yml": "theirs"}


def test_files_nobody_changed_follow_the_release_and_others_stay() -> None:
    ours = {**FULL, "generator/b.py": "mine", "generator/own.py": "own", "_posts/x.md": "mine"}
    base = {**FULL, "README.md": "template", "_posts/x.md": "1", "tests/old.py": "1", "tests/out.py": "1"}
    ours |= {"tests/old.py": "1"}
    new = {**base, "generator/a.py": "2", "generator/b.py": "2", "generator/c.py": "2", "_posts/x.md": "2"}
    new |= {"README.md": "2", "tests/out.py": "2"}
    del new["tests/old.py"]

    upgrade = plan_upgrade(tree(**ours), tree(**base), tree(**new))

    assert upgrade.edits == {"generator/a.py": entry("2"), "generator/c.py": entry("2"), "tests/old.py": None}
    assert upgrade.left == ("generator/b.py",)


def test_a_blog_without_the_engine_follows_in_its_lock_files_and_its_makefile() -> None:
    ours = {"Makefile": "short 1", "requirements.lock": "mine", "requirements-github.lock": "1", "_posts/x.md": "mine"}
    base = {"Makefile": "long 1", "templates/repository/Makefile": "short 1", "requirements.lock": "1"}
    base |= {"requirements-github.lock": "1", "generator/a.py": "1", "LICENSE": "1"}
    new = {"Makefile": "long 2", "templates/repository/Makefile": "short 2", "requirements.lock": "2"}
    new |= {"requirements-github.lock": "2", "generator/a.py": "2", "LICENSE": "1"}

    upgrade = plan_upgrade(tree(**ours), tree(**base), tree(**new))

    assert upgrade.edits == {"Makefile": entry("short 2"), "requirements-github.lock": entry("2")}
    assert upgrade.left == ("requirements.lock",)


def test_workflow_files_are_told_of_and_never_edited() -> None:
    where = ".github/workflows/"
    base = {f"{where}{name}.yml": "1" for name in ("same", "changed", "mine", "gone", "out")}
    ours = {**base, f"{where}mine.yml": "mine", "generator/a.py": "1"}
    del ours[f"{where}out.yml"]
    new = {f"{where}{name}.yml": "2" for name in ("changed", "mine", "out", "new")} | {f"{where}same.yml": "1"}

    upgrade = plan_upgrade(tree(**ours), tree(**base), tree(**new))

    assert upgrade.edits == {}
    assert upgrade.workflows == (
        WorkflowChange(f"{where}changed.yml", entry("2"), is_there=True, is_changed=False),
        WorkflowChange(f"{where}gone.yml", None, is_there=True, is_changed=False),
        WorkflowChange(f"{where}mine.yml", entry("2"), is_there=True, is_changed=True),
        WorkflowChange(f"{where}new.yml", entry("2"), is_there=False, is_changed=False),
    )


PATHS = st.sampled_from(
    ["generator/a.py", "Makefile", "requirements.lock", "README.md", "_posts/x.md", ".github/workflows/a.yml"]
)
TREES = st.dictionaries(PATHS, st.sampled_from("123"))


@given(ours=TREES, base=TREES, new=TREES)
def test_what_somebody_changed_is_never_overwritten(
    ours: dict[str, str], base: dict[str, str], new: dict[str, str]
) -> None:
    upgrade = plan_upgrade(tree(**ours), tree(**base), tree(**new))

    for path in upgrade.edits:
        source = "templates/repository/Makefile" if path == "Makefile" and "generator/a.py" not in ours else path
        assert ours.get(path) == base.get(source)
        assert not path.startswith((".github/workflows/", "_posts/", "README"))
    assert plan_upgrade(tree(**ours), tree(**base), tree(**base)).edits == {}


def test_the_changelog_calls_nobody_and_is_bounded() -> None:
    release = Release("v2", "https://github.com/inkmill/inkmill", PIN, "b" * 40)

    assert _changelog(["Thanks @jane, see #12.\nSecond line."], release) == (
        "- Thanks @\u200bjane, see #\u200b12.\n  Second line."
    )
    assert "… and 97 more" in _changelog(["x" * 2_500] * 100, release)
    assert release.compare_url in _changelog([], release)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "inkmill\n",
        "inkmill @ git+https://github.com/o/r@main\n",
        f"inkmill @ git+https://github.com/o/r@{'a' * 40}\nmore\n",
        f"inkmill @ git+https://user@github.com/o/r@{'a' * 40}\n",
        f"other @ git+https://github.com/o/r@{'a' * 40}\n",
    ],
)
def test_a_pin_that_names_no_commit_is_refused(text: str) -> None:
    with pytest.raises(ContentError, match="this names no engine"):
        read_pin(text)


def test_a_pin_is_read_as_it_is_written() -> None:
    assert read_pin(PIN.text) == PIN
    assert PIN.repository_on("https://github.com") == "inkmill/inkmill"
    assert EnginePin("https://github.com/o/r.git", PIN.commit).repository_on("https://github.com") == "o/r"
    assert PIN.repository_on("https://git.example.org") == ""

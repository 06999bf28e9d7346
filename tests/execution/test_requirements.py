"""A requirements file says all that an environment is made of."""

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from generator.errors import ContentError
from generator.execution.requirements import Requirements, whole_requirements


def whole(content: str, name: str = "envs/old.txt", files: Mapping[str, bytes] = MappingProxyType({})) -> Requirements:
    return whole_requirements(content.encode(), name=name, read=files.get)


def test_comments_and_continued_lines_are_undone() -> None:
    found = whole("# why\n\npandas==2.2.3 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb  # via x\nSix_x>1\r\n")

    assert found == Requirements(
        "pandas==2.2.3 --hash=sha256:aa --hash=sha256:bb\nSix_x>1\n",
        names=frozenset({"pandas", "six-x"}),
        is_hashed=True,
    )


def test_files_that_are_named_take_their_place_relative_to_who_names_them() -> None:
    files = {
        "envs/base.txt": b"-r more.txt\n-c pins.txt\na\n",
        "envs/more.txt": b"m\n-r base.txt\n",
        "envs/pins.txt": b"a<2\n-r ../last.txt\n",
        "last.txt": b"z<9",
        "top.txt": b"t",
    }

    found = whole("-r base.txt\n--requirement=../top.txt\n-cpins.txt\nb\n", files=files)

    assert found == Requirements("m\na\nt\nb\n", "a<2\nz<9\n", frozenset("matb"))


def test_options_and_variables_of_addresses_are_kept() -> None:
    text = "--extra-index-url https://${TOKEN}@example.org/simple\n--only-binary :all:\na @ https://example.org/a.whl\n"

    assert whole(text) == Requirements(text, names=frozenset("a"), variables=frozenset({"TOKEN"}))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("-e .", "an environment of a post holds nothing editable"),
        ("--editable=git+https://example.org/x", "an environment of a post holds nothing editable"),
        ("-r nope.txt", "`nope.txt` is no file of this repository"),
        ("-r ../../nope.txt", "`../../nope.txt` is no file of this repository"),
        ("-r /etc/nope.txt", "`/etc/nope.txt` is no file of this repository"),
        ("-c https://me:pass@example.org/c.txt", "`https://…@example.org/c.txt` is no file of this repository"),
    ],
)
def test_a_line_that_cannot_stand_is_refused_at_its_place(line: str, problem: str) -> None:
    with pytest.raises(ContentError) as caught:
        whole(f"a\n\n{line}\n")

    assert (str(caught.value.at), caught.value.problem) == ("envs/old.txt:3", problem)


@pytest.mark.parametrize(
    "line", [".", "./mine", "../mine", "/mine", "mine.whl", "x @ file:///x", "x @ ./x", "-f ./wheels", "--find-links=w"]
)
def test_local_files_are_refused(line: str) -> None:
    with pytest.raises(ContentError, match="not made from local files"):
        whole(line)


@pytest.mark.parametrize("name", ["uv.lock", "x/poetry.lock", "environment.yml", "pyproject.toml"])
def test_another_kind_of_file_is_refused(name: str) -> None:
    with pytest.raises(ContentError, match="an environment is made from a requirements file, and this is none"):
        whole("", name=name)


def test_text_that_is_none_is_refused() -> None:
    with pytest.raises(ContentError, match="the file is not UTF-8"):
        whole_requirements(b"\xff", name="a.txt", read=lambda path: None)

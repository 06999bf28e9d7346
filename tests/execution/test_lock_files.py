"""A lock file is read for the versions it pins, whatever tool wrote it."""

import pytest

from generator.execution.lock_files import LOCK_FILES, Pins, normal_name, normal_version, pins_of

REQUIREMENTS = b"""# a comment
--require-hashes
pandas==2.2.3 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
Ruamel.YAML[jinja2] == 0.18.0   # via something
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:cc
numpy==1.26.0 ; python_version < '3.12'
numpy==2.0.0 ; python_version >= '3.12'
"""
UV = b"""version = 1
[[package]]
name = "my-blog"
version = "0.1.0"
source = { virtual = "." }
[[package]]
name = "pandas"
version = "2.2.3"
source = { registry = "somewhere" }
"""
POETRY = b"""[[package]]
name = "Pandas"
version = "2.2.3"
[metadata]
lock-version = "2.1"
"""
PIPFILE = b"""{"_meta": {}, "default": {"pandas": {"version": "==2.2.3"}, "mine": {"path": "."}},
"develop": {"pytest": {"version": "==9.0"}}}"""
PIXI = b"""version: 6
environments:
  default:
    packages:
      linux-64:
      - conda: https://conda.example/linux-64/numpy-1.0-h1.conda
packages:
- conda: https://conda.example/linux-64/numpy-2.0.1-py312_0.conda
  sha256: aa
  depends:
  - name: nothing
- conda: https://conda.example/noarch/python-dateutil-2.9.0-pyhd_0.tar.bz2
- pypi: https://files.example/pandas-2.2.3-cp312.whl
  name: pandas
  version: 2.2.3
  requires_dist:
  - numpy>=1.26
"""
CONDA = b"""version: 1
metadata:
  platforms:
  - linux-64
package:
- name: numpy
  version: 2.0.1
  manager: conda
  dependencies:
    python: '>=3.12'
- name: pandas
  version: '2.2.3'
  manager: pip
"""


def test_requirements_pin_with_hashes_extras_and_markers() -> None:
    assert pins_of("requirements.lock", REQUIREMENTS) == Pins(
        {
            "pandas": frozenset({"2.2.3"}),
            "ruamel-yaml": frozenset({"0.18"}),
            "colorama": frozenset({"0.4.6"}),
            "numpy": frozenset({"1.26", "2"}),
        },
        frozenset({"pandas", "ruamel-yaml"}),
    )


@pytest.mark.parametrize(
    ("name", "content", "versions"),
    [
        ("uv.lock", UV, {"pandas": "2.2.3"}),
        ("poetry.lock", POETRY, {"pandas": "2.2.3"}),
        ("pdm.lock", POETRY, {"pandas": "2.2.3"}),
        ("Pipfile.lock", PIPFILE, {"pandas": "2.2.3", "pytest": "9"}),
        ("pixi.lock", PIXI, {"numpy": "2.0.1", "python-dateutil": "2.9", "pandas": "2.2.3"}),
        ("conda-lock.yml", CONDA, {"numpy": "2.0.1", "pandas": "2.2.3"}),
        ("envs/requirements-old.txt", b"pandas===2.2.3", {"pandas": "2.2.3"}),
    ],
)
def test_each_kind_of_lock_is_read(name: str, content: bytes, versions: dict[str, str]) -> None:
    pins = pins_of(name, content)

    assert pins is not None
    assert pins.versions == {package: frozenset({version}) for package, version in versions.items()}


@pytest.mark.parametrize(
    "line", ["pandas", "pandas>=2", "pandas==2.*", "-r other.txt", "-rother.txt", "-e .", "./mine", "mine @ file:///x"]
)
def test_requirements_that_leave_a_choice_are_no_lock(line: str) -> None:
    assert pins_of("requirements.txt", f"numpy==2.0.1\n{line}\n".encode()) is None


@pytest.mark.parametrize("name", LOCK_FILES)
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{", b"[[package]]\nname = 1", b"<<<<<<< HEAD\n", b"[]"])
def test_what_cannot_be_read_is_no_lock(name: str, content: bytes) -> None:
    assert pins_of(name, content) is None


def test_a_lock_agrees_while_versions_are_the_same_and_none_is_missing() -> None:
    pins = Pins({"pandas": frozenset({"2.2"}), "win": frozenset({"1"})}, frozenset({"pandas"}))

    assert pins.agree_with({"pandas": "2.2.0", "other": "7"})
    assert not pins.agree_with({"pandas": "2.2.1"})
    assert not pins.agree_with({"pandas": "2.2", "win": "2"})
    assert not pins.agree_with({"other": "7"})


@pytest.mark.parametrize(
    ("one", "other"),
    [("1.0", "1"), ("1.0-rc.1", "1.0RC1"), ("1.0.post1", "1-post1"), ("v2.1", "2.1.0"), ("2.0a1", "2.0.alpha.1")],
)
def test_two_ways_to_write_a_version_are_one(one: str, other: str) -> None:
    assert normal_version(one) == normal_version(other)


def test_other_versions_stay_others() -> None:
    versions = ["1", "10", "1.1", "1.10", "1rc1", "1.post1", "1.dev1", "1!1", "1+cpu", "1+cu121"]

    assert len({normal_version(version) for version in versions}) == len(versions)


def test_names_are_compared_as_pep_503_says() -> None:
    assert normal_name("Ruamel.YAML__clib") == "ruamel-yaml-clib"

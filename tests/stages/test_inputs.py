"""What a build starts from: settings, and where the site will stand."""

from pathlib import Path

import pytest

from generator.asking import Words, request_of
from generator.stages.inputs import Inputs, list_inputs, look
from tests.building import lay_out

DOMAIN = {"CNAME": "notes.example.org\n"}


def warnings_of(folder: Path, config: str, *, url: str | None = None) -> list[str]:
    lay_out(folder, {"_config.yml": config, **DOMAIN})
    asked = request_of(Words(source=folder, url=url))
    inputs = look(asked, list_inputs(asked, 0), None)
    assert isinstance(inputs, Inputs)
    return [f"{problem.at}: {problem.problem}. {problem.mend}" for problem in inputs.problems]


@pytest.mark.parametrize(
    "config", ["url: https://ada.github.io\nbaseurl: /notes\n", "baseurl: /notes\n", "url: https://ada.github.io\n"]
)
def test_a_domain_that_settings_contradict_is_warned_of_with_what_to_write(config: str, tmp_path: Path) -> None:
    (said,) = warnings_of(tmp_path, config)

    assert said.startswith("CNAME: the domain is `notes.example.org`, and links lead to https://")
    assert "write `url: https://notes.example.org` there" in said


@pytest.mark.parametrize("config", ["title: A\n", "url: https://www.Notes.example.org/\nbaseurl: /\n"])
def test_a_domain_that_settings_agree_with_is_in_order(config: str, tmp_path: Path) -> None:
    assert warnings_of(tmp_path, config) == []


def test_a_site_that_is_built_for_elsewhere_need_not_fit_the_domain(tmp_path: Path) -> None:
    assert warnings_of(tmp_path, "url: https://ada.github.io\n", url="https://example.com") == []

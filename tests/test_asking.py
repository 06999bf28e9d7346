"""asking: words and the environment become a request."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.asking import Words, request_of
from generator.errors import UsageError
from generator.model.preview import Preview
from generator.model.request import BuildRequest, ExecuteWhen

NOW = "2020-05-06T07:08:09Z"


@pytest.fixture(autouse=True)
def no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GH_TOKEN", "GITHUB_TOKEN", "WANDB_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def test_without_words_a_request_is_what_the_command_line_asks_for_without_flags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    request = request_of(Words(now=NOW, jobs=1))

    assert request == BuildRequest(
        source=tmp_path,
        output=tmp_path / "_site",
        cache=tmp_path / ".inkmill",
        now=datetime(2020, 5, 6, 7, 8, 9, tzinfo=UTC),
        leak_values=request.leak_values,
    )


def test_the_time_is_the_one_named_else_the_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")

    assert request_of(Words(source=tmp_path)).now == datetime(1970, 1, 2, tzinfo=UTC)
    assert request_of(Words(source=tmp_path, now=NOW)).now == datetime(2020, 5, 6, 7, 8, 9, tzinfo=UTC)


def test_the_store_is_where_the_environment_says_unless_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKMILL_CACHE", str(tmp_path / "shared"))

    assert request_of(Words(source=tmp_path)).cache == tmp_path / "shared"
    assert request_of(Words(source=tmp_path, cache=tmp_path / "own")).cache == tmp_path / "own"


def test_values_that_must_not_leak_are_those_with_telling_names_and_those_handed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENSOR_TOKEN", "a-long-enough-value")
    monkeypatch.setenv("SHORT_TOKEN", "1234567")
    monkeypatch.setenv("SENSOR_PLACE", "north-gate-of-the-town")

    found = request_of(Words(source=tmp_path, secrets={"SENSOR_PLACE": "south-gate"})).leak_values

    assert found["SENSOR_TOKEN"] == "a-long-enough-value"
    assert found["SENSOR_PLACE"] == "south-gate"
    assert "SHORT_TOKEN" not in found


def test_a_preview_and_the_policy_of_running_are_part_of_the_request(tmp_path: Path) -> None:
    preview = Preview(7, "0" * 40)

    request = request_of(Words(source=tmp_path, preview=preview, execute="never", no_warm_kernels=True))

    assert (request.preview, request.execute, request.warm) == (preview, ExecuteWhen.NEVER, False)


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        request_of(Words(source=tmp_path / "none"))

from dataclasses import replace
from pathlib import Path

import pytest

from generator.errors import ContentError
from generator.formats.run_snapshot import snapshot_path, to_bytes
from generator.model.experiment import RunQuery, Service, Snapshot
from generator.sources.snapshot_files import hand_on, snapshot_at, take_newer

_QUERY = RunQuery(Service.WANDB, "https://api.wandb.ai", "acme/mnist", sha="aaa")
_OLD = Snapshot(_QUERY, "2026-11-20T00:00:00Z")
_NEW = replace(_OLD, fetched_at="2026-11-26T00:00:00Z")
_PATH = snapshot_path(_QUERY)
_NAME = _PATH.rpartition("/")[2]


def _put(folder: Path, content: bytes, name: str = _NAME) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("here", "there", "is_taken"),
    [
        pytest.param(None, _OLD, True, id="none-here"),
        pytest.param(_OLD, _NEW, True, id="newer"),
        pytest.param(_NEW, _OLD, False, id="older"),
        pytest.param(_OLD, _OLD, False, id="the-same"),
    ],
)
def test_a_snapshot_is_taken_where_it_is_newer(
    tmp_path: Path, here: Snapshot | None, there: Snapshot, is_taken: bool
) -> None:
    blog = tmp_path / "blog"
    blog.mkdir()
    if here is not None:
        _put(blog / "_wandb", to_bytes(here))

    taken = take_newer(_put(tmp_path / "branch", to_bytes(there)), blog)

    assert taken == ((_PATH,) if is_taken else ())
    assert snapshot_at(blog / _PATH) == (there if is_taken else here)


def test_a_file_that_is_no_snapshot_here_gives_way(tmp_path: Path) -> None:
    _put(tmp_path / "blog/_wandb", b"broken")

    assert take_newer(_put(tmp_path / "branch", to_bytes(_OLD)), tmp_path / "blog") == (_PATH,)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param(_NAME, b"{}", id="no-snapshot"),
        pytest.param(f"{'a' * 16}.json", to_bytes(_OLD), id="of-another-query"),
        pytest.param("steal.json", to_bytes(_OLD), id="another-name"),
        pytest.param(_NAME, b" " * 8_000_001, id="too-large"),
    ],
)
def test_what_is_no_snapshot_of_its_name_is_passed_over(tmp_path: Path, name: str, content: bytes) -> None:
    assert take_newer(_put(tmp_path / "branch", content, name), tmp_path) == ()
    assert not (tmp_path / "_wandb").exists()


def test_links_are_followed_neither_there_nor_here(tmp_path: Path) -> None:
    (tmp_path / "branch").mkdir()
    (tmp_path / "secret.json").write_bytes(to_bytes(_OLD))
    (tmp_path / "branch" / _NAME).symlink_to(tmp_path / "secret.json")
    assert take_newer(tmp_path / "branch", tmp_path / "blog") == ()

    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "blog").mkdir()
    (tmp_path / "blog/_wandb").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ContentError):
        take_newer(_put(tmp_path / "other", to_bytes(_OLD)), tmp_path / "blog")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_what_is_handed_on_is_what_was_asked_for_or_all_that_is_there(tmp_path: Path) -> None:
    _put(tmp_path / "_wandb", to_bytes(_OLD))
    _put(tmp_path / "_wandb", b"{}", f"{'b' * 16}.json")

    counts = [
        hand_on(tmp_path, (_PATH, f"_wandb/{'c' * 16}.json"), tmp_path / "named"),
        hand_on(tmp_path, (), tmp_path / "none"),
        hand_on(tmp_path, None, tmp_path / "all"),
    ]

    assert counts == [1, 0, 1]
    assert (tmp_path / "named" / _NAME).read_bytes() == (tmp_path / "all" / _NAME).read_bytes() == to_bytes(_OLD)
    assert not (tmp_path / "none").exists()

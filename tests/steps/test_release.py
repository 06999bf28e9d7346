"""The step `release`, with a GitHub in memory."""

import hashlib
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from generator import __version__
from generator.errors import ContentError, InkmillError, MachineError, RefusedError, UsageError
from generator.github.context import RunContext
from generator.github.outputs import RunnerFiles
from generator.github.wheel import read_wheel
from generator.steps.release import notes_of, release
from generator.steps.result import StepResult
from tests.github.repositories import FakeGitHub

TAG = f"v{__version__}"
NAME = f"inkmill-{__version__}-py3-none-any.whl"


def write_wheel(folder: Path, *, name: str = NAME, says: str = __version__, inside: str = __version__) -> Path:
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / name, "w") as archive:
        archive.writestr("generator/__init__.py", "")
        archive.writestr(f"inkmill-{inside}.dist-info/METADATA", f"Name: inkmill\nVersion: {says}\n\nWords\n")
    return folder / name


@dataclass
class FakeReleases(FakeGitHub):
    """Releases with their files, and a switch that breaks off an upload.

    Args:
        uploads_that_break: how many of the next leave half a file behind.
    """

    uploads_that_break: int = 0
    assets: list[dict[str, Any]] = field(default_factory=list)

    def pages(self, path: str, *, key: str = "", **query: str | int | bool | None) -> Iterator[Any]:
        if path.endswith("/assets"):
            yield from [dict(asset) for asset in self.assets]
        else:
            yield from super().pages(path, key=key, **query)

    def upload(self, upload_url: str, name: str, content: bytes, media_type: str, *, find: Any = None) -> Any:
        self.calls.append(f"UPLOAD {upload_url.partition('{')[0]} {name}")
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        asset = {"id": 70 + len(self.calls), "name": name, "state": "uploaded", "size": len(content), "digest": digest}
        if self.uploads_that_break:
            self.uploads_that_break -= 1
            self.assets.append({**asset, "state": "starter", "size": 0, "digest": None})
            raise MachineError("GitHub did not answer")
        self.assets.append(asset)
        return asset

    def delete(self, path: str) -> None:
        self.calls.append(f"DELETE {path}")
        self.assets[:] = [asset for asset in self.assets if not path.endswith(f"/{asset['id']}")]

    def post(self, path: str, body: Mapping[str, Any], *, find: Any = None) -> Any:
        made = super().post(path, body, find=find)
        return made | {"upload_url": "https://uploads.github.com/x{?name,label}"}


@dataclass
class Desk:
    """A tag that was pushed, a checkout and a wheel."""

    folder: Path
    github: FakeReleases
    context: RunContext

    def release(self) -> StepResult:
        return release(self.context, self.github, self.folder / "wheel", RunnerFiles(None, self.folder / "summary"))


def context_of(tag: str, ref: str = "") -> RunContext:
    event = MappingProxyType({"ref": ref or f"refs/tags/{tag}"})
    return RunContext("inkmill/inkmill", event_name="push", event=event, ref_name=tag)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "changelog.d").mkdir()
    (tmp_path / "changelog.d/README.md").write_text("How to write these")
    (tmp_path / "changelog.d/2026-01-02-b.md").write_text("Then `b`.\n")
    (tmp_path / "changelog.d/2026-01-01-a.md").write_text("First a.\n")
    write_wheel(tmp_path / "wheel")
    context = context_of(TAG)
    return Desk(tmp_path, FakeReleases(context), context)


def test_a_tag_becomes_a_release_with_its_wheel_and_its_changes(desk: Desk) -> None:
    result = desk.release()

    (made,) = desk.github.releases
    digest = hashlib.sha256((desk.folder / "wheel" / NAME).read_bytes()).hexdigest()
    assert (made["tag_name"], made["draft"], made["prerelease"]) == (TAG, False, False)
    assert made["body"].startswith("- First a.\n- Then `b`.\n")
    assert f"| `{NAME}` | `{digest}` |" in made["body"]
    assert "How to write" not in made["body"]
    assert [asset["name"] for asset in desk.github.assets] == [NAME]
    assert result.lines == (f"{TAG} is released with {NAME}: {made['html_url']}", f"sha256 {digest}")
    assert made["html_url"] in (desk.folder / "summary").read_text()


def test_nobody_sees_the_release_before_its_file_is_there(desk: Desk) -> None:
    desk.release()

    assert [call.split(" ")[0] for call in desk.github.calls] == ["POST", "UPLOAD", "PATCH"]


def test_a_second_run_changes_nothing(desk: Desk) -> None:
    desk.release()
    calls = list(desk.github.calls)

    desk.release()

    assert desk.github.calls == calls
    assert len(desk.github.releases) == 1


def test_half_an_upload_is_replaced_by_the_next_run(desk: Desk) -> None:
    desk.github.uploads_that_break = 1
    with pytest.raises(MachineError):
        desk.release()
    assert desk.github.releases[0]["draft"] is True

    desk.release()

    assert [asset["state"] for asset in desk.github.assets] == ["uploaded"]
    assert [made["draft"] for made in desk.github.releases] == [False]


def test_a_release_that_is_out_keeps_its_file(desk: Desk) -> None:
    desk.release()
    write_wheel(desk.folder / "wheel")
    with zipfile.ZipFile(desk.folder / "wheel" / NAME, "a") as archive:
        archive.writestr("more", "more")

    with pytest.raises(RefusedError, match="is out with another"):
        desk.release()
    assert len(desk.github.assets) == 1


def test_a_tag_that_is_not_the_engines_version_is_refused(desk: Desk) -> None:
    desk.context = context_of("v99.0.0")

    with pytest.raises(ContentError, match=r"v99\.0\.0 is not the engine's version"):
        desk.release()
    assert desk.github.calls == []


@pytest.mark.parametrize("context", [context_of("main", "refs/heads/main"), context_of("v1 2"), RunContext("o/r")])
def test_what_is_no_tag_makes_no_release(desk: Desk, context: RunContext) -> None:
    desk.context = context

    with pytest.raises(UsageError, match="made of a tag"):
        desk.release()


def other_version(folder: Path) -> None:
    (folder / NAME).unlink()
    write_wheel(folder, name="inkmill-9.9-py3-none-any.whl", says="9.9", inside="9.9")


def other_words_inside(folder: Path) -> None:
    write_wheel(folder, says="9.9")


def two_files(folder: Path) -> None:
    (folder / "more.txt").write_text("more")


def other_name(folder: Path) -> None:
    (folder / NAME).rename(folder / "other-1.0-py3-none-any.whl")


def no_archive(folder: Path) -> None:
    (folder / NAME).write_bytes(b"no archive")


def no_metadata(folder: Path) -> None:
    write_wheel(folder, inside="9.9")


def nothing(folder: Path) -> None:
    (folder / NAME).unlink()


def a_link(folder: Path) -> None:
    (folder / NAME).rename(folder.parent / "elsewhere.whl")
    (folder / NAME).symlink_to(folder.parent / "elsewhere.whl")


def a_pipe(folder: Path) -> None:
    (folder / NAME).unlink()
    os.mkfifo(folder / NAME)


@pytest.mark.parametrize(
    "spoil",
    [other_version, other_words_inside, two_files, other_name, no_archive, no_metadata, nothing, a_link, a_pipe],
    ids=lambda spoil: spoil.__name__,
)
def test_what_is_not_the_one_right_wheel_is_refused(desk: Desk, spoil: Any) -> None:
    spoil(desk.folder / "wheel")

    with pytest.raises(InkmillError):
        desk.release()
    assert desk.github.calls == []


def test_a_release_without_changes_says_so(tmp_path: Path) -> None:
    write_wheel(tmp_path / "wheel")

    notes = notes_of(tmp_path / "none", read_wheel(tmp_path / "wheel"))

    assert notes.startswith("Nothing that somebody who upgrades will notice.")

"""A release on GitHub: a draft first, shown to people once its file is there as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.errors import MachineError, RefusedError
from generator.github.api import GitHub
from generator.github.wheel import Wheel

_MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class ReleaseNotes:
    """What a release says.

    Args:
        is_prerelease: it is for trying out, and no blog is offered it.
    """

    tag: str
    body: str
    is_prerelease: bool


def publish_release(github: GitHub, repository: str, notes: ReleaseNotes, wheel: Wheel) -> str:
    """Make the release and attach the wheel; whatever an earlier run began is gone on with. Returns its address.

    Raises:
        RefusedError: it is out already, with another file of that name.
        MachineError: GitHub does not answer.
    """
    release = _find(github, repository, notes.tag) or _make(github, repository, notes)
    path = f"/repos/{repository}/releases/{int(release.get('id', 0))}"
    if not _has_wheel(github, repository, path, release, wheel):
        _upload(github, path, release, wheel)
    words = {"name": notes.tag, "body": notes.body, "prerelease": notes.is_prerelease, "draft": False}
    if any(release.get(name) != value for name, value in words.items()):
        # Once it is out its file can no longer be added where releases are immutable, so this comes last.
        release = _mapping(github.patch(path, words))
    return str(release.get("html_url", ""))


def _find(github: GitHub, repository: str, tag: str) -> Mapping[str, Any] | None:
    """The release of a tag, drafts included: those are not found by their tag."""
    listed = github.pages(f"/repos/{repository}/releases")
    return next((found for found in listed if isinstance(found, Mapping) and found.get("tag_name") == tag), None)


def _make(github: GitHub, repository: str, notes: ReleaseNotes) -> Mapping[str, Any]:
    words = {"tag_name": notes.tag, "name": notes.tag, "body": notes.body, "prerelease": notes.is_prerelease}
    made = github.post(
        f"/repos/{repository}/releases", {**words, "draft": True}, find=lambda: _find(github, repository, notes.tag)
    )
    return _mapping(made)


def _mapping(answer: Any) -> Mapping[str, Any]:
    if not isinstance(answer, Mapping) or not isinstance(answer.get("id"), int):
        raise MachineError("GitHub's answer about the release makes no sense", mend="run the job again")
    return answer


def _has_wheel(github: GitHub, repository: str, path: str, release: Mapping[str, Any], wheel: Wheel) -> bool:
    """Whether the very file is attached already; what was uploaded by half goes."""
    asset = _asset(github, path, wheel)
    if asset is None:
        return False
    is_whole = asset.get("state") == "uploaded" and asset.get("size") == len(wheel.content)
    # Older servers tell no digest.
    if is_whole and asset.get("digest") in (None, f"sha256:{wheel.sha256}"):
        return True
    if release.get("draft") is not True and asset.get("state") == "uploaded":
        raise RefusedError(
            f"the release {release.get('tag_name')} is out with another {wheel.name}",
            mend="give the new one a version of its own: people have the old one",
        )
    github.delete(f"/repos/{repository}/releases/assets/{int(asset.get('id', 0))}")
    return False


def _asset(github: GitHub, path: str, wheel: Wheel) -> Mapping[str, Any] | None:
    listed = github.pages(f"{path}/assets")
    return next((asset for asset in listed if isinstance(asset, Mapping) and asset.get("name") == wheel.name), None)


def _upload(github: GitHub, path: str, release: Mapping[str, Any], wheel: Wheel) -> None:
    def find() -> Any:
        asset = _asset(github, path, wheel)
        is_whole = asset is not None and asset.get("state") == "uploaded" and asset.get("size") == len(wheel.content)
        return asset if is_whole else None

    github.upload(str(release.get("upload_url", "")), wheel.name, wheel.content, _MEDIA_TYPE, find=find)

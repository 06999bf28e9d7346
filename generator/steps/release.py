"""`release`: makes a release of a tag, with the wheel that was built and tested for it."""

import argparse
import os
import re
from collections.abc import Sequence
from pathlib import Path

from generator import __version__
from generator.errors import ContentError, MachineError, UsageError
from generator.github.api import GitHub
from generator.github.context import RunContext, read_context
from generator.github.outputs import RunnerFiles
from generator.github.releases import ReleaseNotes, publish_release
from generator.github.wheel import Wheel, read_wheel
from generator.steps.result import StepResult

_CHANGELOG = Path("changelog.d")
_TAG = re.compile(r"v[0-9]+(\.[0-9]+)+(?P<trial>(a|b|rc|\.dev)[0-9]+)?")
_LARGEST_FRAGMENT_BYTES = 20_000
# GitHub takes 125,000.
_MOST_NOTES_CHARACTERS = 100_000


def main(arguments: Sequence[str]) -> StepResult:
    """``--from`` names the folder of the wheel; the notes are the changelog of the working directory."""
    parser = argparse.ArgumentParser(prog="release", description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, required=True, help="the folder with the wheel")
    words = parser.parse_args(arguments)
    context = read_context(os.environ)
    return release(context, GitHub(context), words.folder, RunnerFiles.from_environ(os.environ))


def release(context: RunContext, github: GitHub, folder: Path, files: RunnerFiles) -> StepResult:
    """Release, or go on with what an earlier run began.

    Raises:
        ContentError: tag, engine and wheel are not of one version.
        UsageError: this is no run for a tag.
    """
    tag = _tag(context)
    if tag != f"v{__version__}":
        raise ContentError(
            f"the tag {tag} is not the engine's version, {__version__}",
            mend="write the version into generator/__init__.py, and tag that commit",
        )
    wheel = read_wheel(folder)
    if wheel.version != __version__:
        raise ContentError(
            f"the wheel is of version {wheel.version}, the engine of {__version__}", mend="build it from the tag"
        )
    match = _TAG.fullmatch(tag)
    notes = ReleaseNotes(tag, notes_of(_CHANGELOG, wheel), is_prerelease=bool(match and match["trial"]))
    url = publish_release(github, context.repository, notes, wheel)
    line = f"{tag} is released with {wheel.name}: {url}"
    files.add_summary(line)
    return StepResult((line, f"sha256 {wheel.sha256}"))


def _tag(context: RunContext) -> str:
    if not str(context.event.get("ref", "")).startswith("refs/tags/") or not _TAG.fullmatch(context.ref_name):
        raise UsageError("a release is made of a tag such as v1.2.0", mend="push a tag")
    return context.ref_name


def notes_of(changelog: Path, wheel: Wheel) -> str:
    """The changes, an item each, the oldest first, and how to install the wheel and know that it is the right one."""
    fragments = [path for path in sorted(changelog.glob("*.md")) if path.name != "README.md"]
    items = ["- " + "\n  ".join(_fragment(path).splitlines()) for path in fragments]
    whole = "\n".join(items) or "Nothing that somebody who upgrades will notice."
    if len(whole) > _MOST_NOTES_CHARACTERS:
        raise ContentError("the changelog is longer than GitHub takes", mend="shorten what is in changelog.d/")
    return (
        f"{whole}\n\nBlogs made from the template are offered this by their workflow *upgrade*.\n\n"
        f"| file | sha256 |\n|---|---|\n| `{wheel.name}` | `{wheel.sha256}` |\n"
    )


def _fragment(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FRAGMENT_BYTES + 1)
        if len(content) > _LARGEST_FRAGMENT_BYTES:
            raise ContentError(f"{path} is no sentence", mend="shorten it")
        return content.decode("utf-8").strip()
    except OSError as failure:
        raise MachineError(f"{path} cannot be read ({failure.strerror})", mend="run the job again") from None
    except UnicodeDecodeError:
        raise ContentError(f"{path} is not UTF-8", mend="save it as UTF-8") from None

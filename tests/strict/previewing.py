"""Previews of pull requests, built as the steps build them."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.asking import Words, request_of
from generator.model.preview import Preview
from generator.model.report import BuildReport
from generator.pipeline import build
from tests.building import NOW, lay_out

PREVIEW = Preview(7, "1a2b3c4d5e6f708192a3b4c5d6e7f80910111213", "https://github.com/ada/notes/pull/7")
BELOW = "/notes/pr-preview/pr-7"
CONFIG = "title: Notes\nurl: https://ada.github.io\nbaseurl: /notes\npermalink: /:title/\n"


@dataclass(frozen=True, slots=True)
class Previewed:
    """What a build made of a blog.

    Args:
        site: where its files lie.
    """

    site: Path
    report: BuildReport

    def page(self, path: str) -> str:
        """The text of a page or file below the preview's own root."""
        name = path.lstrip("/")
        return (self.site / (f"{name}index.html" if name.endswith("/") or not name else name)).read_text("utf-8")

    def pages(self) -> dict[str, str]:
        """Every page by its path."""
        found = sorted(self.site.rglob("*.html"))
        return {path.relative_to(self.site).as_posix(): path.read_text("utf-8") for path in found}

    def names(self) -> list[str]:
        """Every file's path."""
        return sorted(path.relative_to(self.site).as_posix() for path in self.site.rglob("*") if path.is_file())


def previewed(
    source: Path,
    files: Mapping[str, str | bytes | dict[str, object]],
    *,
    untrusted: bool,
    preview: Preview | None = PREVIEW,
    execute: str = "never",
) -> Previewed:
    """Lay out a blog and build it; without a preview it is the blog itself."""
    lay_out(source, {"_config.yml": CONFIG, **files})
    words = Words(source=source, now=NOW, jobs=1, execute=execute, untrusted=untrusted, preview=preview)
    report = build(request_of(words))
    return Previewed(source / "_site", report)


def published_at(site: Path, root: Path, below: str = BELOW) -> Path:
    """The site where a host would serve it: below its base path."""
    target = root / below.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(site, target)
    return root

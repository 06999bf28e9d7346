"""Source directories in tests: a dict of files, listed and shelved."""

from collections.abc import Mapping
from pathlib import Path

from generator.sources.disk import ExcludeRules, Seen, list_tree
from generator.sources.shelves import ShelfRules, Shelving, shelve

OLD = ShelfRules(is_old_blog=True)
NEW = ShelfRules()


def lay(source: Path, files: Mapping[str, str] | list[str]) -> Path:
    """Write the files below source; of a list of paths each holds ``x``."""
    texts = files if isinstance(files, Mapping) else dict.fromkeys(files, "x")
    for path, text in texts.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(text, encoding="utf-8")
    return source


def seen(source: Path) -> tuple[Seen, ...]:
    """Every file, nothing excluded."""
    return list_tree(source, excluded=ExcludeRules())


def shelved(source: Path, rules: ShelfRules) -> Shelving:
    """The sources in a source directory."""

    def peek(path: str) -> bytes:
        return (source / path).read_bytes()[:2048]

    return shelve(seen(source), rules=rules, peek=peek)


def places(shelving: Shelving) -> list[tuple[str, str, str]]:
    """Path, shelf and shelf path of each source."""
    return [(source.path, source.shelf.name, source.shelf_path) for source in shelving.sources]

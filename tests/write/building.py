"""A build without documents: a folder of generations, published as the pipeline does it."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from generator.cache.lock import hold
from generator.cache.state import State, load_state, save_state
from generator.cache.store import Store
from generator.model.output import CopiedFile, OutputFile, Planned, StoredFile
from generator.write.publish import Previous, Published, publish, recover


def page(path: str, text: str) -> OutputFile:
    """A page of that text."""
    return OutputFile(path, hashlib.sha256(text.encode()).hexdigest(), text.encode)


def build(blog: Path, planned: Sequence[Planned], output: Path | None = None) -> Published:
    """Publish planned into blog/_site, with lock, recovery, store and state."""
    output = output or blog / "_site"
    private = blog / ".inkmill"
    with hold(private):
        recover(output, private)
        state = load_state(private) or State()
        store = Store(private)
        for file in planned:
            if isinstance(file, StoredFile):
                store.put("derived", file.name, f"bytes of {file.name}".encode())
        published = publish(
            output,
            planned,
            previous=Previous(state.output_id, state.outputs),
            source=blog,
            store=store,
            digest_of=lambda path: hashlib.sha256(blog.joinpath(path).read_bytes()).hexdigest(),
        )
        save_state(private, State(output_id=published.output_id, outputs=published.records))
    return published


def generation(name: str, blog: Path) -> list[Planned]:
    """A small site in which pages, stored and copied files change, come and go, and one stays.

    Every file but ``same.html`` holds the generation's name.
    """
    blog.joinpath(f"photo-{name}.txt").write_text(f"photo of {name}")
    return [
        page("index.html", f"home of {name}"),
        page("same.html", "the same"),
        page("posts/one/index.html", f"one of {name}"),
        page(f"posts/only-{name}/index.html", f"only in {name}"),
        # A file in one generation, a folder in the other.
        page("turn.html" if name == "old" else "turn.html/index.html", f"turn of {name}"),
        StoredFile("assets/g/picture.png", f"{name}.png"),
        CopiedFile("images/photo.txt", f"photo-{name}.txt"),
    ]


def files_of(folder: Path) -> Mapping[str, bytes]:
    """Every file below folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def tree_of(folder: Path) -> tuple[Mapping[str, bytes], tuple[str, ...]]:
    """Every file, and every folder."""
    folders = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_dir())
    return files_of(folder), tuple(folders)

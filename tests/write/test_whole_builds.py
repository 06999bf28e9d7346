"""Whole builds that are killed, and whole builds on top of a store that lies."""

import os
import random
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.building import NOW, code_cell, display, lay_out, markdown_cell, notebook, run, stream
from tests.write.building import files_of, tree_of
from tests.write.dying import deaths

_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def _blog(name: str) -> Mapping[str, str | bytes | dict[str, object]]:
    """A small blog in which every document and every copied file holds the generation's name."""
    return {
        "_config.yml": "title: Trust\npermalink: /posts/:title/\n",
        "_notebooks/2024-01-02-one.ipynb": notebook(
            markdown_cell(f"# One {name}\n\nSee [two](../_posts/2024-01-03-two.md), and $x^2$."),
            code_cell(f"print('{name}')", stream(f"{name}\n")),
            code_cell("figure", display(image_png=_PIXEL)),
        ),
        "_posts/2024-01-03-two.md": f"# Two {name}\n\n![p](../images/p.txt) [data](../data/{name}.csv)\n",
        f"_posts/2024-01-04-only-{name}.md": f"# Only {name}\n",
        "images/p.txt": f"picture {name}",
        f"data/{name}.csv": f"data {name}",
    }


def _lay_out(blog: Path, name: str) -> None:
    for folder in ("_notebooks", "_posts", "images", "data"):
        shutil.rmtree(blog / folder, ignore_errors=True)
    blog.mkdir(exist_ok=True)
    lay_out(blog, _blog(name))


def _clean(tmp_path: Path, name: str) -> object:
    blog = tmp_path / f"clean-{name}"
    _lay_out(blog, name)
    assert run(blog).exit_code == 0
    return tree_of(blog / "_site")


@pytest.mark.slow
def test_a_build_killed_anywhere_leaves_a_whole_site_and_the_next_equals_a_clean_one(tmp_path: Path) -> None:
    whole = {name: _clean(tmp_path, name) for name in ("old", "new")}
    blog = tmp_path / "blog"
    _lay_out(blog, "old")
    run(blog)
    _lay_out(blog, "new")
    for number in deaths(lambda: run(blog)):
        assert tree_of(blog / "_site") in whole.values(), f"mixed after call {number}"
        if number % 8:
            # Many builds die on top of what the one before left; every eighth is looked at to its end.
            continue
        assert run(blog).exit_code == 0
        assert tree_of(blog / "_site") == whole["new"], f"not clean after call {number}"
        shutil.rmtree(blog / ".inkmill")
        _lay_out(blog, "old")
        run(blog)
        _lay_out(blog, "new")
    assert tree_of(blog / "_site") == whole["new"]


def _harm(entry: Path, chance: random.Random, others: list[bytes]) -> None:
    content = entry.read_bytes()
    place = chance.randrange(len(content))
    flipped = bytes([content[place] ^ chance.randrange(1, 256)])
    entry.write_bytes(
        chance.choice(
            [content[:place], content[:place] + flipped + content[place + 1 :], content + b"\0", chance.choice(others)]
        )
    )


@pytest.mark.slow
def test_a_thousand_corrupt_entries_give_no_wrong_page(tmp_path: Path) -> None:
    blog = tmp_path / "blog"
    _lay_out(blog, "old")
    lay_out(blog, {f"_posts/2023-01-01-more-{number}.md": f"# More {number}\n\nText.\n" for number in range(30)})
    run(blog)
    whole = tree_of(blog / "_site")
    chance = random.Random(3)
    harmed = 0
    while harmed < 1000:
        kept = [blog / ".inkmill/state", *blog.glob(".inkmill/documents/*/*"), *blog.glob(".inkmill/derived/*/*")]
        entries = sorted(path for path in kept if path.is_file())
        chosen = chance.sample(entries, chance.choice([1, len(entries) // 2, len(entries)]))
        others = [entry.read_bytes() for entry in chosen]
        for entry in chosen:
            _harm(entry, chance, others)
        harmed += len(chosen)
        if chance.random() < 0.7:
            shutil.rmtree(blog / "_site")
        if chance.random() < 0.3:
            os.utime(blog / "_posts/2024-01-03-two.md")

        assert run(blog).exit_code == 0
        assert tree_of(blog / "_site") == whole


@pytest.mark.slow
def test_an_unchanged_build_touches_no_file_of_the_site(tmp_path: Path) -> None:
    blog = tmp_path / "blog"
    _lay_out(blog, "old")
    run(blog)

    def times() -> dict[str, tuple[int, int]]:
        found = {path: (blog / "_site" / path).stat() for path in files_of(blog / "_site")}
        return {path: (status.st_mtime_ns, status.st_ino) for path, status in found.items()}

    before = times()
    run(blog)
    assert times() == before
    (blog / "_posts/2024-01-04-only-old.md").write_text("# Changed\n")
    run(blog, "--now", NOW)
    after = times()
    assert {path for path in before if after[path] != before[path]} != set()
    untouched = [path for path in before if after[path] == before[path]]
    assert "images/p.txt" in untouched
    assert "posts/one/index.html" in untouched or "posts/two/index.html" in untouched

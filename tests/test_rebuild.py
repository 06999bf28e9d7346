"""A build on top of another equals a clean one, whatever was changed, added or removed in between."""

import os
import random
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.formats.run_snapshot import snapshot_path, to_bytes
from generator.model.experiment import Run, RunQuery, Service, Snapshot
from tests.building import NOW, code_cell, display, lay_out, markdown_cell, notebook, run, stream

ROOT = Path(__file__).resolve().parents[1]

Files = dict[str, str | bytes | dict[str, object]]


RUNS = """# Runs

```wandb
project: acme/mnist
sha: aaa
metrics: [acc]
```

```wandb
project: acme/mnist
sha: bbb
metrics: [acc]
```

```wandb
file: data/r.csv
metrics: [acc]
filter: {state: finished}
```
"""


def png(width: int, shade: int) -> bytes:
    """A grey picture, 8 pixels high."""
    rows = zlib.compress((b"\0" + bytes([shade]) * width) * 8)
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, 8, 8, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def runs(sha: str, acc: float) -> Files:
    """A snapshot of one run of a commit."""
    query = RunQuery(Service.WANDB, "https://api.wandb.ai", "acme/mnist", sha=sha)
    run = Run("r1", "first", "finished", "acme/mnist", summary={"acc": acc})
    snapshot = Snapshot(query, "2023-12-31T00:00:00Z", (run,), ("acc",), known_metrics=("acc",))
    return {snapshot_path(query): to_bytes(snapshot)}


def runs_path(sha: str) -> str:
    return next(iter(runs(sha, 0.5)))


def blog() -> Files:
    """A blog in which everything refers to something else."""
    return {
        "_config.yml": "title: A\ndescription: B\npermalink: /posts/:title/\nurl: https://a.example\n",
        "_notebooks/2024-01-02-one.ipynb": notebook(
            markdown_cell("# One\n\nSee [two](2024-01-03-two.ipynb#part) and ![p](../images/p.png) and $x^2$."),
            code_cell("#hide_input\nprint(1)", stream("1\n")),
            code_cell("2", display(text_html="<b>2</b>", text_plain="2")),
        ),
        "_notebooks/2024-01-03-two.ipynb": notebook(
            markdown_cell("# Two\n- categories: [k, l]\n\n## Part\n\nSee [p](../_posts/2024-01-04-three.md)."),
            code_cell("3", stream("3\n", "stderr")),
        ),
        "_posts/2024-01-04-three.md": "---\ntitle: Three\ntags: [k]\nimage: images/p.png\n---\n[data](../data/d.csv)\n",
        "_posts/2024-01-05-four.md": "---\ntitle: Four\ntags: [m]\n---\n[home](../index.md) [g](2024-09-09-gone.md)\n",
        "_drafts/five.md": "# Five\n",
        "_pages/about.md": "---\ntitle: About\npermalink: /about/\n---\nAbout [four](../_posts/2024-01-05-four.md)\n",
        "index.md": "---\ntitle: Home\n---\nWelcome.\n",
        "images/p.png": png(16, 90),
        "_posts/2024-01-07-runs.md": RUNS,
        **runs("aaa", 0.9),
        "data/r.csv": "id,acc\nr1,0.5\n",
        "data/d.csv": "a,b\n1,2\n",
        "CNAME": "a.example\n",
    }


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def touch(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and "_site" not in path.parts:
            os.utime(path)


CHANGES: dict[str, Callable[[Path], object]] = {
    "an edited notebook": lambda at: edit(at / "_notebooks/2024-01-02-one.ipynb", "# One", "# Once"),
    "a heading others link to": lambda at: edit(at / "_notebooks/2024-01-03-two.ipynb", "## Part", "## Party"),
    "a new title of a post": lambda at: edit(at / "_posts/2024-01-04-three.md", "Three", "Third"),
    "another tag": lambda at: edit(at / "_posts/2024-01-05-four.md", "[m]", "[m, n]"),
    "a draft that becomes a post": lambda at: (at / "_drafts/five.md").rename(at / "_posts/2024-01-06-five.md"),
    "a deleted post": lambda at: (at / "_posts/2024-01-04-three.md").unlink(),
    "a deleted notebook": lambda at: (at / "_notebooks/2024-01-03-two.ipynb").unlink(),
    "a link that comes true": lambda at: lay_out(at, {"_posts/2024-09-09-gone.md": "# Gone\n"}),
    "a picture of another size": lambda at: (at / "images/p.png").write_bytes(png(24, 90)),
    "a picture of other pixels": lambda at: (at / "images/p.png").write_bytes(png(16, 91)),
    "a picture that is gone": lambda at: (at / "images/p.png").unlink(),
    "other data": lambda at: (at / "data/d.csv").write_text("a,b\n3,4\n"),
    "data that is gone": lambda at: (at / "data/d.csv").unlink(),
    "runs that came to something else": lambda at: lay_out(at, runs("aaa", 0.8)),
    "runs that were fetched for the first time": lambda at: lay_out(at, runs("bbb", 0.7)),
    "runs that are gone": lambda at: (at / runs_path("aaa")).unlink(),
    "runs that cannot be read": lambda at: lay_out(at, {runs_path("aaa"): b"broken"}),
    "other runs in a file": lambda at: (at / "data/r.csv").write_text("id,acc\nr1,0.6\nr2,0.7\n"),
    "another description": lambda at: edit(at / "_config.yml", "description: B", "description: C"),
    "another scheme of URLs": lambda at: edit(at / "_config.yml", "/posts/:title/", "/:year/:title.html"),
    "no settings at all": lambda at: (at / "_config.yml").unlink(),
    "a template of one's own": lambda at: lay_out(at, {"_templates/partials/footer.html": "<footer>mine</footer>\n"}),
    "a cell template of one's own": lambda at: lay_out(
        at, {"_templates/cells/markdown.html": "<hr>{{ block.html }}\n"}
    ),
    "a style of one's own": lambda at: lay_out(at, {"_custom/style.css": "body { color: teal }\n"}),
    "an introduction that is gone": lambda at: (at / "index.md").unlink(),
    "a new page": lambda at: lay_out(at, {"_pages/new.md": "# New\n"}),
    "nothing but new times": touch,
    "no host of one's own": lambda at: (at / "CNAME").unlink(),
}


def clean_copy(source: Path, to: Path) -> Path:
    """The same sources where nothing has ever been built."""
    shutil.copytree(source, to, ignore=shutil.ignore_patterns("_site", ".inkmill"))
    return to


# One of each sort; the others are in `make test`.
QUICK = frozenset(
    (
        "an edited notebook",
        "another tag",
        "a deleted post",
        "a link that comes true",
        "a picture of other pixels",
        "other data",
        "runs that came to something else",
        "another description",
        "nothing but new times",
    )
)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(change, id=name, marks=() if name in QUICK else pytest.mark.slow)
        for name, change in CHANGES.items()
    ],
)
def test_a_build_after_a_change_equals_a_clean_one(tmp_path: Path, change: Callable[[Path], object]) -> None:
    source = tmp_path / "blog"
    lay_out(source, blog())
    assert run(source).exit_code == 0
    change(source)

    again = run(source)

    clean = run(clean_copy(source, tmp_path / "clean"))
    assert (again.exit_code, again.files()) == (clean.exit_code, clean.files())


@pytest.mark.slow
def test_builds_after_many_changes_equal_clean_ones(tmp_path: Path) -> None:
    chance = random.Random(7)
    source = tmp_path / "blog"
    lay_out(source, blog())
    assert run(source).exit_code == 0
    for step in range(25):
        applicable = list(CHANGES)
        chance.shuffle(applicable)
        for name in applicable:
            try:
                CHANGES[name](source)
            except (FileNotFoundError, AssertionError):
                continue
            break
        else:
            break
        if chance.random() < 0.3:
            lay_out(source, blog())

        again = run(source)

        clean = run(clean_copy(source, tmp_path / f"clean{step}"))
        assert again.files() == clean.files(), f"after step {step}, {name}"
        shutil.rmtree(tmp_path / f"clean{step}")


def test_a_change_undone_gives_the_first_site_again(tmp_path: Path) -> None:
    source = tmp_path / "blog"
    lay_out(source, blog())
    first = run(source).files()
    edit(source / "_notebooks/2024-01-02-one.ipynb", "# One", "# Once")
    run(source)
    edit(source / "_notebooks/2024-01-02-one.ipynb", "# Once", "# One")

    assert run(source).files() == first


def test_an_unchanged_build_writes_nothing(tmp_path: Path) -> None:
    source = tmp_path / "blog"
    lay_out(source, blog())
    assert run(source).exit_code == 0
    before = {path: path.stat().st_mtime_ns for path in (source / "_site").rglob("*")}

    again = run(source)

    assert {path: path.stat().st_mtime_ns for path in (source / "_site").rglob("*")} == before
    # Which of the two depends on how long ago, by the clock of the disk, the files were laid out.
    assert "0 files written" in again.output or "nothing changed" in again.output


def test_an_edit_leaves_the_files_of_other_pages_alone(tmp_path: Path) -> None:
    source = tmp_path / "blog"
    lay_out(source, blog())
    assert run(source).exit_code == 0
    about = source / "_site/about/index.html"
    before = about.stat()

    edit(source / "_notebooks/2024-01-02-one.ipynb", "print(1)", "print(2)")
    run(source)

    assert (about.stat().st_ino, about.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


MACHINES = {
    "another time zone": {"TZ": "Asia/Tokyo"},
    "another locale": {"LC_ALL": "C", "LANG": "C"},
    "another hash seed": {"PYTHONHASHSEED": "77"},
    "two processes": {"JOBS": "2"},
}


@pytest.mark.slow
@pytest.mark.parametrize("difference", MACHINES.values(), ids=MACHINES)
def test_the_same_input_gives_the_same_site_on_any_machine(tmp_path: Path, difference: dict[str, str]) -> None:
    here = tmp_path / "here"
    lay_out(
        here, {**blog(), **{f"_posts/2023-01-{day:02}-p{day}.md": f"# P{day}\n\n$y_{day}$\n" for day in range(1, 12)}}
    )
    there = clean_copy(here, tmp_path / "a path" / "that is longer")
    site = run(here).files()
    assert site

    command = [
        sys.executable,
        "-m",
        "generator",
        "build",
        "--source",
        str(there),
        "--jobs",
        difference.get("JOBS", "1"),
    ]
    done = subprocess.run(
        [*command, "--now", NOW], cwd=ROOT, env={**os.environ, **difference}, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stdout
    folder = there / "_site"
    assert {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()} == site

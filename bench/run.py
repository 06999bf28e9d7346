"""Measures inkmill beside its peers, on the same corpus, in one run; prints ratios and writes bench/results.txt."""

import argparse
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import corpus, execution, peers

_RESULTS = Path(__file__).with_name("results.txt")
_CHECKOUT = Path(__file__).resolve().parents[1]
_PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Took:
    """One command's cost.

    Args:
        peak_mib: resident memory of its largest process.
    """

    seconds: float
    peak_mib: float
    output: str


def timed(command: tuple[str, ...], folder: Path) -> Took:
    """Run command in folder; it must succeed."""
    environment = {**os.environ, "PATH": f"{Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}"}
    # Some machines forbid it, and then every start compiles this checkout again, which an installed program never does.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=environment
        )
        # wait4: the peak of this command's processes alone, where getrusage adds those of earlier commands.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        output = said.read().decode(errors="replace")
    if process.returncode != 0:
        sys.exit(f"{' '.join(command[:4])} … exited {process.returncode}:\n{output[-2000:]}")
    kib = usage.ru_maxrss / 1024 if sys.platform == "darwin" else usage.ru_maxrss
    return Took(seconds, kib / 1024, output)


def best(tries: int, run: Callable[[], Took]) -> Took:
    """The fastest of some runs: what disturbs a run only ever makes it slower."""
    return min((run() for _ in range(tries)), key=lambda took: took.seconds)


def patiently(run: Callable[[], Took]) -> Took:
    """Two of a peer's kernels may take one port, and then one of them never answers: it gets two more chances."""
    for _ in range(2):
        with contextlib.suppress(SystemExit):
            return run()
    return run()


def inkmill(source: Path, *words: str) -> tuple[str, ...]:
    return (
        sys.executable,
        "-m",
        "generator",
        *(words or ("build", "--source", str(source), "--jobs", str(_PROCESSES))),
    )


def cold(source: Path) -> Took:
    for made in ("_site", ".inkmill"):
        shutil.rmtree(source / made, ignore_errors=True)
    return timed(inkmill(source), _CHECKOUT)


def after_change(command: tuple[str, ...], folder: Path, notebook: Path) -> Took:
    """Change a word of one Markdown cell, then build."""
    content = json.loads(notebook.read_text())
    content["cells"][0]["source"] += f"\n\nChanged at {time.time_ns()}."
    notebook.write_text(json.dumps(content, indent=1))
    return timed(command, folder)


def converted(took: Took) -> int:
    """How many documents inkmill says it read."""
    found = re.search(r"(\d+) read", took.output)
    return int(found[1]) if found else 0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Args:
        value: seconds, or MiB for memory.
    """

    what: str
    who: str
    value: float
    unit: str = "s"
    note: str = ""


def written_blogs(work: Path, notebooks: int, posts: int) -> dict[str, Path]:
    """The corpus as inkmill's blog, by what its rows are called after: the same work, and everything on."""
    found = {"": work / "plain", ", everything on": work / "full"}
    for suffix, folder in found.items():
        corpus.write_blog(folder, notebooks, posts, is_plain=not suffix)
    return found


def measure_inkmill(blogs: dict[str, Path], tries: int) -> Iterator[Row]:
    for suffix, source in blogs.items():
        yield from measure_blog(source, suffix, tries)
    for word in ("--version", "--help"):
        took = best(tries + 2, partial(timed, inkmill(_CHECKOUT, word), _CHECKOUT))
        yield Row(word, "inkmill", took.seconds)


def measure_blog(source: Path, suffix: str, tries: int) -> Iterator[Row]:
    took = best(tries, lambda: cold(source))
    yield Row(f"cold{suffix}", "inkmill", took.seconds, note=f"{converted(took)} documents converted")
    yield Row(f"memory{suffix}", "inkmill", took.peak_mib, "MiB", "largest process, cold")
    took = best(tries + 2, lambda: timed(inkmill(source), _CHECKOUT))
    yield Row(f"unchanged{suffix}", "inkmill", took.seconds, note=f"{converted(took)} documents converted")
    notebook = min((source / "_notebooks").iterdir())
    took = best(tries, lambda: after_change(inkmill(source), _CHECKOUT, notebook))
    yield Row(f"one changed{suffix}", "inkmill", took.seconds, note=f"{converted(took)} documents converted")


def measure_scaling(work: Path, tries: int) -> Iterator[Row]:
    """Cost of a notebook in a blog of 100 and of 500, cold."""
    for count in (100, 500):
        source = work / f"scale{count}"
        corpus.write_blog(source, count, 0)
        took = best(tries, partial(cold, source))
        yield Row(f"cold, each of {count} notebooks", "inkmill", took.seconds / count)
        shutil.rmtree(source)


def measure_execution(work: Path, count: int, tries: int) -> Iterator[Row]:
    """Small notebooks run by kernels, everything from nothing: inkmill's store empty, papermill's imports too."""
    source = work / "runs"
    execution.write_blog(source, count)
    what = f"{count} notebooks executed"

    def fresh(*words: str) -> Took:
        shutil.rmtree(source / ".inkmill", ignore_errors=True)
        return timed(inkmill(source, "run", "--source", str(source), "--jobs", str(_PROCESSES), *words), _CHECKOUT)

    took = best(tries, fresh)
    yield Row(what, "inkmill", took.seconds, note=f"{took.output.count(': ran in')} ran")
    took = best(tries, partial(fresh, "--no-warm-kernels"))
    yield Row(what, "… fresh kernels", took.seconds)
    took = best(tries, partial(timed, inkmill(source, "run", "--source", str(source)), _CHECKOUT))
    yield Row(f"{what}, again", "inkmill", took.seconds, note=f"{took.output.count(': from cache')} from cache")
    papermill = (sys.executable, "-m", "bench.execution", str(source / "_notebooks"), str(_PROCESSES))
    took = best(tries, lambda: patiently(partial(timed, papermill, _CHECKOUT)))
    yield Row(what, "papermill, 2 processes", took.seconds)
    shutil.rmtree(source)


def measure_many(work: Path, count: int) -> Iterator[Row]:
    """A very large blog of short posts."""
    source = work / "many"
    corpus.write_blog(source, 0, count, post_size=1500)
    took = cold(source)
    yield Row(f"{count} posts, cold", "inkmill", took.seconds, note=f"{converted(took)} documents converted")
    took = best(3, lambda: timed(inkmill(source), _CHECKOUT))
    yield Row(f"{count} posts, unchanged", "inkmill", took.seconds)
    post = sorted((source / "_posts").iterdir())[count // 2]

    def change() -> Took:
        post.write_text(post.read_text() + f"\n\nChanged at {time.time_ns()}.\n")
        return timed(inkmill(source), _CHECKOUT)

    took = best(3, change)
    yield Row(f"{count} posts, one changed", "inkmill", took.seconds, note=f"{converted(took)} documents converted")


def measure_peer(peer: peers.Peer) -> Iterator[Row]:
    for name in peer.leaves:
        path = peer.folder / name
        path.unlink() if path.is_file() else shutil.rmtree(path, ignore_errors=True)
    took = timed(peer.command, peer.folder)
    pages = len(list(peer.folder.glob(peer.made)))
    yield Row("cold", peer.name, took.seconds, note=f"{pages} documents converted")
    yield Row("memory", peer.name, took.peak_mib, "MiB", "largest process, cold")
    if not peer.is_incremental:
        return
    took = best(2, partial(timed, peer.command, peer.folder))
    yield Row("unchanged", peer.name, took.seconds)
    took = best(2, partial(after_change, peer.command, peer.folder, peer.changeable))
    yield Row("one changed", peer.name, took.seconds)


def dressed(work: Path, programs: Path, notebooks: int, posts: int) -> list[peers.Peer]:
    """The corpus as each peer wants it."""
    entries = (*corpus.notebooks(notebooks), *corpus.posts(posts))
    return [
        dress(work / dress.__name__, programs, entries) for dress in (peers.nbconvert, peers.nikola, peers.jupyter_book)
    ]


def fastest(rows: list[Row]) -> list[Row]:
    """Of rows for the same thing the fastest, or the largest for memory, in the order in which they first came."""
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        known = found.get((row.what, row.who))
        if known is None or (row.value < known.value) == (row.unit == "s"):
            found[row.what, row.who] = row
    return list(found.values())


def report(rows: list[Row]) -> str:
    """A table, each peer's figure as a multiple of inkmill's."""
    ours = {row.what: row.value for row in rows if row.who == "inkmill"}
    lines = [f"{'what':<34}{'who':<20}{'measured':>12}{'× inkmill':>12}  notes"]
    order = list(dict.fromkeys(row.what for row in rows))
    for row in sorted(rows, key=lambda row: order.index(row.what)):
        ratio = "" if row.who == "inkmill" else f"{row.value / ours[row.what]:.1f}"
        shown = f"{row.value:.3f} s" if row.unit == "s" else f"{row.value:.0f} {row.unit}"
        lines.append(f"{row.what:<34}{row.who:<20}{shown:>12}{ratio:>12}  {row.note}".rstrip())
    costs = [row.value for row in rows if row.what.startswith("cold, each of")]
    if len(costs) == 2:
        lines.append(f"\nA notebook of 500 costs {costs[1] / costs[0]:.2f} times one of 100.")
    return "\n".join(lines) + "\n"


def read_words() -> argparse.Namespace:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--peers", type=Path, help="virtual environment of the peers (bench/peers.lock)")
    words.add_argument("--quick", action="store_true", help="inkmill alone, once, without the larger blogs")
    words.add_argument("--many", type=int, metavar="N", help="also a blog of N short posts (10000 takes minutes)")
    words.add_argument("--notebooks", type=int, default=100)
    words.add_argument("--posts", type=int, default=50)
    words.add_argument("--keep", type=Path, help="work in this new folder and leave it there")
    return words.parse_args()


def measure(said: argparse.Namespace, work: Path) -> Iterator[Row]:
    """Two rounds, everyone in each: what else the machine does then disturbs all alike."""
    others = (
        [] if said.quick or not said.peers else dressed(work, said.peers.resolve() / "bin", said.notebooks, said.posts)
    )
    blogs = written_blogs(work, said.notebooks, said.posts)
    for _ in range(1 if said.quick else 2):
        yield from measure_inkmill(blogs, tries=1 if said.quick else 3)
        for peer in others:
            yield from measure_peer(peer)
    yield from measure_execution(work, 20, tries=1 if said.quick else 3)
    if not said.quick:
        yield from measure_scaling(work, tries=2)
    if said.many:
        yield from measure_many(work, said.many)


def main() -> None:
    said = read_words()
    work = said.keep or Path(tempfile.mkdtemp(prefix="inkmill-bench-"))
    work.mkdir(exist_ok=True)
    rows = []
    try:
        for row in measure(said, work):
            rows.append(row)
            print(f"{row.what}, {row.who}: {row.value:.3f} {row.unit}", file=sys.stderr, flush=True)
    finally:
        if not said.keep:
            shutil.rmtree(work)
    what = f"{said.notebooks} notebooks and {said.posts} posts, {_PROCESSES} processes"
    text = f"{what}, Python {sys.version.split()[0]}\n\n{report(fastest(rows))}"
    print(text)
    if not said.quick:
        _RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""What comes out of a sandbox is bytes under names of ours, or nothing."""

import io
import json
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies

from generator.errors import ContentError
from generator.execution.handover import (
    ConfinedRun,
    ConfinedRuns,
    RunStatus,
    hand_over,
    is_for_want_of_network,
    read_result,
    shown,
    take_over,
    write_result,
    written_word,
)

A, B = "_notebooks/a.ipynb", "_notebooks/b.ipynb"
NAME = "a" * 40
SHA = "1" * 40
GOOD = ConfinedRun(A, RunStatus.OK)
LOST = ConfinedRun(A, RunStatus.LOST)


def taken(said: bytes, folder: Path, *asked: str) -> tuple[tuple[ConfinedRun, ...], dict[str, bytes]]:
    """What is taken of these bytes: a word for each notebook, and every file there is afterwards."""
    runs = take_over(io.BytesIO(said), folder / "out", asked or (A,))
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return runs, files


def handed(run: ConfinedRun, **files: bytes) -> bytes:
    """What the other end writes."""
    pipe = io.BytesIO()
    hand_over(pipe, run, {name.replace("_", "."): content for name, content in files.items()})
    return pipe.getvalue()


def test_what_is_handed_over_is_taken_over(tmp_path: Path) -> None:
    failed = ConfinedRun(B, RunStatus.FAILED, "URLError: no", wants_network=True)
    said = handed(GOOD, **{f"{NAME}_json": b"{}", f"{NAME}_ipynb": b"\n\0x"}) + handed(failed)

    runs, files = taken(said, tmp_path, B, A)

    assert runs == (failed, GOOD)
    assert files == {f"out/runs/{NAME}.json": b"{}", f"out/runs/{NAME}.ipynb": b"\n\0x"}


def test_what_was_cut_off_leaves_what_came_before(tmp_path: Path) -> None:
    first, second = handed(GOOD), handed(ConfinedRun(B, RunStatus.OK), **{f"{NAME}_json": b"{}"})

    for length in range(len(second)):
        runs, _ = taken(first + second[:length], tmp_path / str(length), A, B)
        assert runs == (GOOD, ConfinedRun(B, RunStatus.LOST))


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../evil",
            "/etc/passwd",
            "..",
            "a.json",
            f"{NAME}.sh",
            f"{NAME}.json/x",
            f"../{NAME}.json",
            f"{NAME[1:]}.json",
        ),
        *(f"{NAME}.json\0", f"{NAME}.JSON", f"{'A' * 40}.json", f"{NAME}.ipynb~", f"runs/{NAME}.json", "result.json"),
    ],
)
def test_a_file_of_another_name_ends_the_reading(name: str, tmp_path: Path) -> None:
    said = b"file %s 1\nx" % name.encode() + handed(GOOD)

    assert taken(said, tmp_path) == ((LOST,), {})


@pytest.mark.parametrize(
    "said",
    [
        b"file " + NAME.encode() + b".json 99999999999999999999\n" + b"x" * 100,
        b"file " + NAME.encode() + b".json -1\nx",
        b"file " + NAME.encode() + b".json 1 \nx",
        b"file " + NAME.encode() + b".json 104857601\nx",
        b"said result 65537\n" + b" " * 65537,
        b"link " + NAME.encode() + b".json 1\nx",
        b"x" * 100_000,
        b"\n\n\n",
        b"said result 2\n[]",
        b"said result 4\nnull",
        b"said result 5000\n" + b"[" * 5000,
        b"said result 3\n\xff\xff\xff",
    ],
    ids=range(12),
)
def test_what_is_no_part_is_no_run(said: bytes, tmp_path: Path) -> None:
    assert taken(said, tmp_path) == ((LOST,), {})


@pytest.mark.parametrize(
    "change",
    [
        *({"path": "b.ipynb"}, {"path": 1}, {"path": ""}, {"path": "a\nb"}, {"path": "x" * 1001}, {"status": "great"}),
        *({"status": None}, {"problem": 1}, {"problem": None}, {"wants_network": "yes"}, {"wants_network": None}),
    ],
    ids=range(11),
)
def test_a_word_that_is_not_of_our_shape_is_no_word(change: dict[str, Any], tmp_path: Path) -> None:
    word = json.dumps({**json.loads(written_word(GOOD)), **change}).encode()

    assert taken(b"said result %d\n" % len(word) + word, tmp_path) == ((LOST,), {})


def test_the_first_word_on_a_notebook_counts(tmp_path: Path) -> None:
    failed = ConfinedRun(A, RunStatus.FAILED, "x")

    assert taken(handed(failed) + handed(GOOD), tmp_path)[0] == (failed,)


@hypothesis.given(strategies.binary(max_size=400))
def test_whatever_bytes_come_no_file_has_another_name(said: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for begin in (b"", b"file ", b"file " + NAME.encode() + b".json ", b"said result 40\n"):
            _, files = taken(begin + said, Path(folder))
            assert set(files) <= {f"out/runs/{NAME}.json"}


def test_a_result_is_read_as_it_was_written(tmp_path: Path) -> None:
    runs = ConfinedRuns(SHA, (GOOD, ConfinedRun(B, RunStatus.FAILED, "é", wants_network=True)), "it took too long")
    write_result(tmp_path, runs)

    assert read_result(tmp_path) == runs


@pytest.mark.parametrize(
    "change",
    [
        *({"inkmill": 2}, {"sha": "main"}, {"sha": None}, {"stopped": 1}, {"notebooks": {}}, {"notebooks": [1]}),
        *({"notebooks": [{}]}, {"notebooks": [[]]}, {"notebooks": [json.loads(written_word(GOOD))] * 1001}),
    ],
    ids=range(9),
)
def test_a_result_of_another_shape_is_refused(change: dict[str, Any], tmp_path: Path) -> None:
    write_result(tmp_path, ConfinedRuns(SHA))
    place = tmp_path / "result.json"
    place.write_text(json.dumps({**json.loads(place.read_text()), **change}))

    with pytest.raises(ContentError, match="not a result of runs"):
        read_result(tmp_path)


def test_a_result_that_is_a_link_is_refused(tmp_path: Path) -> None:
    write_result(tmp_path / "other", ConfinedRuns(SHA))
    (tmp_path / "result.json").symlink_to(tmp_path / "other/result.json")

    with pytest.raises(ContentError):
        read_result(tmp_path)


def test_what_a_stranger_says_fits_on_a_line_and_turns_nothing_round() -> None:
    assert shown("a\n::error::b\x1b[31m\u202ec\u2028d\ud800") == "a ::error::b [31m c d"
    assert len(shown("x" * 10_000)) == 400


@pytest.mark.parametrize(
    "said",
    [
        "gaierror: [Errno -3] Temporary failure in name resolution",
        "URLError: <urlopen error [Errno -2] Name or service not known>",
        "ConnectionError: HTTPSConnectionPool(host='a', port=443): Max retries exceeded with url: /",
        "OSError: [Errno 101] Network is unreachable",
        "ConnectError: [Errno -3] Temporary failure in name resolution",
        "ClientConnectorError: Cannot connect to host a:443 ssl:default",
        "curl: (6) Could not resolve host: example.org",
        "Error in file(file, \"rt\"): cannot open the connection to 'https://a'",
    ],
)
def test_what_libraries_say_without_a_network_is_known(said: str) -> None:
    assert is_for_want_of_network("", said)


@pytest.mark.parametrize(
    "said", ["ZeroDivisionError: division by zero", "FileNotFoundError: [Errno 2] No such file: 'a'", ""]
)
def test_other_failures_are_not_for_want_of_network(said: str) -> None:
    assert not is_for_want_of_network(said)

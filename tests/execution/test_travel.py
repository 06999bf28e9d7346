"""What travels with a notebook, and what is kept for the next one."""

from pathlib import Path

import pytest

from generator.execution.travel import Luggage, Packer, lay_out
from generator.model.execution import Job, KernelChoice

ONE = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
"""SHA-256 of ``1``."""


def a_job(*files: str) -> Job:
    return Job("a.ipynb", None, b"{}", KernelChoice("python3", "python", ("python",)), files=files)


class Store(list[bytes]):
    """Remembers what was put into it; a content's place is its reference."""

    def put(self, content: bytes) -> int:
        self.append(content)
        return len(self) - 1


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("1")
        (tmp_path / name).chmod(0o644)
    return tmp_path


def test_a_content_is_put_once_however_many_files_and_jobs_have_it(source: Path) -> None:
    jobs = [a_job("a.csv", "b.csv"), a_job("b.csv", "./a.csv")]
    store = Store()
    packer = Packer(source, jobs, store.put)

    packed = [packer.pack(job) for job in jobs]

    one, other = (Luggage("a.csv", 0o644, ONE), 0), (Luggage("b.csv", 0o644, ONE), 0)
    assert packed == [(one, other), (other, one)]
    assert store == [b"1"]


def test_a_content_is_let_go_with_the_last_job_that_needs_it(source: Path) -> None:
    jobs = [a_job("a.csv"), a_job("b.csv")]
    store = Store()
    packer = Packer(source, jobs, store.put)
    for job in jobs:
        packer.pack(job)

    packer.release(jobs[0])
    packer.pack(jobs[1])
    kept = list(store)
    packer.release(jobs[1])
    packer.pack(jobs[1])

    assert (kept, store) == ([b"1"], [b"1", b"1"])


def test_a_file_that_changed_meanwhile_travels_as_it_is_now(source: Path) -> None:
    jobs = [a_job("a.csv"), a_job("a.csv")]
    store = Store()
    packer = Packer(source, jobs, store.put)
    packer.pack(jobs[0])

    (source / "a.csv").write_text("22")
    packer.pack(jobs[1])

    assert store == [b"1", b"22"]


@pytest.mark.parametrize("name", ["../a.csv", "/etc/passwd", "data/../../a.csv"])
def test_nothing_is_laid_out_outside_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="leads out"):
        lay_out(tmp_path / "root", "", (Luggage(name, 0o644, ONE),), lambda digest: b"1")

    assert list(tmp_path.iterdir()) == []

"""The post about leaderboards tells how its runs were made, and they were."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
POST = ROOT / "_posts/2026-11-25-leaderboard.md"


def test_the_program_of_the_post_makes_the_file_that_its_board_ranks(tmp_path: Path) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", POST.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "data").mkdir()
    counters = (ROOT / "data/bike-counters.csv").read_bytes()
    (tmp_path / "data/bike-counters.csv").write_bytes(counters)

    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)

    made = (tmp_path / "data/bike-guesses.csv").read_bytes()
    assert made == (ROOT / "data/bike-guesses.csv").read_bytes()


@pytest.mark.parametrize("key", ["title", "file", "metric", "metrics", "config", "limit"])
def test_the_board_that_the_post_explains_is_its_own(key: str) -> None:
    lines = re.findall(rf"^  {key}: .*$", POST.read_text(encoding="utf-8"), re.MULTILINE)

    assert len(lines) == 2
    assert len(set(lines)) == 1

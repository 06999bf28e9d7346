"""The docs of blocks about runs name every key that a block understands, and none besides."""

import re
from pathlib import Path

from generator.experiments.page import block
from generator.experiments.run_order import MOST_DRAWN
from generator.experiments.services.snapshot_runs import MOST_RUNS

PAGE = Path(__file__).resolve().parents[2] / "_pages/docs/experiments.md"


def section(title: str) -> str:
    return PAGE.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_tables_of_blocks_have_every_key_of_a_block() -> None:
    cells = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", section("What a block may say"), re.MULTILINE)

    assert sorted(word for cell in cells for word in re.findall(r"`(\w+)`", cell)) == sorted(block._KEYS)


def test_the_limits_that_the_docs_tell_are_those_of_the_code() -> None:
    ends = section("Where it ends")

    assert f"at most {MOST_RUNS} runs are kept" in ends
    assert ("up to twelve runs" in ends, MOST_DRAWN) == (True, 12)
    assert f"so many pixels high | no other page; {block._HEIGHT_PX} |" in section("What a block may say")

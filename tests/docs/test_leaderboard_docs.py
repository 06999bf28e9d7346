"""The docs of leaderboards name every word that a board understands, and none besides."""

import re
from pathlib import Path

from generator.experiments.board import board_words
from generator.experiments.board.orders import MOST_ORDERS, MOST_TAGS

PAGE = Path(__file__).resolve().parents[2] / "_pages/docs/experiments.md"
NUMBERS = {4: "four", 12: "twelve"}


def test_the_table_of_leaderboards_has_every_key_of_a_board() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("## Leaderboards\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", section, re.MULTILINE)

    assert sorted(word for cell in cells for word in re.findall(r"`(\w+)`", cell)) == sorted(board_words._KEYS)


def test_the_limits_of_the_docs_are_those_of_the_code() -> None:
    page = PAGE.read_text(encoding="utf-8")

    # One order is the metric's that ranks, one that of days.
    assert f"up to {NUMBERS[MOST_ORDERS - 2]} of them" in page
    assert f"tags to choose from, up to {NUMBERS[MOST_TAGS]} |" in page
    assert f"up to {board_words._MOST_ROWS} | {board_words._ROWS} |" in page

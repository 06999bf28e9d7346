"""math_font: the font of formulas, cut to the characters a site uses."""

import sys
from pathlib import Path

import pytest

from generator.cache.store import Store
from generator.math_font import begin, font_path, subset
from tests.building import lay_out, run


def whole() -> bytes:
    path = font_path()
    assert path is not None
    return path.read_bytes()


def test_the_same_characters_give_the_same_small_font() -> None:
    characters = frozenset("xyz+=∑√")
    font = subset(whole(), characters)
    assert font[:4] == b"wOF2"
    assert len(font) < 40_000
    assert subset(whole(), characters) == font


def test_a_font_cut_beside_lies_in_the_store(tmp_path: Path) -> None:
    store = Store(tmp_path)
    wait = begin(store, "font.woff2", frozenset("x∑"))
    wait()
    assert store.get("derived", "font.woff2") == subset(whole(), frozenset("x∑"))


def test_without_a_process_beside_the_font_is_cut_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/program")
    lay_out(tmp_path, {"_posts/2021-01-01-a.md": "# A\n\n$x^2$\n"})
    ran = run(tmp_path, "--jobs", "2")
    assert ran.exit_code == 0
    assert [path for path in ran.files() if path.endswith(".woff2")]


def test_pages_without_formulas_need_no_font(tmp_path: Path) -> None:
    lay_out(tmp_path, {"_posts/2021-01-01-a.md": "# A\n\nx\n"})
    assert not [path for path in run(tmp_path).files() if path.endswith(".woff2")]

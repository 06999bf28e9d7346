"""``jupyter nbconvert --to inkmill`` against the site."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from generator.formats.names import content_name
from generator.model.body import fill_holes
from tests.building import code_cell, lay_out, markdown_cell
from tests.readers.notebook.making import base64_text, png, read_ipynb

ROOT = Path(__file__).parents[1]
PICTURE = png(12, 8)
ATTACHED = png(5, 5)
PATH = "_notebooks/2024-05-06-both.ipynb"
_LINK = re.compile(r'\b(src|href)="[^"]*"')


def display(mime: str, content: str) -> dict[str, object]:
    return {"output_type": "display_data", "metadata": {}, "data": {mime: content}}


@pytest.fixture
def notebook() -> dict[str, object]:
    """One of everything that a door might do differently."""
    displayed = display("image/png", base64_text(PICTURE))
    table = display("text/html", "<table><tr><td>1</td></tr></table>")
    pasted = {
        **markdown_cell("![pasted](attachment:a.png)"),
        "attachments": {"a.png": {"image/png": base64_text(ATTACHED)}},
    }
    return {
        "nbformat": 4,
        "nbformat_minor": 4,
        "metadata": {"language_info": {"name": "python"}},
        "cells": [
            markdown_cell("# Both doors\n> One body."),
            markdown_cell("## Heading\n\n> Note: a callout with $x^2$\n\n![own](own.png) and [data](data.csv)"),
            pasted,
            code_cell("#hide_input\nsecret = 1", displayed),
            code_cell("#collapse\nshown = 2", table),
            code_cell("#hide\nhidden = 3"),
        ],
    }


@pytest.fixture
def blog(tmp_path: Path, notebook: dict[str, object]) -> Path:
    files: dict[str, str | bytes | dict[str, object]] = {
        PATH: notebook,
        "_notebooks/own.png": png(7, 9),
        "_notebooks/data.csv": "a\n1\n",
    }
    lay_out(tmp_path, files)
    return tmp_path


def converted(blog: Path, *flags: str) -> str:
    command = [sys.executable, "-m", "nbconvert", "--to", "generator.nbconvert_door.InkmillExporter", *flags, PATH]
    subprocess.run(command, cwd=blog, check=True, capture_output=True, env={"PYTHONPATH": str(ROOT), "HOME": str(blog)})
    return (blog / PATH).with_suffix(".html").read_text(encoding="utf-8")


def without_links(html: str) -> str:
    return _LINK.sub(r'\1=""', html)


def test_both_doors_give_the_same_body_but_for_links(blog: Path) -> None:
    content = (blog / PATH).read_bytes()
    site = read_ipynb(
        content, PATH, companions=lambda path: (blog / path).read_bytes() if (blog / path).is_file() else None
    )

    page = converted(blog)

    assert without_links(page) == without_links(fill_holes(site.body.html, lambda kind, target, suffix: ""))
    assert "hidden = 3" not in page and "secret = 1" not in page
    assert 'src="2024-05-06-both_files/' + content_name(PICTURE, "png") in page
    assert 'src="own.png"' in page and 'href="data.csv"' in page


def test_pictures_lie_beside_the_page(blog: Path) -> None:
    converted(blog)

    files = {path.name: path.read_bytes() for path in (blog / "_notebooks/2024-05-06-both_files").iterdir()}
    assert files == {content_name(PICTURE, "png"): PICTURE, content_name(ATTACHED, "png"): ATTACHED}


def test_flags_of_nbconvert_hold(blog: Path) -> None:
    page = converted(blog, "--ClearOutputPreprocessor.enabled=True")

    assert '<span class="n">shown</span>' in page
    assert "<table" not in page


def test_a_secret_stops_nbconvert_too(blog: Path, notebook: dict[str, object]) -> None:
    key = "AKIA" + "Q3EGZ7WPLM2KTRB5"
    lay_out(blog, {PATH: {**notebook, "cells": [code_cell(f"key = '{key}'")]}})

    with pytest.raises(subprocess.CalledProcessError) as failed:
        converted(blog)

    assert "cell 1, line 1: a secret (`aws-key`) would be published" in failed.value.stderr.decode()
    assert key not in failed.value.stderr.decode()

"""Hostile texts through every channel: nothing that runs, loads or leads astray gets into any file of the site."""

import json
from pathlib import Path

import pytest

from generator.markup.sealed_frames import source_of
from tests.building import lay_out, run
from tests.strict.allowed import (
    ENDINGS,
    GUARD,
    faults_of_drawing,
    faults_of_page,
    faults_of_twin,
    hashed_scripts,
    sources_of_scripts,
)
from tests.strict.channels import CHANNELS
from tests.strict.payloads import payloads

CONFIG = "permalink: /:title/\ntitle: T\nshow_image: true\npaginate: 400\n"


def test_there_are_as_many_cases_as_we_promise() -> None:
    texts = payloads()

    assert len(texts) >= 500
    assert len(CHANNELS) >= 15
    assert len(texts) * len(CHANNELS) >= 7_500


@pytest.mark.slow
@pytest.mark.parametrize("channel", CHANNELS)
def test_nothing_hostile_gets_into_the_site(tmp_path: Path, channel: str) -> None:
    lay_out(tmp_path, {"_config.yml": CONFIG, "images/x.png": b"x", **CHANNELS[channel](payloads())})

    ran = run(tmp_path, "--untrusted", "--keep-going")

    assert ran.exit_code in (0, 1), ran.output[-2_000:]
    assert "inkmill failed" not in ran.output
    files = ran.files()
    assert len(files) > 3
    assert {path.rpartition(".")[2] for path in files} <= ENDINGS
    faults: list[str] = []
    for path, content in files.items():
        text = content.decode("utf-8", "replace")
        if path.endswith(".html"):
            faults.extend(faults_of_page(path, text))
        elif path.endswith(".svg") and len(Path(path).stem) < 32:
            faults.extend(faults_of_drawing(path, content))
        elif path.endswith(".md"):
            faults.extend(faults_of_twin(path, text))
        elif path.endswith(".json") and path.startswith("assets/js"):
            faults.extend(f"{path}: {record}" for record in json.loads(text).values() if record["relUrl"][:1] != "/")
    assert faults[:10] == []


def test_what_a_policy_lets_run_in_a_sandbox_ends_at_once_outside_of_one(tmp_path: Path) -> None:
    texts = [text for text in payloads() if "<script" in text.lower()]
    lay_out(tmp_path, {"_config.yml": CONFIG, **CHANNELS["HTML output"](texts)})

    ran = run(tmp_path, "--untrusted", "--keep-going")

    pages = [content.decode() for path, content in ran.files().items() if path.endswith(".html")]
    inside = {script for page in pages for script in hashed_scripts(page)}
    assert len(inside) > 20
    assert [script for script in inside if not script.startswith(GUARD)] == []


def test_a_page_without_a_sandbox_lets_no_script_run_but_ours(tmp_path: Path) -> None:
    lay_out(tmp_path, {"_config.yml": CONFIG, **CHANNELS["HTML output"](["<script>alert(1)</script>"])})

    ran = run(tmp_path, "--untrusted")

    home, post, search = (sources_of_scripts(ran.page(path)) for path in ("/", "/n0/", "/search/"))
    guarded = source_of((hashed_scripts(ran.page("/n0/"))[0]).encode())
    assert len(home) == 2
    assert post == home | {guarded}
    assert home < search
    assert len(search) == 3

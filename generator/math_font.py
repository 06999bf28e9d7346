"""The math font, cut down to the characters a site uses. Home of fontTools; the font comes out of ziamath's wheel."""

import io
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from generator.cache.store import Store

# What formulas use all the time. A fixed set first keeps the font's file, and readers' caches, the same from
# build to build; a site that uses more gets a font of this set and its own characters.
_LETTERS = "".join(map(chr, (*range(0x20, 0x7F), *range(0x391, 0x3AA), *range(0x3B1, 0x3CA), *range(0x1D434, 0x1D468))))
_SIGNS = "±×÷·⋅∘∗†∂∇∞∑∏∫∬∮√∈∉∋⊂⊃⊆⊇∪∩∅∀∃¬∧∨⇒⇔→←↔↦≤≥≠≈≡∼≃≅≪≫∝⟨⟩‖∥⊥⌊⌋⌈⌉…⋯⋮⋱′″ℝℕℤℚℂℓℏ−ϵϕ𝟏‾^~ˉˆ˜˙¨"
COMMON = frozenset(_LETTERS + _SIGNS)


def font_path() -> Path | None:
    """The whole font, or None where ziamath is not installed."""
    spec = find_spec("ziamath")
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0]) / "fonts" / "STIXTwoMath-Regular.ttf"
    return path if path.is_file() else None


def subset(font: bytes, characters: frozenset[str]) -> bytes:
    """The font as WOFF2 with these characters, their stretchy and script forms, and the MATH table."""
    from fontTools import subset as cutting
    from fontTools.ttLib import TTFont

    options = cutting.Options()
    options.layout_features = ["*"]
    options.hinting = False
    options.notdef_outline = True
    whole = TTFont(io.BytesIO(font), lazy=True, recalcTimestamp=False)
    cutter = cutting.Subsetter(options)
    cutter.populate(unicodes=sorted(ord(character) for character in characters))
    cutter.subset(whole)
    whole.flavor = "woff2"
    written = io.BytesIO()
    whole.save(written)
    return written.getvalue()


def begin(store: Store, key: str, characters: frozenset[str]) -> Callable[[], None]:
    """Cut the font in a process beside this one, and put it into the store under key; the answer waits for its end.

    A process of its own, not a fork: fontTools takes 50 MB that no other needs. Should it fail, the store stays
    without the font, and whoever needs it cuts it.
    """
    command = (sys.executable, "-m", "generator.math_font", str(store.folder), key)
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, encoding="utf-8"
        )
    except OSError:
        return lambda: None

    def wait() -> None:
        process.communicate()

    if process.stdin is not None:
        try:
            process.stdin.write("".join(sorted(characters)))
            process.stdin.close()
        except OSError:
            process.kill()
    process.stdin = None
    return wait


def _cut_beside(folder: str, key: str, characters: str) -> None:
    path = font_path()
    if path is not None:
        Store(Path(folder)).put("derived", key, subset(path.read_bytes(), frozenset(characters)))


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    _cut_beside(sys.argv[1], sys.argv[2], sys.stdin.read())

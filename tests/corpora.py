"""Where the corpora of real blogs and notebooks lie: data to test against, beside the checkout."""

from pathlib import Path

import pytest

_BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[2] / "shared" / "corpora"


def corpora() -> Path:
    """The folder of the corpora; a test that needs it fails without it, and says what to do."""
    if not _BESIDE_THE_CHECKOUT.is_dir():
        pytest.fail(f"the corpora are not at {_BESIDE_THE_CHECKOUT}: put them there to run this test")
    return _BESIDE_THE_CHECKOUT


def notebooks() -> list[Path]:
    """Every notebook of every corpus, sorted."""
    return sorted(corpora().rglob("*.ipynb"))

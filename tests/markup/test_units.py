"""Numbers and units as siunitx writes them."""

import pytest

from generator.markup.units import with_units


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"\SI{3e8}{\metre\per\second}", r"{3\times 10^{8}\,\text{m}\,\text{s}^{-1}}"),
        (r"\qty[per-mode=symbol]{5}{m/s}", r"{5\,\text{m/s}}"),
        (r"\si{\kilo\gram\metre\squared\per\second\squared}", r"{\text{kg}\,\text{m}^{2}\,\text{s}^{-2}}"),
        (r"\unit{m.s^{-1}}", r"{\text{m}\,\text{s}^{-1}}"),
        (r"\si{\per\cubic\metre}", r"{\text{m}^{-3}}"),
        (r"\num{1.5e-3} x", r"{1.5\times 10^{-3}} x"),
        (r"\num{e6}", r"{10^{6}}"),
        (r"\SI{5 +- 1}{\ohm}", r"{5\pm 1\,\text{Ω}}"),
        (r"\qty(x) \sin x", r"\qty(x) \sin x"),
    ],
)
def test_units_become_text_and_powers(latex: str, plain: str) -> None:
    assert with_units(latex) == plain

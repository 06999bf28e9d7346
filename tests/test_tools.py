"""Programs that turn bytes into bytes."""

import json

import pytest

from generator.tools import draw_vega

BARS = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "data": {"values": [{"a": "x", "b": 1}, {"a": "y", "b": 2}]},
    "mark": "bar",
    "encoding": {"x": {"field": "a"}, "y": {"field": "b", "type": "quantitative"}},
}


def test_a_figure_is_drawn_the_same_every_time() -> None:
    drawing = draw_vega(json.dumps(BARS))

    assert drawing is not None
    assert drawing.startswith(b"<svg")
    assert draw_vega(json.dumps(BARS)) == drawing


@pytest.mark.parametrize(
    "spec", ["{", "[]", '{"mark": "no such"}', json.dumps({**BARS, "data": {"url": "https://example.org/x.csv"}})]
)
def test_a_figure_that_cannot_be_drawn_without_the_network_is_not(spec: str) -> None:
    assert draw_vega(spec) is None

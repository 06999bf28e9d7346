"""Notebooks as nobody writes them: whatever the reader is given, it makes a page or says why not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ContentError
from generator.model.reading import ReadingRules, Trust
from tests.readers.notebook.making import base64_text, png, read_ipynb

_MIMES = st.sampled_from(
    [
        "text/html",
        "text/plain",
        "text/latex",
        "text/markdown",
        "image/png",
        "image/jpeg",
        "image/svg+xml",
        "application/json",
        "application/javascript",
        "application/vnd.vegalite.v5+json",
        "application/vnd.plotly.v1+json",
        "application/vnd.jupyter.widget-view+json",
        "application/vnd.unheard-of+json",
        "text/vnd.plotly.v1+html",
        "",
    ]
)
_SNIPPETS = st.sampled_from(
    [
        "<table><table></table>",
        "</div></div>",
        "<div",
        "<script>",
        "<!--",
        "<img src='data:image/png;base64,AAAA'>",
        "<svg",
        "<svg width='1' height='-1'>",
        "$",
        "$$x^",
        "\\begin{align}",
        "{% raw %}",
        "{{",
        "> Note:",
        "\x1b[38;5",
        "\r\x08",
        "\ue0f0asset\ue0f1x\ue0f1\ue0f2",
        "\ud800",
        "# Title",
        "#hide",
        "[a](b.ipynb#c)",
        "![x](attachment:y)",
        "```",
        base64_text(png(2, 2)),
    ]
)
_TEXT = st.lists(_SNIPPETS | st.text(max_size=8), max_size=6).map("".join)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_MAP = st.dictionaries(_MIMES | st.sampled_from(["width", "height", "alt", "tags", "image/png"]), _JSON, max_size=4)
_OUTPUT = st.fixed_dictionaries(
    {},
    optional={
        "output_type": st.sampled_from(["stream", "display_data", "execute_result", "error", "?"]) | _JSON,
        "name": st.sampled_from(["stdout", "stderr", "stdin"]) | _JSON,
        "text": _TEXT | _JSON,
        "data": st.dictionaries(_MIMES, _TEXT | _JSON, max_size=4) | _JSON,
        "metadata": _MAP | _JSON,
        "ename": _JSON,
        "evalue": _JSON,
        "traceback": st.lists(_TEXT) | _JSON,
    },
)
_CELL = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw"])},
    optional={
        "source": _TEXT | _JSON,
        "outputs": st.lists(_OUTPUT, max_size=3) | _JSON,
        "metadata": _MAP | _JSON,
        "attachments": st.dictionaries(_TEXT, _MAP, max_size=2) | _JSON,
        "execution_count": _JSON,
    },
)
_NOTEBOOK = st.fixed_dictionaries(
    {"nbformat": st.just(4), "nbformat_minor": st.sampled_from([0, 4, 5])},
    optional={"cells": st.lists(_CELL, max_size=5) | _JSON, "metadata": _MAP | _JSON},
)


@pytest.mark.parametrize("trust", Trust)
@given(notebook=_NOTEBOOK)
def test_no_notebook_breaks_the_reader(trust: Trust, notebook: dict[str, Any]) -> None:
    try:
        reading = read_ipynb(json.dumps(notebook).encode(), rules=ReadingRules(trust=trust))
    except ContentError as said:
        assert said.mend
    else:
        body = reading.body
        (body.html + body.markdown + body.text).encode()

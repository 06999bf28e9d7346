"""The words of every tool for how a cell is shown, and what each means here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import Any

from generator.model.outline import Shown


class Effect(Enum):
    """One thing a directive can decide.

    FOLD_INPUT is what one cell asks for; CODE_FOLD is Quarto's option, which never brings back hidden code.
    """

    DROP = "drop"
    HIDE_INPUT = "hide input"
    HIDE_OUTPUT = "hide output"
    FOLD_INPUT = "fold input"
    CODE_FOLD = "code fold"
    FOLD_OUTPUT = "fold output"
    SCROLL = "scroll"
    SUMMARY = "summary"
    STDOUT = "stdout"
    STDERR = "stderr"
    FILTER = "filter"
    LINE_NUMBERS = "line numbers"
    EVALUATE = "evaluate"
    EXPECTS_ERROR = "expects error"
    PARAMETERS = "parameters"
    CAPTION = "caption"
    ALT = "alt"
    LABEL = "label"
    WIDTH = "width"
    PREVIEW = "preview"
    COLUMN = "column"
    NONE = "none"


class Rank(IntEnum):
    """Who decides when two disagree: what stands in the cell before what an editor remembers."""

    DOCUMENT = 0
    EDITOR = 1
    TAG = 2
    COMMENT = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """One directive, as written, with one effect and a sentence for ``explain``."""

    written: str
    effect: Effect
    value: Any
    rank: Rank
    meaning: str


Meant = tuple[tuple[tuple[Effect, Any], ...], str]
"""Effects with their values, and the sentence that says them."""

DROPPED = "the whole cell is left out"
INPUT_HIDDEN = "the code is left out, its output is shown"
OUTPUT_HIDDEN = "the output is left out, the code is shown"
INPUT_FOLDED = "the code is folded away, and one click shows it"
INPUT_OPEN = "the code is shown, and one click folds it away"
OUTPUT_FOLDED = "the output is folded away, and one click shows it"
BOTH_FOLDED = "code and output are folded away, and one click shows each"
SCROLLED = "a long output scrolls in a box"
NO_STDOUT = "what the cell printed is left out"
NO_STDERR = "what the cell wrote to stderr (warnings) is left out"
NOT_RUN = "the cell is never run"
MAY_FAIL = "the cell may fail, and its error is shown"
PARAMETERS = "the cell holds the parameters of the notebook"
PREVIEW = "the cell's picture stands for the post in lists and cards"
NO_EFFECT = "no effect on the page; the line itself is not shown"

_DROP: Meant = (((Effect.DROP, True),), DROPPED)
_NO_INPUT: Meant = (((Effect.HIDE_INPUT, True),), INPUT_HIDDEN)
_NO_OUTPUT: Meant = (((Effect.HIDE_OUTPUT, True),), OUTPUT_HIDDEN)
_FOLD: Meant = (((Effect.FOLD_INPUT, Shown.FOLDED),), INPUT_FOLDED)
_FOLD_OPEN: Meant = (((Effect.FOLD_INPUT, Shown.FOLDED_OPEN),), INPUT_OPEN)
_FOLD_OUTPUT: Meant = (((Effect.FOLD_OUTPUT, Shown.FOLDED),), OUTPUT_FOLDED)
_FOLD_BOTH: Meant = (((Effect.FOLD_INPUT, Shown.FOLDED), (Effect.FOLD_OUTPUT, Shown.FOLDED)), BOTH_FOLDED)
_SCROLL: Meant = (((Effect.SCROLL, True),), SCROLLED)

FLAGS: Mapping[str, Meant] = MappingProxyType(
    {
        "hide": _DROP,
        "hide_input": _NO_INPUT,
        "hide_output": _NO_OUTPUT,
        "collapse": _FOLD,
        "collapse_hide": _FOLD,
        "collapse_input": _FOLD,
        "collapse_show": _FOLD_OPEN,
        "collapse_output": _FOLD_OUTPUT,
    }
)
"""One-word comments (``#hide_input``), written with ``-`` or ``_``; their meaning is fastpages'."""

TAGS: Mapping[str, Meant] = MappingProxyType(
    {
        "remove-cell": _DROP,
        "injected-parameters": _DROP,
        "remove-input": _NO_INPUT,
        "hide-code": _NO_INPUT,
        "remove-output": _NO_OUTPUT,
        "hide-input": _FOLD,
        "hide-output": _FOLD_OUTPUT,
        "hide-cell": _FOLD_BOTH,
        "scroll-output": _SCROLL,
        "output-scroll": _SCROLL,
        "remove-stdout": (((Effect.STDOUT, False),), NO_STDOUT),
        "remove-stderr": (((Effect.STDERR, False),), NO_STDERR),
        "skip-execution": (((Effect.EVALUATE, False),), NOT_RUN),
        "raises-exception": (((Effect.EXPECTS_ERROR, True),), MAY_FAIL),
        "nbval-skip": (((Effect.EVALUATE, False),), NOT_RUN),
        "nbval-raises-exception": (((Effect.EXPECTS_ERROR, True),), MAY_FAIL),
        "parameters": (((Effect.PARAMETERS, True),), PARAMETERS),
        "full-width": (((Effect.COLUMN, "screen"),), "the cell is as wide as the window"),
        "margin": (((Effect.COLUMN, "margin"),), "the cell stands in the margin"),
        "sidebar": (((Effect.COLUMN, "margin"),), "the cell stands in the margin"),
        "popout": (((Effect.COLUMN, "margin"),), "the cell stands in the margin"),
        "thumbnail": (((Effect.PREVIEW, True),), PREVIEW),
    }
)
"""Cell tags, written with ``-`` or ``_``; their meaning is Jupyter Book's: ``hide`` folds, ``remove`` removes."""

BARE_OPTIONS: Mapping[str, Meant] = MappingProxyType(
    {
        **FLAGS,
        "exec_doc": ((), NO_EFFECT),
        "hide_line": ((), NO_EFFECT),
        "nbdev_default_export": ((), NO_EFFECT),
        "default_cls_lvl": ((), NO_EFFECT),
    }
)
"""``#| word`` without a value."""


def meant_by_tag(tag: str) -> Meant | None:
    """What a tag asks for; None when it asks for nothing we know."""
    # The first Jupyter Book's `hide_input`, with an underscore, removed.
    if tag == "hide_input":
        return _NO_INPUT
    word = tag.lower().replace("_", "-")
    # Jupytext: a cell active in other forms of the document only.
    if word.startswith("active-") and "ipynb" not in word.split("-"):
        return ((Effect.EVALUATE, False),), NOT_RUN
    return TAGS.get(word)


def meant_by_option(key: str, value: Any) -> Meant | None:
    """What ``#| key: value`` asks for; None for a key nobody knows."""
    name = key.lower().replace("_", "-")
    simple = _SWITCHES.get(name)
    if simple is not None:
        effect, when_true, when_false = simple
        return (((effect, value),), when_true if value else when_false) if isinstance(value, bool) else ((), NO_EFFECT)
    words = _TEXTS.get(name)
    if words is not None:
        text = "; ".join(map(str, value)) if isinstance(value, list) else str("" if value is None else value)
        return ((words, text),), f"{words.value}: {text}"
    match name:
        case "include":
            return _DROP if value is False else ((), "the cell is shown")
        case "echo":
            return _NO_INPUT if value is False else (((Effect.HIDE_INPUT, False),), "the code is shown")
        case "output":
            return _hidden_output(value is False, value is True)
        case "results":
            return _hidden_output(value in ("hide", False), False)
        case "code-fold":
            return _code_fold(value)
        case "output-fold":
            return _FOLD_OUTPUT if value is True else (((Effect.FOLD_OUTPUT, Shown.PLAIN),), "the output is not folded")
        case "column":
            return _column(value)
        case "classes":
            words_in = value if isinstance(value, list) else str(value).split()
            return (((Effect.PREVIEW, True),), PREVIEW) if "preview-image" in words_in else ((), NO_EFFECT)
    return ((), NO_EFFECT) if name in _QUIET or name.startswith(_QUIET_STARTS) else None


_STDERR = (Effect.STDERR, "stderr (warnings) is shown", NO_STDERR)
_SWITCHES: Mapping[str, tuple[Effect, str, str]] = MappingProxyType(
    {
        "warning": _STDERR,
        "message": _STDERR,
        "error": (Effect.EXPECTS_ERROR, MAY_FAIL, "an error stops the run"),
        "eval": (Effect.EVALUATE, "the cell is run", NOT_RUN),
        "code-line-numbers": (Effect.LINE_NUMBERS, "lines of code are numbered", "lines of code have no numbers"),
    }
)
_TEXTS: Mapping[str, Effect] = MappingProxyType(
    {
        "code-summary": Effect.SUMMARY,
        "fig-cap": Effect.CAPTION,
        "tbl-cap": Effect.CAPTION,
        "cap": Effect.CAPTION,
        "fig-alt": Effect.ALT,
        "label": Effect.LABEL,
        "out-width": Effect.WIDTH,
    }
)
# Options of Quarto, knitr and nbdev that change nothing a finished notebook shows.
_QUIET = frozenset({
    "renderings", "lightbox", "tags", "export", "exports", "exporti", "default-exp", "export-and-show", "cache",
    "freeze", "file", "filename", "code-overflow", "code-copy", "code-tools", "name", "id", "title",
    "fullscreen", "auto-animate", "no-auto-link", "dependson", "autodep", "comment", "context", "connection",
    "panel", "order", "export-as", "show-doc", "timeit", "filter-stream", "cellview", "execution", "capture", "compare",
})  # fmt: skip
_QUIET_STARTS = ("fig-", "tbl-", "layout", "lst-", "out-", "code-", "output-", "animation", "dev", "kable", "cache-")


def _hidden_output(is_hidden: bool, is_shown: bool) -> Meant:
    if is_hidden:
        return _NO_OUTPUT
    return (((Effect.HIDE_OUTPUT, False),), "the output is shown") if is_shown else ((), NO_EFFECT)


def _code_fold(value: Any) -> Meant:
    if value == "show":
        return ((Effect.CODE_FOLD, Shown.FOLDED_OPEN),), INPUT_OPEN
    if value is True or value == "hide":
        return ((Effect.CODE_FOLD, Shown.FOLDED),), INPUT_FOLDED
    return (((Effect.CODE_FOLD, Shown.PLAIN),), "the code is not folded") if value is False else ((), NO_EFFECT)


def _column(value: Any) -> Meant:
    for start, words in (
        ("page", "wider than the text"),
        ("screen", "as wide as the window"),
        ("margin", "in the margin"),
    ):
        if isinstance(value, str) and value.startswith(start):
            return ((Effect.COLUMN, start),), f"the cell stands {words}"
    return (), NO_EFFECT

"""How editors remember that a cell is folded or hidden: Jupyter, VS Code, Colab, Kaggle, MyST-NB."""

from collections.abc import Iterator, Mapping
from typing import Any

from generator.model.notebook import Cell, CellKind
from generator.model.outline import Shown
from generator.readers import directive_words as words
from generator.readers.directive_words import Effect, Rank, Wish

# (where it stands in the cell's metadata, the value, effect, effect's value, meaning)
_FOLD_INPUT = (Effect.FOLD_INPUT, Shown.FOLDED, words.INPUT_FOLDED)
_FOLD_OUTPUT = (Effect.FOLD_OUTPUT, Shown.FOLDED, words.OUTPUT_FOLDED)
_SCROLL = (Effect.SCROLL, True, words.SCROLLED)
_REMEMBERED: tuple[tuple[tuple[str, ...], Any, tuple[Effect, Any, str]], ...] = (
    (("hide_input",), True, (Effect.HIDE_INPUT, True, words.INPUT_HIDDEN)),
    (("hide_output",), True, (Effect.HIDE_OUTPUT, True, words.OUTPUT_HIDDEN)),
    (("jupyter", "source_hidden"), True, _FOLD_INPUT),
    (("inputCollapsed",), True, _FOLD_INPUT),
    (("vscode", "inputCollapsed"), True, _FOLD_INPUT),
    (("vscode", "collapsed"), True, _FOLD_INPUT),
    (("cellView",), "form", _FOLD_INPUT),
    (("_kg_hide-input",), True, _FOLD_INPUT),
    (("jupyter", "outputs_hidden"), True, _FOLD_OUTPUT),
    (("collapsed",), True, _FOLD_OUTPUT),
    (("outputCollapsed",), True, _FOLD_OUTPUT),
    (("vscode", "outputCollapsed"), True, _FOLD_OUTPUT),
    (("_kg_hide-output",), True, _FOLD_OUTPUT),
    (("scrolled",), True, _SCROLL),
    (("scrolled",), "auto", _SCROLL),
)
_FIGURE: tuple[tuple[tuple[str, ...], Effect], ...] = (
    (("alt",), Effect.ALT),
    (("caption",), Effect.CAPTION),
    (("mystnb", "figure", "caption"), Effect.CAPTION),
    (("mystnb", "figure", "name"), Effect.LABEL),
    (("mystnb", "image", "alt"), Effect.ALT),
    (("mystnb", "image", "width"), Effect.WIDTH),
)


def metadata_wishes(cell: Cell) -> Iterator[Wish]:
    """What the cell's metadata asks for, tags apart."""
    if cell.kind is not CellKind.CODE or not cell.metadata:
        return
    for path, expected, (effect, value, meaning) in _REMEMBERED:
        if _found_at(cell.metadata, path) == expected:
            yield Wish(f"metadata {'.'.join(path)}", effect, value, Rank.EDITOR, meaning)
    for path, effect in _FIGURE:
        text = _found_at(cell.metadata, path)
        if isinstance(text, str | int) and not isinstance(text, bool):
            yield Wish(f"metadata {'.'.join(path)}", effect, str(text), Rank.EDITOR, f"{effect.value}: {text}")


def _found_at(metadata: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = metadata
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value

"""What each cell asks for: comments, ``#|`` options, tags and metadata become one CellFlags.

Where two disagree about one side of a cell, the comment wins over the tag, the tag over the editor's metadata, and
that over the document's defaults. Among comments of one cell folding wins over hiding, as in fastpages; a cell that
anything drops is dropped.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.location import Location
from generator.model.front_matter import CodeDefaults
from generator.model.notebook import Cell, CellKind, Notebook
from generator.model.outline import CellFlags, FigureWish, Shown
from generator.model.problem import Problem, warning
from generator.model.reading import ReadingRules
from generator.near_words import nearest
from generator.readers import directive_words as words
from generator.readers.directive_lines import (
    Flag,
    FormTitle,
    Found,
    HiddenLine,
    LeakWaiver,
    Option,
    directive_lines,
)
from generator.readers.directive_words import Effect, Rank, Wish
from generator.readers.editor_metadata import metadata_wishes

_SETUP_MAGIC = re.compile(r"%(?:matplotlib|load_ext|reload_ext|autoreload)\b.*")
_FAKE_HEADING = re.compile(r"#{1,6}[ \t]+.*[ \t]-[ \t]*")
_EXPORTS = frozenset({"export", "exports", "exporti", "default_exp", "export_and_show"})


@dataclass(frozen=True, slots=True)
class CellContext:
    """What a cell's meaning depends on beside the cell.

    Args:
        hides_input: the notebook's own metadata hides all code (the hide_input extension).
        drops_fake_headings: a Markdown cell that ends in ``## Words -`` is left out, as nbdev does.
    """

    file: str
    language: str = "python"
    code: CodeDefaults = field(default_factory=CodeDefaults)
    hides_input: bool = False
    is_nbdev: bool = False
    is_old_blog: bool = False


def context_of(notebook: Notebook, file: str, code: CodeDefaults, rules: ReadingRules) -> CellContext:
    """The context all cells of one notebook share."""
    return CellContext(
        file=file,
        language=notebook.language,
        code=code,
        hides_input=notebook.metadata.get("hide_input") is True,
        is_nbdev=rules.is_nbdev,
        is_old_blog=rules.is_old_blog,
    )


def read_cell_flags(cell: Cell, context: CellContext) -> tuple[CellFlags, tuple[Problem, ...]]:
    """What one cell asks for, and what it asks for in words nobody knows."""
    is_code = cell.kind is CellKind.CODE
    found = directive_lines(cell.source, context.language if is_code else "", not is_code)
    at = Location(context.file, cell.number, execution_count=cell.execution_count)
    reading = _Reading(context, is_code, at)
    for one in found:
        reading.take(one)
    wishes = [*_document_wishes(context, is_code), *metadata_wishes(cell), *_tag_wishes(cell.tags), *reading.wishes]
    if not wishes and not reading.removed and _why_dropped(cell, cell.source, {}, context) is None:
        return CellFlags(cell.source), tuple(reading.problems)
    shown_source = _without_lines(cell.source, reading.removed)
    return _flags(cell, shown_source, wishes, reading, context), tuple(reading.problems)


@dataclass(slots=True)
class _Reading:
    """The comments of one cell, as they are read."""

    context: CellContext
    is_code: bool
    at: Location
    wishes: list[Wish] = field(default_factory=list)
    removed: set[int] = field(default_factory=set)
    waived: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def take(self, found: Found) -> None:
        match found:
            case LeakWaiver(kinds, line, written):
                self.waived.extend(kinds)
                self.removed.add(line)
                self._wish(Effect.NONE, None, written, f"a leak of kind {', '.join(kinds)} is let through")
            case HiddenLine(line):
                self.removed.add(line)
                self._wish(Effect.NONE, None, "hide_line", f"line {line} is left out")
            case FormTitle(title, line, written) if self.is_code:
                self.removed.add(line)
                self._wish(Effect.FOLD_INPUT, Shown.FOLDED, written, words.INPUT_FOLDED)
                if title:
                    self._wish(Effect.SUMMARY, title, written, f"summary: {title}")
            case Flag():
                self._flag(found)
            case Option():
                self._option(found)

    def _flag(self, flag: Flag) -> None:
        word = flag.word.replace("-", "_")
        if word in _EXPORTS and self.is_code and (not flag.argument or _is_module(flag.argument)):
            self._export(word, flag.written, is_option=False)
            self.removed.add(flag.line)
            return
        if flag.argument and not (flag.argument == "open" and word in ("collapse_input", "collapse_output")):
            return
        if word == "ignore" and flag.line == 1 and flag.written == "#ignore":
            self._meant((((Effect.DROP, True),), words.DROPPED), flag.written, {flag.line})
        elif word in words.FLAGS and flag.word in (word, word.replace("_", "-")):
            if self.is_code or word == "hide":
                self._meant(
                    _opened(words.FLAGS[word]) if flag.argument else words.FLAGS[word], flag.written, {flag.line}
                )
        elif self.is_code:
            self._perhaps_mistyped(flag.word, flag.written, flag.line, words.FLAGS)

    def _option(self, option: Option) -> None:
        word = option.key.replace("-", "_")
        lines = set(range(option.line, option.last_line + 1))
        if word in _EXPORTS:
            self._export(word, option.written, is_option=True)
            self.removed |= lines
            return
        if option.value is None:
            meant = words.BARE_OPTIONS.get(word)
        else:
            meant = words.meant_by_option(option.key, option.value)
            if word == "tags":
                tags = option.value if isinstance(option.value, list) else str(option.value).split(",")
                self.wishes.extend(_tag_wishes(tuple(str(tag).strip() for tag in tags)))
            elif word == "filter_stream":
                left_out = tuple(str(option.value).replace(",", " ").split())
                self._wish(Effect.FILTER, left_out, option.written, "printed lines with these words are left out")
                self.removed |= lines
                return
        if meant is not None:
            self._meant(meant, option.written, lines)
        elif option.value is not None and option.is_leading:
            # An option of a tool we do not know: Quarto shows none of them.
            self.removed |= lines
            self._perhaps_mistyped(option.key, option.written, option.line, _OPTION_WORDS)
        else:
            self._perhaps_mistyped(option.key, option.written, option.line, words.BARE_OPTIONS)

    def _export(self, word: str, written: str, *, is_option: bool) -> None:
        is_old = self.context.is_old_blog and not is_option
        if word == "default_exp" or (word == "exporti" and (is_old or self.context.is_nbdev)):
            self._wish(Effect.DROP, True, written, words.DROPPED)
        elif word in ("exports", "export_and_show"):
            if self.context.is_nbdev:
                self._wish(Effect.FOLD_INPUT, Shown.FOLDED_OPEN, written, words.INPUT_OPEN)
                self._wish(Effect.SUMMARY, "Exported source", written, "summary: Exported source")
        elif self.context.is_nbdev:
            self._wish(Effect.DROP, True, written, words.DROPPED)
        else:
            self._wish(Effect.NONE, None, written, "the cell is shown, since this is no nbdev project")

    def _meant(self, meant: words.Meant, written: str, lines: set[int]) -> None:
        effects, meaning = meant
        self.removed |= lines
        for effect, value in effects or ((Effect.NONE, None),):
            self._wish(effect, value, written, meaning)

    def _wish(self, effect: Effect, value: Any, written: str, meaning: str) -> None:
        self.wishes.append(Wish(written, effect, value, Rank.COMMENT, meaning))

    def _perhaps_mistyped(self, word: str, written: str, line: int, known: Iterable[str]) -> None:
        meant = nearest(word, known)
        if meant is None:
            return
        # The nearest word in the author's own spelling: `-` or `_`, with the mark as it was written.
        right = written.replace(word, meant.replace("_", "-") if "-" in word else meant, 1)
        self.problems.append(
            warning("unknown-flag", f"unknown cell flag `{written}`", self.at.at_line(line), f"write `{right}`")
        )


_OPTION_WORDS = (
    "include", "echo", "output", "results", "code-fold", "output-fold", "column", "classes", "warning", "message",
    "error", "eval", "code-line-numbers", "code-summary", "fig-cap", "tbl-cap", "fig-alt", "label",
)  # fmt: skip


def _opened(meant: words.Meant) -> words.Meant:
    effects, meaning = meant
    return tuple((effect, Shown.FOLDED_OPEN) for effect, _ in effects), meaning.replace(
        "folded away", "shown, foldable"
    )


def _is_module(argument: str) -> bool:
    return re.fullmatch(r"[a-z_][\w.]*", argument) is not None


def _document_wishes(context: CellContext, is_code: bool) -> Iterator[Wish]:
    if not is_code:
        return
    code = context.code
    if context.hides_input:
        yield Wish("notebook metadata hide_input", Effect.HIDE_INPUT, True, Rank.EDITOR, words.INPUT_HIDDEN)
    defaults: tuple[tuple[str, Effect, Any, str], ...] = (
        ("echo", Effect.HIDE_INPUT, None if code.echo is None else not code.echo, words.INPUT_HIDDEN),
        ("output", Effect.HIDE_OUTPUT, None if code.show_output is None else not code.show_output, words.OUTPUT_HIDDEN),
        ("code-fold", Effect.CODE_FOLD, _default_fold(code), words.INPUT_FOLDED),
        ("code-summary", Effect.SUMMARY, code.summary, "the words on a folded cell"),
        ("code-line-numbers", Effect.LINE_NUMBERS, code.line_numbers, "lines of code are numbered"),
        ("warning", Effect.STDERR, code.show_warnings, words.NO_STDERR),
    )
    for key, effect, value, meaning in defaults:
        if value is not None:
            yield Wish(f"document option {key}", effect, value, Rank.DOCUMENT, meaning)


def _default_fold(code: CodeDefaults) -> Shown | None:
    if code.fold is None:
        return None
    return (Shown.FOLDED_OPEN if code.fold_open else Shown.FOLDED) if code.fold else Shown.PLAIN


def _tag_wishes(tags: tuple[str, ...]) -> Iterator[Wish]:
    for tag in tags:
        meant = words.meant_by_tag(tag)
        if meant is not None:
            for effect, value in meant[0]:
                yield Wish(f"tag {tag}", effect, value, Rank.TAG, meant[1])


def _without_lines(source: str, removed: set[int]) -> str:
    if not removed:
        return source
    lines = source.split("\n")
    return "\n".join(line for number, line in enumerate(lines, start=1) if number not in removed)


def _flags(cell: Cell, shown_source: str, wishes: list[Wish], reading: _Reading, context: CellContext) -> CellFlags:
    top: dict[Effect, Wish] = {}
    for wish in wishes:
        held = top.get(wish.effect)
        if held is None or wish.rank >= held.rank:
            top[wish.effect] = wish
    is_code = cell.kind is CellKind.CODE
    value = _Values(top)
    why_dropped = _why_dropped(cell, shown_source, top, context)
    meanings = tuple(dict.fromkeys((wish.written, wish.meaning) for wish in wishes if wish.rank is not Rank.DOCUMENT))
    return CellFlags(
        shown_source=shown_source,
        is_dropped=why_dropped is not None,
        input=_input(top) if is_code else Shown.PLAIN,
        output=_output(top) if is_code else Shown.PLAIN,
        fold_summary=value.text(Effect.SUMMARY),
        shows_stdout=value.of(Effect.STDOUT, True),
        shows_stderr=value.of(Effect.STDERR, True),
        filtered_words=value.of(Effect.FILTER, ()),
        line_numbers=value.of(Effect.LINE_NUMBERS, None),
        evaluate=value.of(Effect.EVALUATE, True),
        expects_error=value.of(Effect.EXPECTS_ERROR, False),
        is_parameters=value.of(Effect.PARAMETERS, False),
        figure=FigureWish(
            caption=value.text(Effect.CAPTION),
            alt=value.of(Effect.ALT, None),
            label=value.text(Effect.LABEL),
            width=value.text(Effect.WIDTH),
            is_preview=value.of(Effect.PREVIEW, False),
        ),
        column=value.of(Effect.COLUMN, None),
        waived_leaks=tuple(dict.fromkeys(reading.waived)),
        meanings=meanings if why_dropped in (None, words.DROPPED) else (*meanings, ("the cell itself", why_dropped)),
    )


@dataclass(frozen=True, slots=True)
class _Values:
    """What was decided, by effect."""

    top: Mapping[Effect, Wish]

    def of(self, effect: Effect, default: Any) -> Any:
        wish = self.top.get(effect)
        return default if wish is None else wish.value

    def text(self, effect: Effect) -> str | None:
        value = self.of(effect, None)
        return str(value) if value else None


def _why_dropped(cell: Cell, shown_source: str, top: Mapping[Effect, Wish], context: CellContext) -> str | None:
    if Effect.DROP in top:
        return words.DROPPED
    if cell.kind is not CellKind.CODE:
        is_fake = (context.is_old_blog or context.is_nbdev) and _ends_in_fake_heading(shown_source)
        return "a Markdown cell that ends in a heading ending in ` -` is left out" if is_fake else None
    if not shown_source.strip() and not cell.outputs:
        return "an empty cell is left out"
    asks_for_input = any(effect in top for effect in (Effect.FOLD_INPUT, Effect.HIDE_INPUT))
    if not asks_for_input and _is_only_setup(shown_source):
        return "a cell of nothing but `%matplotlib`, `%load_ext` or `%autoreload` is left out"
    return None


def _ends_in_fake_heading(source: str) -> bool:
    last = source.rstrip().rpartition("\n")[2]
    return last.startswith("#") and _FAKE_HEADING.fullmatch(last) is not None


def _is_only_setup(source: str) -> bool:
    if not source.lstrip().startswith("%"):
        return False
    return all(_SETUP_MAGIC.fullmatch(line.strip()) for line in source.split("\n") if line.strip())


def _input(top: Mapping[Effect, Wish]) -> Shown:
    hidden, fold, code_fold = (top.get(effect) for effect in (Effect.HIDE_INPUT, Effect.FOLD_INPUT, Effect.CODE_FOLD))
    if fold is not None and not _hiding_wins(hidden, fold):
        return Shown(fold.value)
    if hidden is not None and hidden.value:
        return Shown.HIDDEN
    return Shown.PLAIN if code_fold is None else Shown(code_fold.value)


def _output(top: Mapping[Effect, Wish]) -> Shown:
    hidden, fold, scroll = (top.get(effect) for effect in (Effect.HIDE_OUTPUT, Effect.FOLD_OUTPUT, Effect.SCROLL))
    if fold is not None and not _hiding_wins(hidden, fold):
        return Shown(fold.value)
    if hidden is not None and hidden.value:
        return Shown.HIDDEN
    return Shown.SCROLLED if scroll is not None and scroll.value else Shown.PLAIN


def _hiding_wins(hidden: Wish | None, fold: Wish) -> bool:
    if hidden is None or not hidden.value:
        return False
    return hidden.rank > fold.rank or (hidden.rank == fold.rank and hidden.rank is not Rank.COMMENT)

"""Front matter in any form, of any tool, as one FrontMatter."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from typing import Any

from generator.model.front_matter import (
    BadgeChoice,
    CodeDefaults,
    ExecutionWishes,
    FrontMatter,
    Visibility,
)
from generator.model.notebook import Notebook
from generator.model.problem import Problem, warning
from generator.model.reading import ReadingRules
from generator.model.source import Shelf, SourceFile, SourceKind
from generator.near_words import nearest
from generator.readers.front_matter_entries import Entries, Entry
from generator.readers.front_matter_execution import execution_of
from generator.readers.front_matter_forms import (
    around_the_source,
    markdown_block,
    notebook_layers,
)
from generator.readers.front_matter_keys import SUGGESTED, canonical
from generator.readers.front_matter_leaderboard import leaderboard_of
from generator.readers.front_matter_values import Values, as_flag, authors_of
from generator.readers.front_matter_variants import with_variants

_OF_NOTEBOOKS = ("params", "data", "refresh", "timezone", "environment", "resources", "disable_after", "variants")
_LAST_MODIFIED = frozenset({"git", "last-modified", "last_modified"})
# With seconds Ruby's YAML makes a point in time of it, in UTC, and Jekyll turned that into its own zone; without
# them it stayed text, and was read in the site's zone.
_RUBY_TIME = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d{2}:\d{2}")


def from_notebook(
    notebook: Notebook, source: SourceFile, rules: ReadingRules
) -> tuple[FrontMatter, int | None, tuple[Problem, ...]]:
    """Front matter of a notebook, and the number of the cell that is front matter and not shown.

    Such a cell may say more than front matter: ``words_beside`` gives the rest. What no form says (title, date,
    summary) is None.

    Raises:
        FrontMatterError: YAML that cannot be read.
    """
    layers, cell = notebook_layers(notebook, source, is_old_blog=rules.is_old_blog)
    front, problems = _built([*layers, *around_the_source(source, rules)], source, rules)
    return front, cell, problems


def from_markdown(
    text: str, source: SourceFile, rules: ReadingRules
) -> tuple[FrontMatter, str, int, tuple[Problem, ...]]:
    """Front matter of a post, its body, and the line of the file (from 1) at which the body begins.

    Raises:
        FrontMatterError: YAML that cannot be read.
    """
    entries, body, first_line = markdown_block(text, source.path)
    front, problems = _built([entries, *around_the_source(source, rules)], source, rules)
    return front, body, first_line, problems


def from_side_files(source: SourceFile, rules: ReadingRules) -> tuple[FrontMatter, tuple[Problem, ...]]:
    """Front matter of a source that cannot hold any itself."""
    return _built(around_the_source(source, rules), source, rules)


def _built(
    layers: Iterable[Entries], source: SourceFile, rules: ReadingRules
) -> tuple[FrontMatter, tuple[Problem, ...]]:
    """One FrontMatter of all layers; the first layer that says something about a thing decides it."""
    known: dict[str, Entry] = {}
    extra: dict[str, Entry] = {}
    for layer in layers:
        names, others = canonical(layer)
        for name, entry in names.items():
            known.setdefault(name, entry)
        for key, entry in others.items():
            extra.setdefault(key, entry)
    mistyped = _mistyped(extra.values())
    values = Values(known)
    if source.kind is not SourceKind.NOTEBOOK:
        # Words that only a notebook says to inkmill are a post's own.
        extra |= {known[name].key: known[name] for name in _OF_NOTEBOOKS if name in known}
    leaderboard = leaderboard_of(values)
    if leaderboard is None and "leaderboard" in known:
        # A map of another layout, for the author's own Liquid.
        extra[known["leaderboard"].key] = known["leaderboard"]
    front = _front_matter(values, source, rules, {key: entry.value for key, entry in extra.items()})
    front = replace(front, leaderboard=leaderboard)
    if source.kind is SourceKind.NOTEBOOK:
        front = with_variants(front, values, source.path)
    return front, (*values.problems, *mistyped)


def _mistyped(extra: Iterable[Entry]) -> tuple[Problem, ...]:
    meant = ((entry, nearest(entry.key, SUGGESTED)) for entry in extra)
    return tuple(
        warning("unknown-key", f"unknown front-matter key `{entry.key}`", entry.at, f"write `{right}:`")
        for entry, right in meant
        if right is not None
    )


def _front_matter(values: Values, source: SourceFile, rules: ReadingRules, extra: Mapping[str, Any]) -> FrontMatter:
    categories = _categories(values, source, rules)
    says_git = str(values.raw("updated")).strip().lower() in _LAST_MODIFIED
    series_part = values.whole("series_part", 0, 10**6)
    return FrontMatter(
        title=values.text("title"),
        subtitle=values.text("subtitle"),
        description=values.text("description"),
        date=_date(values, rules),
        updated=None if says_git else values.moment("updated", ""),
        updated_from_git=says_git,
        expires=values.moment("expires", ""),
        categories=categories,
        tags=_tags(values, categories),
        authors=authors_of(values.raw("authors")),
        image=values.text("image"),
        image_alt=values.text("image_alt"),
        visibility=_visibility(values, source),
        pin=_pin(values),
        in_search=_in_search(values),
        in_sitemap=values.flag("sitemap") is not False,
        toc=_toc(values),
        toc_depth=values.whole("toc_depth", 1, 6) or 6,
        layout=values.text("layout") or "",
        permalink=values.text("permalink"),
        slug=values.text("slug"),
        aliases=values.words("aliases", splits_spaces=False),
        redirect_to=values.text("redirect_to"),
        comments=_comments(values),
        badges=_badges(values),
        math=_math(values),
        lang=values.text("lang"),
        series=values.text("series"),
        series_part=series_part,
        license=_license(values.raw("license")),
        doi=values.text("doi"),
        bibliography=values.words("bibliography"),
        code=_code(values),
        execution=execution_of(values) if source.kind is SourceKind.NOTEBOOK else ExecutionWishes(),
        extra=extra,
    )


def _date(values: Values, rules: ReadingRules) -> date | datetime | None:
    written = str(values.raw("date")).strip()
    if written.lower() in _LAST_MODIFIED:
        return None
    moment = values.moment("date", " to use the file name's")
    if rules.is_old_blog and isinstance(moment, datetime) and moment.tzinfo is None and _RUBY_TIME.match(written):
        return moment.replace(tzinfo=UTC)
    return moment


def _categories(values: Values, source: SourceFile, rules: ReadingRules) -> tuple[str, ...]:
    """In an old blog a string is split at spaces alone, and folders above ``_posts`` are categories: Jekyll's rules."""
    is_old = rules.is_old_blog
    folders = PurePosixPath(source.shelf_path).parts[:-1] if is_old and source.shelf is Shelf.POSTS else ()
    many = values.words("categories", splits_commas=not is_old)
    one = values.words("category", splits_commas=False, splits_spaces=False)
    return tuple(dict.fromkeys((*folders, *many, *one)))


def _tags(values: Values, categories: tuple[str, ...]) -> tuple[str, ...]:
    cleaned = tuple(name.strip(", ") for name in categories)
    keywords = values.words("keywords", splits_spaces=False)
    # fastpages wrote `keywords: fastai` into every post it converted.
    keywords = tuple(word for word in keywords if word != "fastai")
    return tuple(name for name in dict.fromkeys((*cleaned, *values.words("tags"), *keywords)) if name)


def _visibility(values: Values, source: SourceFile) -> Visibility:
    status = (values.text("status") or "").lower()
    is_draft = values.flag("draft")
    if source.shelf is Shelf.DRAFTS or is_draft or (is_draft is None and status == "draft"):
        return Visibility.DRAFT
    is_unlisted = values.flag("unlisted")
    listed = values.flag("listed")
    if is_unlisted or (is_unlisted is None and (listed is False or status in ("private", "hidden", "unlisted"))):
        return Visibility.UNLISTED
    return Visibility.PUBLISHED


def _pin(values: Values) -> int | None:
    as_written = values.raw("pin")
    if isinstance(as_written, bool):
        return 1 if as_written else None
    number = values.whole("pin", -(10**6), 10**6)
    # Hugo's `weight: 0` means none.
    return None if number == 0 and values.entries["pin"].key == "weight" else number


def _in_search(values: Values) -> bool:
    return values.flag("search") is not False and values.flag("search_exclude") is not True


def _toc(values: Values) -> bool | None:
    if isinstance(values.raw("toc"), list):
        return True
    return values.flag("toc")


def _comments(values: Values) -> bool | None:
    if isinstance(values.raw("comments"), dict):
        return True
    return values.flag("comments")


def _badges(values: Values) -> BadgeChoice:
    shown = values.raw("badges")
    named = {str(name).lower() for name in shown} if isinstance(shown, list) else None

    def one(name: str) -> bool | None:
        if values.flag(f"hide_{name}_badge"):
            return False
        return None if named is None else name in named

    return BadgeChoice(
        all=values.flag("badges") if named is None else bool(named),
        github=one("github"),
        colab=one("colab"),
        binder=one("binder"),
        deepnote=one("deepnote"),
        kaggle=one("kaggle"),
        branch=values.text("branch"),
    )


def _math(values: Values) -> bool | None:
    """``html-math-method: katex`` asks for math, ``plain`` for none."""
    written = values.raw("math")
    if isinstance(written, dict) or (isinstance(written, str) and as_flag(written) is None and written):
        return str(written).lower() != "plain"
    return values.flag("math")


def _license(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("id") or value.get("text") or value.get("name") or value.get("content")
    return " ".join(str(value).split()) or None if isinstance(value, str | int) else None


def _code(values: Values) -> CodeDefaults:
    fold = values.raw("fold")
    return CodeDefaults(
        fold=True if fold in ("show", "hide") else values.quiet_flag("fold"),
        fold_open=fold == "show",
        summary=values.text("code_summary"),
        line_numbers=values.quiet_flag("line_numbers"),
        echo=values.quiet_flag("echo"),
        show_output=values.quiet_flag("show_output"),
        show_warnings=values.quiet_flag("show_warnings"),
    )

"""The gaps an author left in front matter, filled from what the document holds; then the finished head."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from generator.formats.plain_values import words_of
from generator.location import Location
from generator.markup.dialect import Dialect
from generator.markup.sanitise import strict_body, strict_inline
from generator.markup.scope import Scope
from generator.model.body import Body
from generator.model.document import Document
from generator.model.executed import Executed
from generator.model.front_matter import FrontMatter
from generator.model.outline import Edition
from generator.model.reading import Reading, ReadingRules
from generator.model.source import Shelf, SourceFile, SourceKind
from generator.readers.anchors import anchors_of, warn_of_lost_anchors
from generator.readers.file_names import file_name_parts, title_from_slug
from generator.readers.patterns import resolved
from generator.readers.words import count_words, first_paragraph

_POST_SHELVES = frozenset({Shelf.NOTEBOOKS, Shelf.POSTS, Shelf.DRAFTS, Shelf.WORD})
# Pages that have a title stand in the navigation, and these would look foolish there.
_NAMELESS = frozenset({"index", "404", "readme"})


def page_values(front: FrontMatter, source: SourceFile) -> Mapping[str, Any]:
    """What ``{{ page.X }}`` answers."""
    known = {
        "title": front.title,
        "description": front.description,
        "subtitle": front.subtitle,
        "date": front.date,
        "author": ", ".join(author.name for author in front.authors) or None,
        "categories": list(front.categories),
        "tags": list(front.tags),
        "image": front.image,
        "layout": front.layout,
        "lang": front.lang,
        "path": source.path,
    }
    said = {key: value for key, value in known.items() if value is not None}
    return {**(_parameters(front) if source.kind is SourceKind.NOTEBOOK else {}), **front.extra, **said}


def _parameters(front: FrontMatter) -> Mapping[str, Any]:
    """Each parameter that is a word or a number; of several variants, all their values in words."""
    own = front.execution.params
    each = [resolved({**own, **one.params}) for one in front.execution.variants] or [dict(own)]
    names = dict.fromkeys(name for params in each for name in params)
    answers = {name: tuple(dict.fromkeys(_scalar(params.get(name)) for params in each)) for name in names}
    return {
        name: values[0] if len(values) == 1 else ", ".join(words_of(one) for one in values if one is not None)
        for name, values in answers.items()
        if any(one is not None for one in values)
    }


def _scalar(value: Any) -> str | int | float | None:
    return value if isinstance(value, str | int | float) else None


def front_text(front: FrontMatter) -> str:
    """Everything front matter says in words, as it may be written somewhere."""
    authors = (part for author in front.authors for part in (author.name, author.url, author.html, author.affiliation))
    said = (front.title, front.subtitle, front.description, front.image, front.image_alt, front.permalink, *authors)
    board = front.leaderboard.text if front.leaderboard else None
    named = (board, front.slug, front.redirect_to, front.series, front.license, front.doi, *front.aliases)
    every = (front.execution.params, *(one.params for one in front.execution.variants))
    params = (words_of(value) for values in every for value in values.values())
    words = (*said, *named, *front.tags, *front.categories, *map(str, front.extra.values()), *params)
    return "\n".join(word for word in words if word)


def own_rules(front: FrontMatter, rules: ReadingRules) -> ReadingRules:
    """The site's rules with what the document says of itself: ``math: false`` leaves its dollars alone."""
    return rules if front.math is None else replace(rules, math=front.math)


def with_title(front: FrontMatter, source: SourceFile, rules: ReadingRules) -> FrontMatter:
    """Front matter with a title from the file's name where there is none."""
    if front.title is not None or not may_be_named(source, rules):
        return front
    return replace(front, title=title_from_slug(file_name_parts(source.path).slug))


def may_be_named(source: SourceFile, rules: ReadingRules) -> bool:
    """Whether a document that has no title gets one.

    Pages of old blogs stay without: Jekyll put every page that has a title into the navigation.
    """
    name = source.path.rpartition("/")[2].partition(".")[0].lower()
    return source.shelf in _POST_SHELVES or not (rules.is_old_blog or name in _NAMELESS)


def finished(
    edition: Edition,
    executed: Executed,
    *,
    front: FrontMatter,
    scope: Scope,
    dialect: Dialect,
    body: Body,
    prose_html: str,
) -> Reading:
    """The reading, once its body is there.

    Args:
        front: as written, with a title from wherever there is one.
        prose_html: the body without code and outputs, from which a missing description is taken.
    """
    source = edition.outline.source
    title_html, description_html = (_inline(text, scope, dialect) for text in (front.title, front.description))
    if scope.is_strict:
        body = strict_body(body, scope.apart)
        scope.headings[:] = [replace(heading, html=strict_inline(heading.html)) for heading in scope.headings]
    file_date = file_name_parts(source.path).date
    front, is_guessed = _with_date(front, file_date, source)
    anchors = anchors_of(body.html)
    warn_of_lost_anchors(anchors, scope)
    document = Document(
        path=source.path,
        variant=edition.variant.name if edition.variant else None,
        shelf=source.shelf,
        shelf_path=source.shelf_path,
        kind=source.kind,
        front=_described(front, source, prose_html),
        title_html=title_html,
        description_html=description_html,
        date_is_guessed=is_guessed,
        file_date=file_date,
        first_commit=source.first_commit,
        last_commit=source.last_commit,
        language=front.lang or "",
        words=count_words(body.text),
        anchors=anchors,
        **_gathered(scope),
        companions=(),
        problems=tuple(dict.fromkeys((*edition.outline.problems, *scope.problems))),
        body="",
        ran_at=executed.ran_at,
        kept_because=executed.kept_because,
        ran_with=executed.ran_with,
    )
    return Reading(document, body, tuple(scope.blobs))


def _gathered(scope: Scope) -> dict[str, Any]:
    """What the conversion came across, by the names of Document's fields."""
    return {
        "headings": tuple(scope.headings),
        "refs": tuple(dict.fromkeys(scope.refs)),
        "pictures": tuple(scope.pictures),
        "assets": tuple(scope.assets),
        "needs": tuple(sorted(scope.needs)),
        "math_characters": "".join(sorted(scope.math_characters)),
        "hosts": tuple(sorted(scope.hosts)),
        "asked_runs": tuple(scope.asked_runs),
    }


def _with_date(front: FrontMatter, file_date: date | None, source: SourceFile) -> tuple[FrontMatter, bool]:
    """The author's date, else the file name's, else when git first saw the file."""
    if front.date is not None:
        return front, False
    if file_date is not None:
        return replace(front, date=file_date), False
    return replace(front, date=source.first_commit), True


def _described(front: FrontMatter, source: SourceFile, prose_html: str) -> FrontMatter:
    """A post without summary is described by its first paragraph, which its page does not show twice."""
    if front.description is not None or source.shelf not in _POST_SHELVES:
        return front
    return replace(front, description=first_paragraph(prose_html) or None)


def _inline(text: str | None, scope: Scope, dialect: Dialect) -> str:
    html = "" if not text else dialect.inline(text, Location(scope.source_path), scope)
    return strict_inline(html) if scope.is_strict and html else html

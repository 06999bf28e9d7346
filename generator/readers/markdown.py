"""Markdown posts and pages, and HTML pages with front matter → a reading."""

import re
from dataclasses import replace

from generator.location import Location
from generator.markup.dialect import Dialect
from generator.markup.scope import IdStyle, Scope
from generator.model.body import Body
from generator.model.executed import Executed
from generator.model.front_matter import FrontMatter
from generator.model.outline import Edition
from generator.model.reading import Companions, Reading, ReadingRules
from generator.model.source import SourceFile
from generator.readers.excerpt import split_excerpt
from generator.readers.front_matter import from_markdown
from generator.readers.head import finished, may_be_named, own_rules, page_values, with_title
from generator.readers.leaderboard import leaderboard_html, leaderboard_twin
from generator.readers.leaks import Leaks
from generator.readers.raw_headings import add_raw_headings
from generator.readers.text_files import decoded_text
from generator.readers.title import take_heading
from generator.readers.twin import plain_markdown, twin_of

_WAIVER = re.compile(r"<!--\s*leak-ok:\s*([\w, -]+?)\s*-->")


def read_markdown(edition: Edition, companions: Companions, rules: ReadingRules, dialect: Dialect) -> Reading:
    """The document a Markdown or HTML source makes."""
    source = edition.outline.source
    text = decoded_text(source.content, source.path)
    _, body_text, first_line, _ = from_markdown(text, source, rules)
    front, body_text = _titled(edition.outline.front, body_text, source, rules)
    front = with_title(front, source, rules)
    scope = Scope(
        source_path=source.path,
        rules=own_rules(front, rules),
        id_style=IdStyle.KRAMDOWN,
        page_values=page_values(front, source),
        companions=companions,
    )
    waived = tuple(kind.strip() for found in _WAIVER.findall(text) for kind in found.split(","))
    Leaks(rules, scope.problems).look(text, Location(source.path, line=1), waived, source=text)
    at = Location(source.path, line=first_line)
    converted = dialect.finish(dialect.convert(body_text, at, scope) + leaderboard_html(front, dialect, scope), scope)
    add_raw_headings(converted, scope)
    html, excerpt = split_excerpt(converted)
    body = Body(
        html=html,
        excerpt=excerpt,
        text="\n\n".join(scope.prose),
        markdown=twin_of(
            front,
            [plain_markdown(body_text, at, scope, scope.refs), *leaderboard_twin(front, scope)],
            is_strict=scope.is_strict,
        ),
    )
    return finished(edition, Executed(), front=front, scope=scope, dialect=dialect, body=body, prose_html=html)


def _titled(front: FrontMatter, text: str, source: SourceFile, rules: ReadingRules) -> tuple[FrontMatter, str]:
    """The first heading as title, taken out of the text, if the author wrote no title."""
    taken = take_heading(text) if front.title is None and may_be_named(source, rules) else None
    return (front, text) if taken is None else (replace(front, title=taken[0], title_from_heading=True), taken[1])

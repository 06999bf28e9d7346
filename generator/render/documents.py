"""Pages made of one document: posts, pages, their Markdown twins, and pages that lead elsewhere."""

from collections.abc import Sequence
from functools import partial

from generator.model.document import Heading
from generator.model.front_matter import Author
from generator.model.output import OutputFile
from generator.model.site import State
from generator.render.badges import badges_of
from generator.render.dates import format_date
from generator.render.facts import Link, PageFacts
from generator.render.frame import Frame, direction_of
from generator.render.links import fill_html, fill_markdown, in_the_open, may_lead_to
from generator.render.lists import date_view, moment_view, tag_views
from generator.render.meta import head_of_document, twin_path
from generator.render.plain import reading_minutes
from generator.render.rules import RenderRules
from generator.render.toc import toc_of
from generator.render.views import (
    AuthorView,
    DataView,
    DocumentView,
    LinkView,
    ParameterView,
    TocView,
    VariantView,
)
from generator.templating import Html

# Fewer headings need no map.
_FEWEST_TOC_LINES = 2
# Of the language and the libraries a notebook ran with: more than these are counted.
_MOST_VERSIONS = 5


def page_file(facts: PageFacts, encoded: bytes, frame: Frame) -> OutputFile:
    """The document's page."""
    font = frame.font_for(facts.needs_math)
    return OutputFile(facts.file, frame.key("document", encoded, font), partial(_page, facts, frame))


def twin_file(facts: PageFacts, encoded: bytes, frame: Frame) -> OutputFile:
    """The document as Markdown, for those who would rather read that."""
    return OutputFile(twin_path(facts.file), frame.key("twin", encoded), partial(_twin, facts, frame))


def document_view(facts: PageFacts, frame: Frame) -> DocumentView:
    """What the page's template sees."""
    rules, card, links = frame.rules, facts.card, facts.link_map
    toc = _toc(facts, frame)
    body = frame.bodies(facts.body)
    lang = card.lang if card.lang.lower() != rules.lang.lower() else ""
    is_updated = facts.updated and (card.date is None or facts.updated.date() != card.date.date())
    return DocumentView(
        chrome=frame.chrome(card.url, body),
        head=head_of_document(facts, rules, frame.font_for(facts.needs_math)),
        title=Html(card.title_html),
        subtitle=facts.subtitle,
        summary=Html(facts.summary_html),
        lang=lang,
        direction=direction_of(lang) if lang and direction_of(lang) != direction_of(rules.lang) else "",
        date=date_view(card.date, rules),
        updated=date_view(facts.updated, rules) if is_updated else None,
        authors=tuple(_author(author, rules) for author in facts.authors),
        tags=tag_views(card, frame),
        minutes=reading_minutes(card.words),
        badges=badges_of(facts.notebook, facts.badges, rules) if facts.notebook else (),
        is_toc_shown=bool(toc),
        toc=toc,
        banner=_banner(facts, frame),
        data=_data(facts, frame),
        license=facts.license,
        doi=facts.doi,
        has_foot=bool(facts.license or facts.doi),
        body=Html(fill_html(body.html, links, frame.base)),
        has_neighbours=bool(facts.previous or facts.next),
        previous=_neighbour(facts.previous, frame),
        next=_neighbour(facts.next, frame),
        params=tuple(ParameterView(name, value) for name, value in facts.params),
        listing=_neighbour(facts.listing, frame),
        columns=facts.columns,
        variants=tuple(
            VariantView(
                Html(one.title_html),
                frame.base.href(one.url),
                tuple(map(ParameterView, facts.columns, one.values)),
            )
            for one in facts.variants
        ),
    )


def _page(facts: PageFacts, frame: Frame) -> bytes:
    return frame.render("post.html" if facts.is_post else "page.html", document_view(facts, frame))


def _toc(facts: PageFacts, frame: Frame) -> tuple[TocView, ...]:
    if len(facts.toc) < _FEWEST_TOC_LINES:
        return ()
    headings = [Heading(level, anchor, html, "") for level, anchor, html in facts.toc]
    return toc_of(headings, facts.toc_depth, facts.link_map, frame.base)


def _author(author: Author, rules: RenderRules) -> AuthorView:
    if author.html and rules.trusts_html:
        return AuthorView(Html(author.html), "")
    href = author.url or (f"https://orcid.org/{author.orcid.rsplit('/', 1)[-1]}" if author.orcid else "")
    return AuthorView(author.name, href if may_lead_to(href, rules) else "")


def _banner(facts: PageFacts, frame: Frame) -> str:
    if facts.state is State.DRAFT:
        return "Draft. Not part of the published site."
    if facts.state is State.SCHEDULED and facts.card.date:
        return f"Scheduled for {format_date(facts.card.date, frame.rules.date_format)}. Not published yet."
    return ""


def _data(facts: PageFacts, frame: Frame) -> DataView | None:
    if facts.ran_at is None and not facts.kept_because:
        return None
    when = None if facts.ran_at is None else moment_view(facts.ran_at, frame.rules)
    return DataView(when, facts.kept_because, _ran_with(facts.ran_with))


def _ran_with(versions: Sequence[tuple[str, str]]) -> str:
    """``Python 3.11.7, pandas 2.3.0 and 4 more libraries``: the first few say enough."""
    names = [
        f"{name.capitalize() if number == 0 else name} {version}" for number, (name, version) in enumerate(versions)
    ]
    rest = len(names) - _MOST_VERSIONS
    if rest > 0:
        return f"{', '.join(names[:_MOST_VERSIONS])} and {rest} more {'libraries' if rest > 1 else 'library'}"
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


def _neighbour(link: Link | None, frame: Frame) -> LinkView | None:
    return LinkView(link[0], frame.base.href(link[1])) if link else None


def _twin(facts: PageFacts, frame: Frame) -> bytes:
    base = in_the_open(frame.rules)
    text = fill_markdown(frame.bodies(facts.body).markdown, facts.link_map, base)
    # Brackets in a title would end the link's words.
    titles = (one.title.replace("[", "\\[").replace("]", "\\]") for one in facts.variants)
    listed = [f"- [{title}]({base.href(one.url)})\n" for title, one in zip(titles, facts.variants, strict=True)]
    return ("".join([text.rstrip("\n"), "\n\n", *listed]) if listed else text).encode()

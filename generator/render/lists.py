"""Pages that list posts: home, tags, a page for each tag."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from generator.formats.names import safe_output_path
from generator.model.output import OutputFile
from generator.model.site import HomePage, Post, Tag
from generator.render.dates import format_date
from generator.render.facts import STATES_WITH_TWIN, CardFacts
from generator.render.frame import Frame
from generator.render.links import fill_html
from generator.render.meta import head_of, head_of_home, iso, twin_path
from generator.render.plain import reading_minutes, without_anchors
from generator.render.rules import RenderRules
from generator.render.views import CardView, DateView, HomeView, LinkView, TagGroupView, TagPageView, TagsView, TagView
from generator.templating import Html

# The index shows this many posts of a tag; the rest stand on the tag's own page.
_CARDS_PER_TAG = 10


@dataclass(frozen=True, slots=True)
class Cards:
    """What lists show of each post, and its digest, by site path."""

    facts: Mapping[str, CardFacts]
    encoded: Mapping[str, bytes]

    def of(self, urls: Sequence[str]) -> list[CardFacts]:
        """The cards at urls, in order."""
        return [self.facts[url] for url in urls if url in self.facts]

    def has_math(self, urls: Sequence[str]) -> bool:
        """Whether a formula stands in the title or summary of one of them."""
        return any("<math" in card.title_html or "<math" in card.summary_html for card in self.of(urls))

    def digest_of(self, urls: Sequence[str]) -> bytes:
        """Changes whenever one of the cards at urls does."""
        return b"\n".join(self.encoded[url] for url in urls if url in self.encoded)


def home_files(frame: Frame, cards: Cards) -> list[OutputFile]:
    """The pages of the home list."""
    intro = frame.site.home_document
    count = len(frame.site.home)
    files = []
    for page in frame.site.home:
        listed = (_home_font(page, frame, cards, intro), _neighbours(page, frame))
        key = frame.key("home", page, count, _opening(page, intro), listed, cards.digest_of(page.posts))
        files.append(OutputFile(page.file, key, partial(_home, page, frame, cards, intro)))
    return files


def tag_files(frame: Frame, cards: Cards) -> list[OutputFile]:
    """The index of tags and a page for each."""
    files = [_tag_file(tag, frame, cards) for tag in frame.site.tags]
    shown = [(tag.name, len(tag.posts), cards.digest_of(tag.posts[:_CARDS_PER_TAG])) for tag in frame.site.tags]
    key = frame.key("tags", shown, _index_font(frame, cards))
    return [OutputFile(safe_output_path(frame.site.tags_url), key, partial(_tags, frame, cards)), *files]


def _tag_file(tag: Tag, frame: Frame, cards: Cards) -> OutputFile:
    font = frame.font_for(cards.has_math(tag.posts))
    key = frame.key("tag", tag, font, cards.digest_of(tag.posts))
    return OutputFile(safe_output_path(tag.url), key, partial(_tag, tag, frame, cards))


def card_view(card: CardFacts, frame: Frame) -> CardView:
    """A post as a list shows it."""
    rules = frame.rules
    return CardView(
        title=Html(without_anchors(card.title_html)),
        href=frame.base.href(card.url),
        summary=Html(card.summary_html if rules.shows_description else ""),
        date=date_view(card.date, rules),
        tags=tag_views(card, frame) if rules.shows_tags else (),
        minutes=reading_minutes(card.words),
        image=frame.base.href(card.image) if rules.shows_image else "",
        is_pinned=card.is_pinned,
        lang=card.lang if card.lang.lower() != rules.lang.lower() else "",
    )


def date_view(moment: datetime | None, rules: RenderRules) -> DateView | None:
    """A date as pages show it."""
    return DateView(format_date(moment, rules.date_format), iso(moment)) if moment else None


def moment_view(moment: datetime, rules: RenderRules) -> DateView:
    """A point in time as pages show it: the date, the time of day and how far its zone is from UTC."""
    words = f"{format_date(moment, rules.date_format)}, {format_date(moment, '%H:%M %Z')}"
    return DateView(words, iso(moment))


def tag_views(card: CardFacts, frame: Frame) -> tuple[TagView, ...]:
    """A post's tags as chips."""
    return tuple(TagView(name, frame.base.href(url)) for name, url in card.tags)


def _views(cards: Sequence[CardFacts], frame: Frame) -> tuple[CardView, ...]:
    return tuple(card_view(card, frame) for card in cards)


def _home_font(page: HomePage, frame: Frame, cards: Cards, intro: Post | None) -> str:
    opens_with_math = intro is not None and page.number == 1 and "math" in intro.document.needs
    return frame.font_for(opens_with_math or cards.has_math(page.posts))


def _index_font(frame: Frame, cards: Cards) -> str:
    return frame.font_for(any(cards.has_math(tag.posts[:_CARDS_PER_TAG]) for tag in frame.site.tags))


def _opening(page: HomePage, intro: Post | None) -> tuple[object, ...]:
    """What the author's own words above the list are made of."""
    if intro is None or page.number > 1:
        return ()
    return intro.document.body, intro.state.value, tuple((*hole, path) for hole, path in intro.links.items())


def _neighbours(page: HomePage, frame: Frame) -> tuple[str, str]:
    """Site paths of the newer and the older page, or empty."""
    home, number = frame.site.home, page.number
    newer = home[number - 2].url if number > 1 else ""
    return newer, home[number].url if number < len(home) else ""


def _home(page: HomePage, frame: Frame, cards: Cards, intro: Post | None) -> bytes:
    rules, base, count = frame.rules, frame.base, len(frame.site.home)
    newer, older = (base.href(url) if url else "" for url in _neighbours(page, frame))
    shown = _views(cards.of(page.posts), frame)
    is_first = page.number == 1
    body = frame.bodies(intro.document.body) if intro and is_first else None
    opening = fill_html(body.html, intro.links, base) if intro and body else ""
    head = head_of_home(rules, page.url, page.number, count)
    has_twin = intro is not None and is_first and intro.state in STATES_WITH_TWIN
    head = replace(
        head,
        previous_href=newer,
        next_href=older,
        math_font=_home_font(page, frame, cards, intro),
        twin_href=base.href("/" + twin_path(page.file)) if has_twin else "",
    )
    view = HomeView(
        chrome=frame.chrome(page.url, body),
        head=head,
        title=rules.title,
        description=rules.description,
        intro=Html(opening),
        is_first=is_first,
        cards=shown,
        has_pager=count > 1,
        newer=LinkView("Newer posts", newer) if newer else None,
        older=LinkView("Older posts", older) if older else None,
        place=f"Page {page.number} of {count}",
    )
    return frame.render("home.html", view)


def _tag(tag: Tag, frame: Frame, cards: Cards) -> bytes:
    shown = _views(cards.of(tag.posts), frame)
    head = head_of(frame.rules, tag.url, tag.name, f"Posts about {tag.name}")
    view = TagPageView(
        chrome=frame.chrome(tag.url),
        head=replace(head, math_font=frame.font_for(cards.has_math(tag.posts))),
        name=tag.name,
        count_words="1 post" if len(shown) == 1 else f"{len(shown)} posts",
        tags_href=frame.base.href(frame.site.tags_url),
        cards=shown,
    )
    return frame.render("tag.html", view)


def _tags(frame: Frame, cards: Cards) -> bytes:
    url = frame.site.tags_url
    head = replace(head_of(frame.rules, url, "Tags", ""), math_font=_index_font(frame, cards))
    view = TagsView(frame.chrome(url), head, tuple(_group(tag, frame, cards) for tag in frame.site.tags))
    return frame.render("tags.html", view)


def _group(tag: Tag, frame: Frame, cards: Cards) -> TagGroupView:
    href, count = frame.base.href(tag.url), len(tag.posts)
    # Old blogs link to /categories/#Tag with the tag as it is written.
    slugs = {other.slug for other in frame.site.tags}
    old_anchors = (tag.name,) if tag.name not in slugs and not set(tag.name) & set(" \t\n") else ()
    more = LinkView(f"All {count} posts about {tag.name}", href) if count > _CARDS_PER_TAG else None
    shown = _views(cards.of(tag.posts[:_CARDS_PER_TAG]), frame)
    return TagGroupView(tag.name, tag.slug, old_anchors, href, count, shown, more)

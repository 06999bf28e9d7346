"""The Atom feed; its times come from content, never from the clock."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import escape

from generator.model.embed import PAGE_ONLY, PAGE_ONLY_END
from generator.model.output import OutputFile
from generator.model.site import Post
from generator.render.facts import image_of, title_of_post
from generator.render.frame import Frame
from generator.render.links import fill_html, in_the_open
from generator.render.lists import Cards
from generator.render.meta import iso
from generator.render.plain import xml_safe
from generator.render.views import EntryView, FeedView

# Atom wants a time even of an empty feed.
_NEVER = "1970-01-01T00:00:00+00:00"
_SUMMARY_WORDS = 60
_OF_THE_PAGE = re.compile(rf"{re.escape(PAGE_ONLY)}.*?{re.escape(PAGE_ONLY_END)}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FeedNames:
    """Where a feed stands and what it is called."""

    path: str
    title: str
    home: str


def feed_file(frame: Frame, cards: Cards) -> OutputFile:
    """The feed of the newest posts."""
    limit = max(0, frame.rules.feed_limit)
    dated = [(post.date, post) for post in frame.site.posts if post.in_feed and post.date is not None]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    posts = tuple(post for _, post in dated[:limit])
    facts = [_facts(post) for post in posts]
    names = FeedNames("feed.xml", frame.rules.title, "/")
    key = frame.key("feed", facts, cards.digest_of([post.url for post in posts]))
    return OutputFile(names.path, key, partial(_feed, names, posts, frame))


def feed_view(names: FeedNames, posts: Sequence[Post], frame: Frame) -> FeedView:
    """What the feed's template sees."""
    rules, base = frame.rules, in_the_open(frame.rules)
    href = base.href("/" + names.path)
    return FeedView(
        id=href,
        title=xml_safe(names.title),
        subtitle=xml_safe(rules.description),
        author=xml_safe(rules.author or rules.title),
        lang=rules.lang,
        home_href=base.href(names.home),
        feed_href=href,
        updated=max((_time(post.updated or post.date) for post in posts), default=_NEVER),
        entries=tuple(_entry(post, frame) for post in posts),
    )


def _facts(post: Post) -> tuple[object, ...]:
    """What an entry shows beyond the post's card."""
    document = post.document
    authors = tuple(author.name for author in document.front.authors)
    links = tuple((*hole, path) for hole, path in post.links.items())
    return post.feed_id, post.updated, document.body, links, authors, title_of_post(post)


def _feed(names: FeedNames, posts: Sequence[Post], frame: Frame) -> bytes:
    return frame.render("feed.xml", feed_view(names, posts, frame))


def _entry(post: Post, frame: Frame) -> EntryView:
    rules, base = frame.rules, in_the_open(frame.rules)
    document, front = post.document, post.document.front
    body = frame.bodies(document.body)
    summary = fill_html(document.description_html, post.links, base)
    if not summary:
        summary = fill_html(body.excerpt, post.links, base) or _opening_words(body.text)
    return EntryView(
        id=xml_safe(post.feed_id),
        title=xml_safe(title_of_post(post)),
        href=base.href(post.url),
        published=_time(post.date),
        updated=_time(post.updated or post.date),
        authors=tuple(xml_safe(author.name) for author in front.authors),
        tags=tuple(xml_safe(tag) for tag in front.tags),
        summary=xml_safe(summary),
        content=xml_safe(fill_html(_OF_THE_PAGE.sub("", body.html), post.links, base)) if rules.feed_is_full else "",
        image=xml_safe(base.href(image_of(post, frame.rules))),
        lang=front.lang or rules.lang,
    )


def _opening_words(text: str) -> str:
    words = text.split()
    return escape(" ".join(words[:_SUMMARY_WORDS])) + ("…" if len(words) > _SUMMARY_WORDS else "")


def _time(moment: datetime | None) -> str:
    return iso(moment) or _NEVER

"""What machines read in a page's head: title, canonical address, cards of social sites, JSON-LD."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from generator.render.facts import PageFacts
from generator.render.links import in_the_open
from generator.render.plain import smart, text_of
from generator.render.rules import RenderRules
from generator.render.views import HeadView
from generator.templating import Html


def iso(moment: datetime | None) -> str:
    """A moment as machines read it; empty when there is none."""
    return moment.isoformat(timespec="seconds") if moment else ""


def head_of_document(facts: PageFacts, rules: RenderRules, math_font: str) -> HeadView:
    """The head of a post or page."""
    card = facts.card
    head = head_of(rules, card.url, facts.title, text_of(card.summary_html), image=card.image)
    head = replace(
        head,
        kind="article" if facts.is_post else "website",
        image_alt=facts.image_alt if head.image else "",
        published=iso(card.date),
        modified=iso(facts.updated),
        is_indexed=facts.has_twin and rules.is_public,
        math_font=math_font,
        twin_href=rules.baseurl + "/" + twin_path(facts.file) if facts.has_twin else "",
    )
    is_told = facts.is_post and rules.is_public
    return replace(head, json_ld=_json_ld(_posting(facts, head, rules))) if is_told else head


def head_of(rules: RenderRules, url: str, title: str, description: str, *, image: str = "") -> HeadView:
    """The head of a page that lists or leads; title is empty for the home page."""
    base = in_the_open(rules)
    picture = base.href(image) if image and (rules.address or not image.startswith("/")) else ""
    full = " | ".join(part for part in (title or rules.title, rules.title if title else rules.description) if part)
    canonical = base.href(url) if rules.address and rules.is_public else ""
    return HeadView(
        title=smart(full),
        heading=smart(title or rules.title),
        description=" ".join((description or rules.description).split()),
        canonical=canonical,
        kind="website",
        image=picture,
        image_alt="",
        twitter_card="summary_large_image" if picture else "summary",
        twitter_site=f"@{rules.twitter_username.lstrip('@')}" if rules.twitter_username else "",
        published="",
        modified="",
        json_ld=Html(""),
        is_indexed=rules.is_public,
    )


def head_of_home(rules: RenderRules, url: str, number: int, count: int) -> HeadView:
    """The head of a page of the home list, counted from 1."""
    head = head_of(rules, url, "", rules.description)
    if number > 1:
        return replace(head, title=f"Page {number} of {count} for {head.title}")
    about = {"@context": "https://schema.org", "@type": "WebSite", "name": rules.title, "url": head.canonical}
    about |= {"description": rules.description} if rules.description else {}
    return replace(head, json_ld=_json_ld(about)) if head.canonical else head


def twin_path(file: str) -> str:
    """The output path of a page's Markdown twin."""
    return file + ".md"


def _posting(facts: PageFacts, head: HeadView, rules: RenderRules) -> dict[str, object]:
    names = [author.name for author in facts.authors] or ([rules.author] if rules.author else [])
    posting: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": facts.title,
        "description": head.description,
        "url": head.canonical,
        "mainEntityOfPage": {"@type": "WebPage", "@id": head.canonical} if head.canonical else None,
        "datePublished": head.published,
        "dateModified": head.modified or head.published,
        "image": head.image,
        "author": [{"@type": "Person", "name": name} for name in names],
        "keywords": [name for name, _ in facts.card.tags],
        "inLanguage": facts.card.lang or rules.lang,
    }
    return {key: value for key, value in posting.items() if value}


def _json_ld(thing: Mapping[str, object]) -> Html:
    # Escaped so that no text of the author's can end the script element.
    text = json.dumps(thing, ensure_ascii=False, separators=(",", ":"))
    return Html(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))

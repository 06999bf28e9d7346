"""The files of a site that are made by rendering, each with the key of everything it depends on."""

from collections.abc import Callable, Iterable, Mapping

from generator.cache.codec import encode
from generator.model.body import Body
from generator.model.output import OutputFile
from generator.model.site import Post, Site
from generator.render.assets import assets_of
from generator.render.documents import page_file, twin_file
from generator.render.facts import CardFacts, card_facts, page_facts
from generator.render.feeds import feed_file
from generator.render.frame import Frame, frame_of
from generator.render.links import may_redirect_to
from generator.render.lists import Cards, home_files, tag_files
from generator.render.missing import not_found_file
from generator.render.redirects import redirect_file, redirect_files
from generator.render.rules import RenderRules
from generator.render.search import search_files
from generator.render.sitemap import robots_file, sitemap_file
from generator.templating import Templates


def plan(
    site: Site,
    rules: RenderRules,
    templates: Templates,
    bodies: Callable[[str], Body],
    assets: Mapping[str, bytes],
) -> tuple[OutputFile, ...]:
    """Every rendered file, not yet made; nothing but their keys is worked out here.

    Args:
        bodies: a body by its key; called only when a file is made.
        assets: ``templates/assets``: file name to content.
    """
    frame = frame_of(
        site, rules, templates, bodies, assets_of(assets, rules.custom_css, has_notice=not rules.is_public)
    )
    facts = {post.url: card_facts(post, frame.directory, rules) for post in site.posts}
    cards = Cards(facts, {url: encode(card) for url, card in facts.items()})
    documents = [file for post in site.posts for file in _document_files(post, facts[post.url], frame)]
    lists = [*home_files(frame, cards), *tag_files(frame, cards), not_found_file(frame, cards)]
    machines = [feed_file(frame, cards), sitemap_file(frame), robots_file(frame)] if rules.is_public else []
    search = search_files(frame) if rules.has_search else []
    made = (*frame.assets.files, *documents, *lists, *_home_twin(frame), *machines, *search, *redirect_files(frame))
    return _first_at_each_path(made, frozenset(site.files.values()))


def _document_files(post: Post, card: CardFacts, frame: Frame) -> Iterable[OutputFile]:
    leads_to = post.document.front.redirect_to
    if leads_to and may_redirect_to(leads_to, frame.rules):
        return (redirect_file(post.file, leads_to, frame),)
    facts = page_facts(post, card, frame.directory, frame.rules)
    encoded = encode(facts)
    page = page_file(facts, encoded, frame)
    return (page, twin_file(facts, encoded, frame)) if facts.has_twin else (page,)


def _home_twin(frame: Frame) -> Iterable[OutputFile]:
    """The author's own words above the home list have a twin, as every document has."""
    intro = frame.site.home_document
    if intro is None:
        return ()
    facts = page_facts(intro, card_facts(intro, frame.directory, frame.rules), frame.directory, frame.rules)
    return (twin_file(facts, encode(facts), frame),) if facts.has_twin else ()


def _first_at_each_path(files: Iterable[OutputFile], taken: frozenset[str]) -> tuple[OutputFile, ...]:
    """The author's own file wins, then the author's page, then ours."""
    by_path: dict[str, OutputFile] = {}
    for file in files:
        if file.path not in taken:
            by_path.setdefault(file.path, file)
    return tuple(by_path.values())

"""All documents become one site: who stands where, and how they relate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from generator.model.document import Document
from generator.model.problem import Problem
from generator.model.site import Fate, FileIndex, Post, Site, SiteRules, State
from generator.site.chronology import newest_first, next_change
from generator.site.copies import add_copies, claims_of
from generator.site.engine_pages import SEARCH_URL, engine_urls, in_the_way, is_home, linked_by_layout
from generator.site.fates import fates_of
from generator.site.feed_ids import feed_ids
from generator.site.home import home_pages, paginate_problems
from generator.site.links import Linker
from generator.site.nav import nav_of
from generator.site.placed import Placed, is_post
from generator.site.placing import place_all
from generator.site.redirects import redirects_of
from generator.site.sorting import sorted_out
from generator.site.targets import targets_of
from generator.site.taxonomy import tags_of, tags_url
from generator.site.urls import without_collisions
from generator.site.variants import variants_of


@dataclass(frozen=True, slots=True)
class Standing:
    """Documents that have a page of their own, and those whose place is taken.

    Args:
        pages: by path.
        listed: posts in lists, newest first.
        lost: path to who has its place.
    """

    pages: tuple[Placed, ...]
    listed: tuple[Placed, ...]
    lost: Mapping[str, str]
    problems: tuple[Problem, ...]


def assemble(documents: Sequence[Document], skipped: Sequence[Fate], files: FileIndex, rules: SiteRules) -> Site:
    """The whole site, the same for any order of documents.

    Args:
        skipped: sources that became no document.
    """
    ordered, set_aside = sorted_out(documents)
    placed, problems = place_all(ordered, rules)
    standing = _standing(placed, rules)
    home = home_pages(standing.listed, rules)
    tags = tags_of(standing.listed, rules)
    claims, copied, of_files = claims_of(standing.pages, files.published, home, tags, rules)
    redirects, of_redirects = redirects_of(standing.pages, claims, rules)
    urls = {**redirects, **engine_urls(home, tags, rules)}
    others = (*skipped, *set_aside)
    targets = targets_of(placed, urls, files, others)
    linker = Linker(targets, rules.baseurl)
    posts, linked, of_links = _posts(standing, linker, rules)
    of_copies = add_copies(copied, linked, claims)
    # The list of a notebook's variants stands in the navigation only where the author names it.
    pages = [one for one in standing.pages if not one.is_post and (rules.header_pages or not is_post(one.document))]
    nav, of_nav = nav_of(pages, linked_by_layout(rules), rules)
    found = (*problems, *standing.problems, *paginate_problems(rules), *of_files, *of_redirects)
    home_document = next((post for post in posts if post.file == "index.html"), None)
    return Site(
        posts=tuple(post for post in posts if post is not home_document),
        listed=tuple(one.url for one in standing.listed),
        home=home,
        home_document=home_document,
        tags=tags,
        files=copied,
        redirects=redirects,
        nav=nav,
        fates=fates_of(placed, standing.lost, others),
        problems=(*found, *of_links, *of_copies, *of_nav),
        next_change=next_change(placed),
        tags_url=tags_url(rules),
        search_url=SEARCH_URL,
    )


def _standing(placed: Sequence[Placed], rules: SiteRules) -> Standing:
    """Collisions come out before anything is listed, so that lists name no page that is not there."""
    shown, lost, problems = without_collisions([one for one in placed if one.is_shown])
    listed = newest_first(one for one in shown if one.is_listed)
    blocked = in_the_way([one for one in shown if not is_home(one)], home_pages(listed, rules), rules)
    pages = tuple(one for one in shown if one.path not in blocked)
    lost |= dict.fromkeys(blocked, "a page the engine makes")
    kept = tuple(one for one in listed if one.path not in blocked)
    return Standing(pages, kept, lost, (*problems, *blocked.values()))


def _posts(standing: Standing, linker: Linker, rules: SiteRules) -> tuple[list[Post], dict[str, str], list[Problem]]:
    """Posts newest first, then pages by path; the files they link to; what is wrong with their links."""
    listed = [one.url for one in standing.listed]
    older = dict(pairwise(listed))
    newer = {later: one for one, later in older.items()}
    posts = newest_first(one for one in standing.pages if one.is_post)
    ids = feed_ids(posts, rules)
    variants = variants_of(standing.pages)
    made: list[Post] = []
    linked: dict[str, str] = {}
    problems: list[Problem] = []
    for one in (*posts, *(one for one in standing.pages if not one.is_post)):
        links, copied, found = linker.links(one)
        linked |= copied
        problems += found
        feed_id = ids.get((one.path, one.document.variant)) or _address(rules) + one.url
        made.append(variants.told(_post(one, links, feed_id, older.get(one.url), newer.get(one.url))))
    return made, linked, problems


def _post(
    one: Placed, links: Mapping[tuple[str, str], str | None], feed_id: str, older: str | None, newer: str | None
) -> Post:
    is_open = one.state in (State.PUBLISHED, State.UNLISTED)
    front = one.document.front
    # A page that only leads elsewhere is nothing to find.
    is_found = one.file != "404.html" and front.redirect_to is None
    return Post(
        document=one.document,
        state=one.state,
        url=one.url,
        file=one.file,
        date=one.date,
        updated=one.updated,
        links=links,
        is_post=one.is_post,
        is_listed=one.is_listed,
        in_feed=one.is_post and one.state is State.PUBLISHED,
        in_sitemap=is_open and is_found and front.in_sitemap,
        in_search=is_open and is_found and front.in_search,
        feed_id=feed_id,
        previous=older,
        next=newer,
    )


def _address(rules: SiteRules) -> str:
    return rules.address + rules.baseurl if rules.address else ""

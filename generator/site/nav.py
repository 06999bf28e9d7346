"""The pages of the navigation."""

import difflib
from collections.abc import Sequence

from generator.location import Location
from generator.model.problem import Problem, warning
from generator.model.site import SiteRules, State
from generator.site.placed import Placed

# Pages that the engine makes; blogs of the old template name them, and the layout links to them anyway.
_ENGINE_PAGES = frozenset({"index.html", "index.md", "404.html", "search.html", "tags.html"})


def nav_of(
    pages: Sequence[Placed], engine_urls: frozenset[str], rules: SiteRules
) -> tuple[tuple[tuple[str, str], ...], tuple[Problem, ...]]:
    """(title, URL) of the pages ``header_pages`` names, else of all titled pages by path.

    Args:
        pages: that get a page of their own, by path.
        engine_urls: of pages the layout links to by itself, and of 404.
    """
    shown = {
        one.path: one
        for one in pages
        if one.state is not State.UNLISTED and one.url not in engine_urls and one.document.front.title
    }
    if not rules.header_pages:
        return tuple(_entry(one) for one in shown.values()), ()
    by_path = {one.path: one for one in pages}
    chosen: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(path.strip("/") for path in rules.header_pages):
        if name in shown:
            chosen.append(_entry(shown[name]))
        elif name not in by_path and name.rpartition("/")[2] not in _ENGINE_PAGES:
            problems.append(_unknown_page(name, tuple(by_path)))
    return tuple(chosen), tuple(problems)


def _entry(one: Placed) -> tuple[str, str]:
    return one.document.front.title or one.url, one.url


def _unknown_page(name: str, paths: tuple[str, ...]) -> Problem:
    near = difflib.get_close_matches(name, paths, n=1)
    mend = f"write `{near[0]}`" if near else "name pages by their path, such as `_pages/about.md`"
    return warning("unknown-page", f"`header_pages` names `{name}`, which is no page", Location("_config.yml"), mend)

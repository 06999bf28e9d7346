"""The pages the engine makes itself, and who may take their place."""

from collections.abc import Mapping, Sequence

from generator.formats.names import safe_output_path
from generator.location import Location
from generator.model.problem import Problem, warning
from generator.model.site import HomePage, SiteRules, Tag
from generator.model.source import Shelf
from generator.site.placed import Placed
from generator.site.taxonomy import tags_url
from generator.site.urls import taken

SEARCH_URL = "/search/"
_NOT_FOUND_URL = "/404.html"
# Other programs read these by their format: nothing an author writes can stand for them.
FIXED_FILES: tuple[tuple[str, str], ...] = (("feed.xml", "the feed"), ("sitemap.xml", "the sitemap"))


def linked_by_layout(rules: SiteRules) -> frozenset[str]:
    """URLs that need no place in the navigation."""
    return frozenset({"/", tags_url(rules), SEARCH_URL, _NOT_FOUND_URL, "/404/"})


def engine_urls(home: Sequence[HomePage], tags: Sequence[Tag], rules: SiteRules) -> dict[str, str]:
    """Site paths that links may lead to without any document there, each with its URL."""
    urls = [tags_url(rules), SEARCH_URL, _NOT_FOUND_URL, "/robots.txt", *(f"/{file}" for file, _ in FIXED_FILES)]
    urls += [page.url for page in home]
    urls += [tag.url for tag in tags]
    return {url: url for url in urls}


def replaceable_files(rules: SiteRules) -> dict[str, str]:
    """Files of the pages an author's own page or file may stand for, with their names."""
    return {
        "404.html": "the page for URLs that do not exist",
        safe_output_path(SEARCH_URL): "the search page",
        safe_output_path(tags_url(rules)): "the list of tags",
    }


def in_the_way(placed: Sequence[Placed], home: Sequence[HomePage], rules: SiteRules) -> dict[str, Problem]:
    """Documents at the place of a page nobody may replace, by path.

    A page (not a post) may stand for 404, tags and search, and then does.
    """
    fixed = dict(FIXED_FILES) | {page.file: f"page {page.number} of the home list" for page in home}
    by_pages = replaceable_files(rules)
    problems: dict[str, Problem] = {}
    for one in placed:
        owner = fixed.get(one.file) or (by_pages.get(one.file) if one.is_post else None)
        if owner is not None:
            problems[one.path] = taken(one, owner)
    return problems


def files_in_the_way(files: Mapping[str, str], home: Sequence[HomePage]) -> dict[str, Problem]:
    """Copied files at the place of a page nobody may replace, by repository path; ours is published."""
    fixed = dict(FIXED_FILES) | {page.file: "the home list" for page in home}
    return {
        path: warning(
            "engine-page",
            f"`{file}` is not published: {fixed[file]} that the engine makes stands there",
            Location(path),
            "take the file out, or name it in `exclude:`",
        )
        for path, file in files.items()
        if file in fixed
    }


def is_home(one: Placed) -> bool:
    """Whether a page introduces the home list."""
    return one.file == "index.html" and one.document.shelf in (Shelf.ROOT, Shelf.PAGES)

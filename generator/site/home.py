"""The home list, cut into pages."""

from collections.abc import Sequence

from generator.errors import ContentError
from generator.formats.names import safe_output_path
from generator.location import Location
from generator.model.problem import Problem, error
from generator.model.site import HomePage, SiteRules
from generator.site.permalinks import encoded
from generator.site.placed import Placed

_DEFAULT_PATH = "/page:num/"


def home_pages(listed: Sequence[Placed], rules: SiteRules) -> tuple[HomePage, ...]:
    """Pages of the home list, at least one; pinned posts come first, ahead of the cut.

    Args:
        listed: newest first.
    """
    # Sorting is stable: posts of one rank stay newest first.
    pinned = sorted((one for one in listed if one.document.front.pin is not None), key=_rank)
    order = [one.url for one in (*pinned, *(one for one in listed if one.document.front.pin is None))]
    size = rules.paginate if rules.paginate > 0 else max(len(order), 1)
    template = _DEFAULT_PATH if paginate_problems(rules) else rules.paginate_path
    return tuple(
        _page(number, tuple(order[start : start + size]), template)
        for number, start in enumerate(range(0, max(len(order), 1), size), start=1)
    )


def paginate_problems(rules: SiteRules) -> tuple[Problem, ...]:
    """Whether ``paginate_path`` can tell pages apart, and names a place of the site."""
    written = f"`paginate_path: {rules.paginate_path}`"
    at, mend = Location("_config.yml"), f"write it as `{_DEFAULT_PATH}`"
    if ":num" not in rules.paginate_path:
        return (error("paginate-path", f"{written} has no `:num`", at, mend),)
    try:
        safe_output_path(_url(2, rules.paginate_path))
    except ContentError as failure:
        return (error("paginate-path", f"{written}: {failure.problem}", at, mend),)
    return ()


def _page(number: int, posts: tuple[str, ...], template: str) -> HomePage:
    if number == 1:
        return HomePage(1, "/", "index.html", posts)
    url = _url(number, template)
    return HomePage(number, url, safe_output_path(url), posts)


def _url(number: int, template: str) -> str:
    # Jekyll makes a folder of the path, with or without its last slash.
    return encoded("/" + template.replace(":num", str(number), 1).strip("/") + "/")


def _rank(one: Placed) -> int:
    return one.document.front.pin or 0

"""The home list, cut into pages."""

from collections.abc import Sequence

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
    return tuple(
        _page(number, tuple(order[start : start + size]), rules)
        for number, start in enumerate(range(0, max(len(order), 1), size), start=1)
    )


def paginate_problems(rules: SiteRules) -> tuple[Problem, ...]:
    """Whether ``paginate_path`` can tell pages apart."""
    if ":num" in rules.paginate_path:
        return ()
    said = f"`paginate_path: {rules.paginate_path}` has no `:num`"
    return (error("paginate-path", said, Location("_config.yml"), f"write it as `{_DEFAULT_PATH}`"),)


def _page(number: int, posts: tuple[str, ...], rules: SiteRules) -> HomePage:
    if number == 1:
        return HomePage(1, "/", "index.html", posts)
    template = rules.paginate_path if ":num" in rules.paginate_path else _DEFAULT_PATH
    # Jekyll makes a folder of the path, with or without its last slash.
    url = encoded("/" + template.replace(":num", str(number), 1).strip("/") + "/")
    return HomePage(number, url, safe_output_path(url), posts)


def _rank(one: Placed) -> int:
    return one.document.front.pin or 0

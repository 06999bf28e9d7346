"""Old URLs that lead to where a page is now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit

from generator.errors import ContentError
from generator.formats.names import safe_output_path
from generator.location import Location
from generator.model.problem import Problem, warning
from generator.model.site import SiteRules
from generator.site.chronology import moment_in, zone_of
from generator.site.permalinks import Naming, encoded, url_of
from generator.site.placed import Placed
from generator.site.targets import shortest
from generator.site.taxonomy import tags_url
from generator.site.urls import Claims

# Where fastpages built, whatever the author's own time zone: its image said so.
_OLD_TIMEZONE = "America/Chicago"


def redirects_of(placed: Sequence[Placed], claims: Claims, rules: SiteRules) -> tuple[dict[str, str], list[Problem]]:
    """Old site path to new URL path; one that would shadow a page is left out and said.

    Args:
        placed: that get a page, by path.
        claims: of all pages and copied files; redirects are added to it.
    """
    signs = _Signposts(rules, claims, {shortest("/" + one.file): one for one in placed})
    problems = [signs.put(alias, one) for one in placed for alias in one.document.front.aliases]
    if rules.redirects_old_urls:
        for old, new in _old_urls(placed, rules):
            signs.put_quietly(old, new)
    return signs.redirects, [problem for problem in problems if problem is not None]


@dataclass(slots=True)
class _Signposts:
    """Redirects put up so far.

    Args:
        pages: by the shortest form of their path: ``/a`` beside ``/a/`` is another file, but the same page to
            whoever serves it.
    """

    rules: SiteRules
    claims: Claims
    pages: Mapping[str, Placed]
    redirects: dict[str, str] = field(default_factory=dict)

    def put(self, alias: str, one: Placed) -> Problem | None:
        """Let an alias lead to its page, or say why it cannot."""
        at = Location(one.path)
        path = _path_of(alias, self.rules)
        if path is None:
            said = f"the old URL `{alias}` is not one of this site"
            return warning("alias", said, at, "write its path alone: `/old/`")
        try:
            file = safe_output_path(path)
        except ContentError as failure:
            return warning("alias", f"the old URL `{alias}`: {failure.problem}", at, "write it as it was: `/old/`")
        there = self.pages.get(shortest("/" + file))
        if there is one or self.redirects.get(path) == one.url:
            return None
        owner = there.path if there is not None else self.claims.clash(file)
        if owner is not None:
            said = f"the old URL `{alias}` is the URL of {owner}, so it cannot lead here"
            return warning("alias", said, at, "take it out of `aliases:` or `redirect_from:`")
        self.redirects[path] = one.url
        self.claims.take(file, f"a redirect to {one.path}")
        return None

    def put_quietly(self, old: str, new: str) -> None:
        """Let an old URL lead to the new one where nothing else stands."""
        try:
            file = safe_output_path(old)
        except ContentError:
            return
        if shortest("/" + file) not in self.pages and self.claims.clash(file) is None:
            self.redirects[old] = new
            self.claims.take(file, f"a redirect to {new}")


def _path_of(alias: str, rules: SiteRules) -> str | None:
    """The site path an alias means; None for a place on another site."""
    try:
        parts = urlsplit(alias.strip())
        if parts.netloc and parts.netloc != urlsplit(rules.address).netloc:
            return None
    except ValueError:
        return None
    path = unquote(parts.path)
    if rules.baseurl and path.startswith(rules.baseurl + "/") and parts.netloc:
        path = path[len(rules.baseurl) :]
    return encoded("/" + path.lstrip("/").replace("%", "%25")) if path.strip("/") else None


def _old_urls(placed: Sequence[Placed], rules: SiteRules) -> Iterator[tuple[str, str]]:
    """What fastpages would have called every page, and its name now."""
    zone = zone_of(_OLD_TIMEZONE)
    old_rules = replace(rules, permalink="date", is_old_blog=True)
    for one in placed:
        front = one.document.front
        date = front.date or one.document.file_date
        if front.permalink is None and zone is not None and not (one.is_post and date is None):
            yield url_of(Naming(one.document, one.stem, moment_in(zone, date), is_old_blog=True), old_rules)[0], one.url
    if not rules.is_old_blog:
        yield "/categories/", tags_url(rules)

"""Every document gets its moment, its state, its URL and its file."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from generator.errors import ContentError
from generator.formats.names import safe_output_path
from generator.location import Location
from generator.model.document import Document
from generator.model.problem import Problem, error, warning
from generator.model.site import SiteRules
from generator.site.chronology import is_shown, moment_in, state_of, zone_of
from generator.site.names import stem_of
from generator.site.permalinks import Naming, url_of, uses_date
from generator.site.placed import Placed, is_post, lists_variants


def place_all(documents: Sequence[Document], rules: SiteRules) -> tuple[list[Placed], list[Problem]]:
    """Documents with their places; one without a possible place is given none, and said."""
    zone = zone_of(rules.timezone)
    problems: list[Problem] = []
    if zone is None:
        problems.append(_unknown_zone(rules.timezone))
        zone = ZoneInfo("UTC")
    places = {
        (document.path, variant.name): place
        for document in documents
        if lists_variants(document)
        for place, variant in enumerate(document.front.execution.variants)
    }
    placed = [_place(document, zone, rules, problems) for document in documents]
    if places:
        placed = [replace(one, place_in_list=places.get((one.path, one.document.variant or ""), 0)) for one in placed]
    # One wrong word in the site's own permalink is one problem, not one per post.
    return placed, list(dict.fromkeys(problems))


def _place(document: Document, zone: ZoneInfo, rules: SiteRules, problems: list[Problem]) -> Placed:
    front = document.front
    written = None if document.date_is_guessed and not is_post(document) else front.date or document.file_date
    date = moment_in(zone, written)
    expires = moment_in(zone, front.expires)
    state = state_of(document, date, expires, rules)
    shown = is_shown(state, rules)
    naming = Naming(document, stem_of(document), date, rules.is_old_blog)
    url, found = url_of(naming, rules)
    if shown:
        problems.extend(found)
        problems.extend(_about_dates(naming, rules))
    file = ""
    try:
        file = safe_output_path(url)
    except ContentError as failure:
        if shown:
            problems.append(error("unsafe-path", failure.problem, Location(document.path), failure.mend))
    updated = document.last_commit if front.updated_from_git else front.updated
    return Placed(
        document, naming.stem, state, url, file, date, moment_in(zone, updated), expires, shown and bool(file)
    )


def _about_dates(naming: Naming, rules: SiteRules) -> tuple[Problem, ...]:
    document = naming.document
    if not is_post(document) or not (document.date_is_guessed or naming.date is None) or not uses_date(naming, rules):
        return ()
    at = Location(document.path)
    if naming.date is None:
        said = "this post has no date, and its URL is made of one"
    else:
        said = f"this post has no date; its URL is made of its first commit's, {naming.date.date().isoformat()}"
    return (warning("guessed-date", said, at, "write `date: 2021-01-01`, or put the date in front of the file name"),)


def _unknown_zone(name: str) -> Problem:
    at = Location("_config.yml")
    return error("unknown-timezone", f"`timezone: {name}` is no time zone", at, "write one such as `Europe/Berlin`")

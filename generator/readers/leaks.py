"""Secrets in what is about to be written, each reported at its place and never repeated."""

from generator.formats.secrets import Leak, LeakFinder
from generator.location import Location
from generator.model.problem import Problem, Severity, note
from generator.model.reading import ReadingRules, Trust


class Leaks:
    """Looks for secrets in one document's texts."""

    def __init__(self, rules: ReadingRules, problems: list[Problem]) -> None:
        self._finder = LeakFinder(rules.leak_values)
        self._allows_waivers = rules.trust is Trust.TRUSTED
        self._problems = problems
        self._seen: set[tuple[str, int | None, int | None]] = set()

    def look(self, text: str, at: Location, waived: tuple[str, ...] = (), *, source: str | None = None) -> None:
        """Report each secret in text once per kind and place.

        Args:
            at: where source begins.
            source: what text is taken from, some lines left out perhaps; None when it has no lines of its own.
        """
        for leak in self._finder.find(text):
            place = at if source is None else at.at_line(_line_in(source, text, text.count("\n", 0, leak.start)))
            key = (leak.kind, place.cell, place.line)
            if key in self._seen:
                continue
            self._seen.add(key)
            if self._allows_waivers and leak.kind in waived:
                self._problems.append(note("waived-leak", f"`{leak.kind}` is shown, as `leak-ok` allows", place))
            else:
                self._problems.append(_problem(leak, place))


def _problem(leak: Leak, place: Location) -> Problem:
    waiver = f"# leak-ok: {leak.kind}` in the cell" if place.cell else f"<!-- leak-ok: {leak.kind} -->`"
    if leak.severity is Severity.ERROR:
        mend = f"take it out and revoke it; if it is no secret, write `{waiver}"
        return Problem(leak.severity, "leak", f"a secret (`{leak.kind}`) would be published", place, mend)
    mend = f"take it out, or write `{waiver}"
    return Problem(leak.severity, "leak", f"something private (`{leak.kind}`) would be published", place, mend)


def _line_in(source: str, text: str, index: int) -> int:
    """The line of source, counted from 1, that line index of text, counted from 0, was taken from."""
    wanted = text.split("\n")[: index + 1]
    lines = source.split("\n")
    place = 0
    for line in wanted:
        while place < len(lines) and lines[place] != line:
            place += 1
        place += 1
    return min(place, len(lines))

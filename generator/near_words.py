"""The word an author meant: the nearest known one, if the slip is small."""

from collections.abc import Iterable

_FURTHEST = 2
# Longer ones are no slips of the hand, and to compare them takes time that grows with the square of their length.
_LONGEST = 100


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word within two slips (a letter too many, missing, wrong, or two swapped) of word, or None.

    ``-`` and ``_`` are one letter here, and so are capitals and small letters, but a known word in capitals is a slip.
    A short word allows one slip, and its first letter must be right: ``side`` and ``code`` are words of their own.
    """
    if len(word) > _LONGEST:
        return None
    mine = word.replace("-", "_").lower()
    best: tuple[int, str] | None = None
    for candidate in known:
        theirs = candidate.replace("-", "_")
        if theirs == word.replace("-", "_"):
            return None
        allowed = _FURTHEST if len(theirs) >= 7 else 1
        if abs(len(theirs) - len(mine)) > allowed or (allowed == 1 and theirs[:1] != mine[:1]):
            continue
        distance = slips(mine, theirs, allowed)
        if distance <= allowed and (best is None or distance < best[0]):
            best = distance, candidate
    return best[1] if best else None


def slips(one: str, other: str, most: int) -> int:
    """Edits and swaps of neighbours between two words; any number above most stands for "more"."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, mine in enumerate(one, start=1):
        now = [row]
        for column, theirs in enumerate(other, start=1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (mine != theirs))
            if row > 1 and column > 1 and mine == other[column - 2] and one[row - 2] == theirs:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return last[-1]

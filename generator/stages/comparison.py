"""Two sites of one blog: which pages are not the same in both, and by how much."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from generator.cache.codec import decode
from generator.cache.store import LostBytesError, Store
from generator.model.body import Body, StrictBody, fill_holes
from generator.model.preview import ChangedPage, PageChange
from generator.model.problem import Problem, Severity
from generator.model.report import MadePage

Bodies = Callable[[str], Body]
"""A body by its key."""

# An address is no words, and one that differs in nothing but where the site stands must not count.
_ADDRESS = re.compile(r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,20}://[^\s<>()\"']+", re.IGNORECASE)
# A character of a script without spaces is a word of its own.
_BY_CHARACTER = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_BY_CHARACTER}]|[^\W{_BY_CHARACTER}]+")
# A page of more is data that somebody printed; beyond that its words are not counted.
_MOST_CHARACTERS = 4_000_000


def bodies_in(*stores: Store) -> Bodies:
    """Bodies out of the first store that has them, of either profile."""

    def body(key: str) -> Body:
        for store in stores:
            content = store.get("documents", key)
            found = None if content is None else decode(content, StrictBody) or decode(content, Body)
            if found is not None:
                return found
        raise LostBytesError([("documents", key)])

    return body


def broken_in(problems: Iterable[Problem]) -> frozenset[str]:
    """Sources of which an error is known."""
    return frozenset(problem.at.file for problem in problems if problem.severity is Severity.ERROR and problem.at)


def changed_pages(
    live: Sequence[MadePage], preview: Sequence[MadePage], bodies: Bodies, *, broken: Collection[str] = ()
) -> tuple[ChangedPage, ...]:
    """What differs for readers of single pages, by title; lists, dates and neighbours do not count.

    Pages are the same if they have the same address. One whose address is gone has moved if its source has one new
    page in its place.

    Args:
        broken: sources that could not be read: their pages are missing, which is not to say that they are removed.

    Raises:
        LostBytesError: a body is in no store.
    """
    before = {page.url: page for page in live}
    after = {page.url: page for page in preview}
    gone = [page for page in live if page.url not in after and page.path not in broken]
    new = [page for page in preview if page.url not in before]
    moved = _moved(gone, new)
    moved_to = {page.url for page in moved.values()}
    changed = [
        *(_changed(before[page.url], page, bodies) for page in preview if _differs(before.get(page.url), page)),
        *(_compared(PageChange.MOVED, page, moved[page.url], bodies) for page in gone if page.url in moved),
        *(_compared(PageChange.REMOVED, page, None, bodies) for page in gone if page.url not in moved),
        *(_compared(PageChange.ADDED, None, page, bodies) for page in new if page.url not in moved_to),
    ]
    return tuple(sorted(changed, key=lambda page: (page.title.casefold(), page.preview or page.live or "")))


def _moved(gone: Iterable[MadePage], new: Iterable[MadePage]) -> dict[str, MadePage]:
    """The new page of each old URL whose source lost one page and got one."""
    lost, found = _by_source(gone), _by_source(new)
    return {
        pages[0].url: found[path][0]
        for path, pages in lost.items()
        if len(pages) == 1 and len(found.get(path, ())) == 1
    }


def _by_source(pages: Iterable[MadePage]) -> dict[str, list[MadePage]]:
    by_source: dict[str, list[MadePage]] = {}
    for page in pages:
        by_source.setdefault(page.path, []).append(page)
    return by_source


def _differs(live: MadePage | None, preview: MadePage) -> bool:
    return live is not None and (live.body, live.pictures) != (preview.body, preview.pictures)


def _changed(live: MadePage, preview: MadePage, bodies: Bodies) -> ChangedPage:
    return _compared(PageChange.CHANGED, live, preview, bodies)


def _compared(change: PageChange, live: MadePage | None, preview: MadePage | None, bodies: Bodies) -> ChangedPage:
    shown = preview or live
    if shown is None:
        raise ValueError("there is no page to compare")
    old, new = _words(live, bodies), _words(preview, bodies)
    return ChangedPage(
        shown.title,
        shown.path,
        change,
        live.url if live else None,
        preview.url if preview else None,
        (new - old).total(),
        (old - new).total(),
        _pictures_changed(live, preview),
    )


def _words(page: MadePage | None, bodies: Bodies) -> Counter[str]:
    """Every word of a page's Markdown, as often as it is there: linear in its length, where a diff is not."""
    if page is None:
        return Counter()
    return Counter(_words_of(bodies(page.body).markdown[:_MOST_CHARACTERS]))


def _words_of(markdown: str) -> list[str]:
    return _WORD.findall(_ADDRESS.sub(" ", fill_holes(markdown, lambda *_: " ")))


def _pictures_changed(live: MadePage | None, preview: MadePage | None) -> int:
    old, new = Counter(live.pictures if live else ()), Counter(preview.pictures if preview else ())
    return max((new - old).total(), (old - new).total())

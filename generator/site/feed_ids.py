"""The name of a post in feeds, as before, so that readers see nothing twice."""

import posixpath
from collections.abc import Iterable

from generator.model.site import SiteRules
from generator.site.names import raw_slug_of
from generator.site.permalinks import encoded
from generator.site.placed import Placed


def feed_ids(posts: Iterable[Placed], rules: SiteRules) -> dict[tuple[str, str | None], str]:
    """Entry ids by path and variant: address, folder of the post's URL, slug of its file.

    ``/fastlinkcheck/`` made of ``2020-11-17-linkcheck.ipynb`` is ``https://fastpages.fast.ai/linkcheck``: so
    Jekyll has it. Where that is no name of its own, the older post keeps it and the newer goes by its URL,
    or by that and its path.

    Args:
        posts: newest first.
    """
    start = rules.address + rules.baseurl if rules.address else ""
    ids: dict[tuple[str, str | None], str] = {}
    taken: set[str] = set()
    for one in reversed(tuple(posts)):
        # Variants share the slug of their file, and have never been in a feed of Jekyll's.
        own = one.url if one.document.variant is not None else _jekyll_id(one, rules)
        names = (own, one.url, f"{one.url}#{encoded(one.name)}")
        feed_id = next(start + name for name in names if start + name not in taken)
        taken.add(feed_id)
        ids[one.path, one.document.variant] = feed_id
    return ids


def _jekyll_id(one: Placed, rules: SiteRules) -> str:
    folder = posixpath.dirname(one.url.rstrip("/")) or "/"
    slug = raw_slug_of(one.document, one.stem, is_old_blog=rules.is_old_blog)
    return posixpath.join(folder, encoded(slug.lstrip("/")))

"""Tags: one page each, newest posts first."""

import re
from collections import Counter
from collections.abc import Sequence

from generator.model.site import SiteRules, Tag
from generator.site.permalinks import encoded
from generator.site.placed import Placed
from generator.site.slugs import tag_slug

# A file name holds 255 bytes; a tag that needs half of them is a sentence.
_LONGEST_SLUG_BYTES = 120
_GAPS = re.compile(r"\s+")


def tags_url(rules: SiteRules) -> str:
    """The page that lists all tags; old blogs had it at ``/categories/``."""
    return "/categories/" if rules.is_old_blog else "/tags/"


def tags_of(listed: Sequence[Placed], rules: SiteRules) -> tuple[Tag, ...]:
    """All tags in the order of their names, case ignored.

    Spellings that differ in case alone are one tag, named as most posts write it (the oldest, when even).

    Args:
        listed: newest first.
    """
    spellings: dict[str, Counter[str]] = {}
    posts: dict[str, dict[str, None]] = {}
    for one in reversed(listed):
        for written in one.document.front.tags:
            name = _GAPS.sub(" ", written).strip()
            if name:
                spellings.setdefault(name.casefold(), Counter())[name] += 1
                posts.setdefault(name.casefold(), {})[one.url] = None
    # Counter keeps insertion order and `most_common` is stable, so the oldest spelling wins a tie.
    named = sorted((key, counts.most_common(1)[0][0]) for key, counts in spellings.items())
    taken: set[str] = set()
    base = tags_url(rules)
    return tuple(_tag(name, _unique(tag_slug(name), taken), base, tuple(reversed(posts[key]))) for key, name in named)


def _tag(name: str, slug: str, base: str, posts: tuple[str, ...]) -> Tag:
    return Tag(name, slug, f"{base}{encoded(slug)}/", posts)


def _unique(slug: str, taken: set[str]) -> str:
    """``C`` and ``C#`` have one slug; the second in order gets ``-2``."""
    slug = slug.encode()[:_LONGEST_SLUG_BYTES].decode(errors="ignore")
    number, unique = 1, slug
    while unique in taken:
        number += 1
        unique = f"{slug}-{number}"
    taken.add(unique)
    return unique

"""Which posts are variants of one notebook, and which page lists them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from generator.formats.plain_values import words_of
from generator.model.site import Post
from generator.site.placed import Placed, lists_variants


@dataclass(frozen=True, slots=True)
class Variants:
    """The variants that get a page.

    Args:
        lists: URL of the page that lists them, by source path.
        urls: their own, by source path, as the author ordered them.
    """

    lists: Mapping[str, str]
    urls: Mapping[str, tuple[str, ...]]

    def told(self, post: Post) -> Post:
        """The post with what it knows of its siblings."""
        document = post.document
        if document.variant is not None:
            variants = document.front.execution.variants
            params = tuple((name, words_of(value)) for one in variants[:1] for name, value in one.params.items())
            return replace(post, params=params, listing=self.lists.get(document.path))
        return replace(post, variants=self.urls.get(document.path, ())) if lists_variants(document) else post


def variants_of(pages: Iterable[Placed]) -> Variants:
    """Who lists whom."""
    lists: dict[str, str] = {}
    variants: dict[str, list[Placed]] = {}
    for one in pages:
        if one.document.variant is not None:
            variants.setdefault(one.path, []).append(one)
        elif lists_variants(one.document):
            lists[one.path] = one.url
    return Variants(
        lists,
        {
            path: tuple(one.url for one in sorted(group, key=lambda one: one.place_in_list))
            for path, group in variants.items()
        },
    )

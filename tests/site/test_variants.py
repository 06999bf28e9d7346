"""One notebook, many posts: where they stand and who lists them."""

from dataclasses import replace
from typing import Any

from generator.model.body import Ref, RefKind
from generator.model.document import Document
from generator.model.front_matter import ExecutionWishes, Visibility
from generator.model.site import Fate, State
from generator.model.variant import Variant
from generator.wording import fate_text
from tests.site.making import document, file_ref, rules, said, site_of

_PATH = "_notebooks/2024-01-02-sales.ipynb"
_FR, _DE = Variant("fr", "Sales: FR", None, {"country": "FR"}), Variant("de", "Sales: DE", None, {"country": "DE"})


def _documents(*variants: Variant, path: str = _PATH, **front: Any) -> list[Document]:
    """The list of a notebook's variants, and each of them."""
    listing = document(path, execution=ExecutionWishes(variants=variants), **front)
    made = (
        replace(
            document(
                path,
                **(front | {"permalink": one.permalink or front.get("permalink"), "title": one.title, "aliases": ()}),
                execution=ExecutionWishes(variants=(one,)),
            ),
            variant=one.name,
        )
        for one in variants
    )
    return [listing, *made]


def test_variants_are_posts_and_their_list_is_a_page() -> None:
    site = site_of(*_documents(_FR, _DE, tags=("sea",)), document("_posts/2024-01-01-a.md"), document("_pages/b.md"))

    assert [(post.url, post.is_post, post.in_feed, post.in_sitemap, post.in_search) for post in site.posts] == [
        ("/posts/sales/fr/", True, True, True, True),
        ("/posts/sales/de/", True, True, True, True),
        ("/posts/a/", True, True, True, True),
        ("/posts/sales/", False, False, True, True),
        ("/b/", False, False, True, True),
    ]
    assert site.listed == ("/posts/sales/fr/", "/posts/sales/de/", "/posts/a/")
    assert site.home[0].posts == site.listed
    assert site.tags[0].posts == ("/posts/sales/fr/", "/posts/sales/de/")
    assert site.nav == (("b", "/b/"),)
    assert [(post.previous, post.next) for post in site.posts[:2]] == [
        ("/posts/sales/de/", None),
        ("/posts/a/", "/posts/sales/fr/"),
    ]
    assert [post.feed_id for post in site.posts[:2]] == [
        "https://example.org/posts/sales/fr/",
        "https://example.org/posts/sales/de/",
    ]


def test_the_list_knows_its_variants_in_the_authors_order_and_they_know_it() -> None:
    by_url = {post.url: post for post in site_of(*_documents(_FR, _DE)).posts}

    listing, french = by_url["/posts/sales/"], by_url["/posts/sales/fr/"]
    assert (listing.variants, listing.listing, listing.params) == (("/posts/sales/fr/", "/posts/sales/de/"), None, ())
    assert (french.variants, french.listing, french.params) == ((), "/posts/sales/", (("country", "FR"),))


def test_a_pattern_gives_the_whole_address_and_the_notebooks_own_gets_the_name_added() -> None:
    variants = (_FR, replace(_DE, permalink="/verkauf/"))

    assert {post.url for post in site_of(*_documents(*variants, permalink="/sales.html")).posts} == {
        "/sales.html",
        "/sales-fr.html",
        "/verkauf/",
    }


def test_a_source_with_variants_has_one_line_of_the_report() -> None:
    site = site_of(*_documents(_FR, _DE, permalink="/sales/"))

    assert site.fates == (Fate(_PATH, State.PUBLISHED, "/sales/", variants=2),)
    assert fate_text(site.fates[0]) == f"{_PATH}: published at /sales/ with 2 variants"
    assert fate_text(replace(site.fates[0], variants=1)) == f"{_PATH}: published at /sales/ with 1 variant"


def test_what_hides_the_notebook_hides_its_variants() -> None:
    unlisted = site_of(*_documents(_FR, visibility=Visibility.UNLISTED))
    draft = site_of(*_documents(_FR, visibility=Visibility.DRAFT))

    assert ([post.in_feed for post in unlisted.posts], unlisted.listed) == ([False, False], ())
    assert draft.posts == ()
    assert draft.fates == (Fate(_PATH, State.DRAFT),)


def test_two_variants_at_one_url_are_both_named_in_one_line() -> None:
    variants = (replace(_FR, permalink="/s/"), replace(_DE, permalink="/s/"))

    assert said(site_of(*_documents(*variants))) == [
        f"{_PATH}: `/s/` is the URL of its variants `de` and `fr` / give each variant its own `permalink:`"
    ]


def test_a_variant_in_the_place_of_its_list_is_said() -> None:
    documents = _documents(replace(_FR, permalink="/s/"), permalink="/s/")

    assert said(site_of(*documents)) == [
        (
            f"{_PATH}: `/s/` is the URL of its variant `fr`, and of the list of them"
            " / give each variant its own `permalink:`"
        )
    ]


def test_a_variant_in_the_place_of_another_source_is_named_with_its_notebook() -> None:
    site = site_of(
        *_documents(replace(_FR, permalink="/a/")), document("_notebooks/2023-01-01-a.ipynb", permalink="/a/")
    )

    assert [problem.problem for problem in site.problems] == [f"`/a/` is also the URL of {_PATH}#fr"]


def test_a_link_to_the_notebook_leads_to_the_list() -> None:
    links = (file_ref(_PATH), Ref(RefKind.POST, "2024-01-02-sales"))
    site = site_of(*_documents(_FR, _DE), document("_posts/a.md", refs=links))

    assert said(site) == []
    assert set(next(post for post in site.posts if post.url == "/posts/a/").links.values()) == {"/posts/sales/"}


def test_old_urls_lead_to_the_list() -> None:
    site = site_of(*_documents(_FR, _DE, aliases=("/old/",)))

    assert site.redirects == {"/old/": "/posts/sales/"}


def test_the_list_stands_in_the_navigation_where_the_author_names_it() -> None:
    site = site_of(*_documents(_FR, title="Sales"), by=rules(header_pages=(_PATH,)))

    assert (site.nav, said(site)) == ((("Sales", "/posts/sales/"),), [])


def test_a_parameter_is_shown_in_words() -> None:
    variant = Variant("x", "X", None, {"a": True, "b": None, "c": [1, 2], "d": 0.5})

    post = site_of(*_documents(variant)).posts[0]

    assert post.params == (("a", "true"), ("b", "none"), ("c", "1, 2"), ("d", "0.5"))


def test_the_order_in_which_documents_come_does_not_matter() -> None:
    documents = _documents(_FR, _DE, Variant("10", "T", None, {"n": 10}))

    assert site_of(*documents) == site_of(*reversed(documents))

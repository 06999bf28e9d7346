"""Pages of a notebook's variants, and the page that lists them."""

from selectolax.lexbor import LexborHTMLParser

from generator.model.site import Post
from tests.render.making import first, made, post, site


def _variant(name: str) -> Post:
    params = (("country", name),)
    return post(f"/sales/{name}/", title=f"Sales <{name}>", variant=name, listing="/sales/", params=params)


_LISTING = post("/sales/", title="Sales", is_post=False, is_listed=False, variants=("/sales/FR/", "/sales/DE/"))


def test_a_variant_says_what_makes_it_and_leads_to_the_list() -> None:
    pages = made(site(_variant("FR"), _LISTING))

    note = first(LexborHTMLParser(pages["sales/FR/index.html"]), ".variant-note")
    assert " ".join(note.text().split()) == "country FR All of Sales"
    assert first(note, "a").attributes["href"] == "/sales/"


def test_the_list_shows_every_variant_with_its_parameters_in_order() -> None:
    pages = made(site(_variant("DE"), _variant("FR"), _LISTING))

    table = first(LexborHTMLParser(pages["sales/index.html"]), ".prose .variants")
    assert [[cell.text() for cell in row.css("th, td")] for row in table.css("tr")] == [
        ["Post", "country"],
        ["Sales <FR>", "FR"],
        ["Sales <DE>", "DE"],
    ]
    assert [link.attributes["href"] for link in table.css("a")] == ["/sales/FR/", "/sales/DE/"]


def test_variants_that_differ_in_different_parameters_share_one_table() -> None:
    second = post("/sales/DE/", title="D", variant="de", params=(("year", "2024"), ("country", "DE")))
    pages = made(site(_variant("FR"), second, _LISTING))

    table = first(LexborHTMLParser(pages["sales/index.html"]), ".variants")
    assert [[cell.text() for cell in row.css("th, td")] for row in table.css("tr")] == [
        ["Post", "country", "year"],
        ["Sales <FR>", "FR", ""],
        ["D", "DE", "2024"],
    ]


def test_a_list_without_variants_and_an_ordinary_post_have_neither() -> None:
    pages = made(site(post("/a/"), post("/b/", is_post=False, variants=("/gone/",))))

    assert all("variant" not in pages[path] for path in ("a/index.html", "b/index.html"))


def test_the_lists_markdown_twin_lists_them_too() -> None:
    pages = made(site(_variant("FR"), post("/sales/DE/", title="[D]", params=(("a", "b"),)), _LISTING))

    assert pages["sales/index.html.md"] == (
        "body\n\n- [Sales <FR>](https://example.org/sales/FR/)\n- [\\[D\\]](https://example.org/sales/DE/)\n"
    )


def test_a_variant_with_another_title_changes_the_list() -> None:
    before, after = (made(site(one, _LISTING)).keys["sales/index.html"] for one in (_variant("FR"), _variant("DE")))

    assert before != after

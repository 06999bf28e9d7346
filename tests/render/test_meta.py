"""What machines read in a page's head."""

import json
from datetime import UTC, datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from generator.model.front_matter import Author
from generator.model.site import HomePage
from generator.render.rules import RenderRules
from tests.render.making import first, made, post, rules, site

OLD = rules(title="Kai's Blog", description="All my notes", baseurl="/blog")


def head(path: str = "a/index.html", by: RenderRules | None = None, **words: Any) -> LexborHTMLParser:
    home = (HomePage(1, "/", "index.html", ("/a/",)), HomePage(2, "/page2/", "page2/index.html", ()))
    return LexborHTMLParser(made(site(post("/a/", **words), home=home), by or OLD)[path])


def meta(tree: LexborHTMLParser) -> dict[str, str]:
    found = {}
    for node in tree.css("meta[property], meta[name^='twitter'], meta[name='description']"):
        found[node.attributes.get("property") or node.attributes["name"] or ""] = node.attributes["content"] or ""
    return found


def title(tree: LexborHTMLParser) -> str:
    return first(tree, "title").text()


def test_titles_are_those_that_old_blogs_published() -> None:
    assert title(head(title="What's new")) == "What’s new | Kai’s Blog"
    assert title(head("index.html")) == "Kai’s Blog | All my notes"
    assert title(head("page2/index.html")) == "Page 2 of 2 for Kai’s Blog | All my notes"
    assert title(head("search/index.html")) == "Search | Kai’s Blog"
    assert title(head("tags/index.html")) == "Tags | Kai’s Blog"


def test_a_blog_without_description_has_a_short_title() -> None:
    assert title(head("index.html", rules(title="Blog", description=""))) == "Blog"


def test_a_post_tells_social_sites_what_it_is() -> None:
    tree = head(
        title="A “b”",
        description="<em>Why</em> &amp; how",
        image="images/x.png",
        image_alt="A plot",
        links={("file", "images/x.png"): "/images/x.png"},
        updated=datetime(2024, 2, 1, tzinfo=UTC),
        by=rules(title="Blog", baseurl="/blog", twitter_username="@mill"),
    )

    assert first(tree, 'link[rel="canonical"]').attributes["href"] == "https://example.org/blog/a/"
    assert meta(tree) == {
        "description": "Why & how",
        "og:title": "A “b”",
        "og:description": "Why & how",
        "og:site_name": "Blog",
        "og:type": "article",
        "og:url": "https://example.org/blog/a/",
        "og:image": "https://example.org/blog/images/x.png",
        "og:image:alt": "A plot",
        "article:published_time": "2024-01-01T09:30:00+00:00",
        "article:modified_time": "2024-02-01T00:00:00+00:00",
        "twitter:card": "summary_large_image",
        "twitter:site": "@mill",
    }


def test_a_site_that_does_not_know_its_address_claims_none() -> None:
    tree = head(image="images/x.png", links={("file", "images/x.png"): "/images/x.png"}, by=rules(address=""))

    assert tree.css('link[rel="canonical"]') == []
    assert {name for name in meta(tree) if "url" in name or "image" in name} == set()


def test_a_picture_on_another_site_is_used_as_it_is() -> None:
    tree = head(image="https://x.org/a.png?b=1&c=2", by=rules(address=""))

    assert meta(tree)["og:image"] == "https://x.org/a.png?b=1&c=2"


def test_a_picture_that_is_no_file_of_the_blog_is_left_out() -> None:
    assert "og:image" not in meta(head(image="images/no.png"))


def test_a_post_describes_itself_as_linked_data() -> None:
    tree = head(title="A </script> & B", tags=("x",), authors=(Author("Mira"),), lang="de")

    assert json.loads(first(tree, 'script[type="application/ld+json"]').text()) == {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": "A </script> & B",
        "description": "All my notes",
        "url": "https://example.org/blog/a/",
        "mainEntityOfPage": {"@type": "WebPage", "@id": "https://example.org/blog/a/"},
        "datePublished": "2024-01-01T09:30:00+00:00",
        "dateModified": "2024-01-01T09:30:00+00:00",
        "author": [{"@type": "Person", "name": "Mira"}],
        "keywords": ["x"],
        "inLanguage": "de",
    }


def test_pages_of_a_list_name_their_neighbours() -> None:
    tree = head("page2/index.html")

    assert first(tree, 'link[rel="prev"]').attributes["href"] == "/blog/"
    assert tree.css('link[rel="next"]') == []

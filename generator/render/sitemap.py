"""The sitemap and robots.txt: what search engines may find."""

from functools import partial

from generator.model.output import OutputFile
from generator.model.site import Site, State
from generator.render.frame import Frame
from generator.render.links import in_the_open
from generator.render.meta import iso
from generator.render.views import SitemapEntryView, SitemapView


def sitemap_file(frame: Frame) -> OutputFile:
    """Every page that is meant to be found, with the time of its last change."""
    pages = _pages(frame)
    return OutputFile("sitemap.xml", frame.key("sitemap", pages), partial(_sitemap, pages, frame))


def robots_file(frame: Frame) -> OutputFile:
    """Everything may be read; the sitemap is named when the site knows its address."""
    base = in_the_open(frame.rules)
    lines = ["User-agent: *", "Allow: /"]
    if base.address:
        lines.append(f"Sitemap: {base.href('/sitemap.xml')}")
    content = ("\n".join(lines) + "\n").encode()
    return OutputFile("robots.txt", frame.key("robots", content), partial(bytes, content))


def _pages(frame: Frame) -> tuple[tuple[str, str], ...]:
    site = frame.site
    documents = [(post.url, iso(post.updated or post.date)) for post in site.posts if post.in_sitemap]
    lists = [(url, "") for url in _list_urls(site)]
    # A document may stand where a list would.
    return tuple(dict(reversed([*documents, *lists])).items())[::-1]


def _list_urls(site: Site) -> list[str]:
    published = {post.url for post in site.posts if post.state is State.PUBLISHED}
    # A tag that drafts alone have is nothing to be found, though a preview shows it.
    tags = [tag.url for tag in site.tags if not published.isdisjoint(tag.posts)]
    return [*(page.url for page in site.home), *([site.tags_url] if tags else []), *tags]


def _sitemap(pages: tuple[tuple[str, str], ...], frame: Frame) -> bytes:
    base = in_the_open(frame.rules)
    view = SitemapView(tuple(SitemapEntryView(base.href(url), modified) for url, modified in pages))
    return frame.render("sitemap.xml", view)

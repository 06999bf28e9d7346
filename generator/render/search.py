"""Search: one file of records, and a page that looks through it in the reader's browser."""

import json
from collections.abc import Sequence
from functools import partial

from generator.formats.names import safe_output_path
from generator.model.output import OutputFile
from generator.model.site import Post
from generator.render.dates import format_date
from generator.render.frame import Frame
from generator.render.links import in_the_open
from generator.render.meta import head_of
from generator.render.views import SearchView

# Where fastpages kept it, and where other programs may look for it.
DATA_PATH = "assets/js/search-data.json"


def search_files(frame: Frame) -> list[OutputFile]:
    """The page and its records."""
    posts = [post for post in frame.site.posts if post.in_search]
    facts = [(post.url, post.date, frame.directory.titles[post.url], post.document.body) for post in posts]
    data = OutputFile(DATA_PATH, frame.key("search-data", facts), partial(search_data, posts, frame))
    page_path = safe_output_path(frame.site.search_url)
    return [data, OutputFile(page_path, frame.key("search"), partial(_search_page, frame))]


def search_data(posts: Sequence[Post], frame: Frame) -> bytes:
    """Records in the shape fastpages wrote: numbered posts, then numbered pages."""
    records = {}
    numbers = {"post": 0, "page": 0}
    for post in posts:
        kind = "post" if post.is_post else "page"
        records[f"{kind}{numbers[kind]}"] = _record(post, frame)
        numbers[kind] += 1
    return json.dumps(records, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _record(post: Post, frame: Frame) -> dict[str, str]:
    record = {
        "title": frame.directory.titles[post.url],
        "content": " ".join(frame.bodies(post.document.body).text.split()),
        "url": in_the_open(frame.rules).href(post.url),
        "relUrl": post.url,
    }
    if post.date and post.is_post:
        record["date"] = format_date(post.date, frame.rules.date_format)
    return record


def _search_page(frame: Frame) -> bytes:
    site, base = frame.site, frame.base
    view = SearchView(
        chrome=frame.chrome(site.search_url),
        head=head_of(frame.rules, site.search_url, "Search", ""),
        base_path=base.prefix,
        data_href=base.href("/" + DATA_PATH),
        action_href=base.href(site.search_url),
        script_href=base.href("/" + frame.assets.search_script),
        script_digest=frame.digest_of(frame.assets.search_source),
        tags_href=base.href(site.tags_url) if site.tags else "",
        home_href=base.href("/"),
    )
    return frame.render("search.html", view)

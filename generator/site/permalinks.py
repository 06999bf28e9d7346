"""Where a document is published: Jekyll's permalinks, built-in names and templates."""

import difflib
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from urllib.parse import quote

from generator.location import Location
from generator.model.document import Document
from generator.model.problem import Problem, error
from generator.model.site import SiteRules
from generator.model.source import Shelf
from generator.site.names import raw_slug_of, title_slug_of, without_ending
from generator.site.placed import is_post
from generator.site.slugs import plain_slug, pretty_slug

# Source: Jekyll's documentation, "Permalinks", "Built-in formats".
_BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "date": "/:categories/:year/:month/:day/:title:output_ext",
        "pretty": "/:categories/:year/:month/:day/:title/",
        "ordinal": "/:categories/:year/:y_day/:title:output_ext",
        "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
        "none": "/:categories/:title:output_ext",
    }
)
# RFC 3986's path characters, so that URLs come out as Jekyll wrote them.
_URL_SAFE = "/-._~!$&'()*+,;=:@"
_PLAIN = re.compile(r"[A-Za-z0-9/._~-]*\Z")
_WORD = re.compile(":([a-z_]+)")
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_SLASHES = re.compile("//+")
# English, whatever the machine's language: URLs must not depend on it.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Naming:
    """What the words of a permalink template are made of.

    Args:
        stem: see names.py.
        date: in the site's timezone; its words are empty when there is none.
    """

    document: Document
    stem: str
    date: datetime | None
    is_old_blog: bool


def url_of(naming: Naming, rules: SiteRules) -> tuple[str, tuple[Problem, ...]]:
    """The site path of a document, percent-encoded, beginning with ``/``; and what is wrong with it."""
    document = naming.document
    own = document.front.permalink
    template = own or (_post_template(rules.permalink) if is_post(document) else _page_template(document, rules))
    unknown: list[str] = []
    url = _sanitised(_filled(template, naming, unknown))
    if not _is_of_variant_alone(document):
        url = _with_variant(url, document.variant)
    if not unknown:
        return url, ()
    at = Location(document.path) if own else Location("_config.yml")
    return url, tuple(_unknown_word(word, at) for word in dict.fromkeys(unknown))


def encoded(path: str) -> str:
    """A path as it stands in a URL; percent signs that already encode something are kept."""
    return (
        path if _PLAIN.match(path) else quote(_STRAY_PERCENT.sub("%25", path), safe=_URL_SAFE + "%", errors="replace")
    )


def quoted(path: str) -> str:
    """A file's path as it stands in a URL, taken literally."""
    return path if _PLAIN.match(path) else quote(path, safe=_URL_SAFE, errors="replace")


def uses_date(naming: Naming, rules: SiteRules) -> bool:
    """Whether the URL changes with the date."""
    template = naming.document.front.permalink or (_post_template(rules.permalink) if is_post(naming.document) else "")
    return any(word.rstrip("_") in _DATE_WORDS for word in _WORD.findall(template))


def _is_of_variant_alone(document: Document) -> bool:
    """Whether the author gave this variant, or a pattern gave it, an address of its own."""
    variants = document.front.execution.variants
    return document.variant is not None and bool(variants) and variants[0].permalink is not None


def _post_template(permalink: str) -> str:
    return _BUILT_IN.get(permalink, permalink)


def _page_template(document: Document, rules: SiteRules) -> str:
    name = posixpath.basename(without_ending(document.path))
    if name == "404":
        return "/404.html"
    return "/:path/" if name == "index" else "/:path/:basename" + _page_ending(rules.permalink)


def _page_ending(permalink: str) -> str:
    """What Jekyll adds to a page's path, by the posts' permalink."""
    if permalink == "pretty" or permalink.endswith("/"):
        return "/"
    return ":output_ext" if permalink in ("date", "ordinal", "none") or permalink.endswith(":output_ext") else ""


def _filled(template: str, naming: Naming, unknown: list[str]) -> str:
    pieces = _WORD.split(template)
    for index in range(1, len(pieces), 2):
        word, rest = pieces[index], ""
        if word not in _WORDS and word.endswith("_"):
            # `:year_:month`: the underscore may belong to the template.
            word, rest = word[:-1], "_"
        make = _WORDS.get(word)
        if make is None:
            unknown.append(pieces[index])
            pieces[index] = encoded(":" + pieces[index])
        else:
            pieces[index] = quoted(make(naming)) + rest
    for index in range(0, len(pieces), 2):
        pieces[index] = encoded(pieces[index])
    return "".join(pieces)


def _sanitised(url: str) -> str:
    """As Jekyll does it, for the sake of old URLs: two dots are a slash, a dot before a slash goes with it."""
    return _SLASHES.sub("/", "/" + url.replace("..", "/").replace("./", ""))


def _with_variant(url: str, variant: str | None) -> str:
    if variant is None:
        return url
    slug = quoted(pretty_slug(variant) or "variant")
    if url.endswith("/"):
        return f"{url}{slug}/"
    stem, dot, ending = url.rpartition(".html")
    return f"{stem}-{slug}{dot}" if dot and not ending else f"{url}-{slug}"


def _unknown_word(word: str, at: Location) -> Problem:
    near = difflib.get_close_matches(word, _WORDS, n=1)
    mend = f"write `:{near[0]}`" if near else "use words such as `:categories`, `:year`, `:month`, `:day`, `:title`"
    return error("unknown-permalink-word", f"`permalink:` has the unknown word `:{word}`", at, mend)


def _categories(naming: Naming) -> tuple[str, ...]:
    """In order, without repeats: folders above ``_posts``, then front matter's."""
    document = naming.document
    above: tuple[str, ...] = ()
    if document.shelf in (Shelf.POSTS, Shelf.DRAFTS):
        above = tuple(part for part in document.shelf_path.split("/")[:-1] if part)
    return above + document.front.categories


def _categories_path(naming: Naming) -> str:
    return "/".join(dict.fromkeys(category.lower() for category in _categories(naming)))


def _slugified_categories(naming: Naming) -> str:
    return "/".join(dict.fromkeys(plain_slug(category) for category in _categories(naming)))


def _title(naming: Naming) -> str:
    if is_post(naming.document) or naming.document.front.slug:
        return title_slug_of(naming.document, naming.stem, is_old_blog=naming.is_old_blog)
    return _basename(naming)


def _slug(naming: Naming) -> str:
    raw = raw_slug_of(naming.document, naming.stem, is_old_blog=naming.is_old_blog)
    return plain_slug(raw) or plain_slug(naming.stem) or _title(naming)


def _basename(naming: Naming) -> str:
    if is_post(naming.document):
        return naming.stem
    name = posixpath.basename(without_ending(naming.document.path))
    if naming.is_old_blog:
        return name
    return title_slug_of(naming.document, naming.stem, is_old_blog=False)


def _path(naming: Naming) -> str:
    """Of a post: its path below the shelf, without ending; of a page: its folder."""
    document = naming.document
    inside = document.path[len(document.shelf_path) :].lstrip("/")
    if is_post(document):
        return without_ending(inside).rstrip(".")
    # Old blogs published `_pages/x.html`; a new site's pages stand at its root.
    return posixpath.dirname(document.path if naming.is_old_blog else inside)


def _dated(write: Callable[[datetime], str]) -> Callable[[Naming], str]:
    return lambda naming: "" if naming.date is None else write(naming.date)


_DATE_WORDS: Mapping[str, Callable[[Naming], str]] = MappingProxyType(
    {
        "year": _dated(lambda d: f"{d.year:04}"),
        "short_year": _dated(lambda d: f"{d.year % 100:02}"),
        "month": _dated(lambda d: f"{d.month:02}"),
        "i_month": _dated(lambda d: str(d.month)),
        "short_month": _dated(lambda d: _MONTHS[d.month - 1][:3]),
        "long_month": _dated(lambda d: _MONTHS[d.month - 1]),
        "day": _dated(lambda d: f"{d.day:02}"),
        "i_day": _dated(lambda d: str(d.day)),
        "y_day": _dated(lambda d: f"{d.timetuple().tm_yday:03}"),
        "w_year": _dated(lambda d: f"{d.isocalendar().year:04}"),
        "week": _dated(lambda d: f"{d.isocalendar().week:02}"),
        "w_day": _dated(lambda d: str(d.isoweekday())),
        "short_day": _dated(lambda d: _DAYS[d.weekday()][:3]),
        "long_day": _dated(lambda d: _DAYS[d.weekday()]),
        "hour": _dated(lambda d: f"{d.hour:02}"),
        "minute": _dated(lambda d: f"{d.minute:02}"),
        "second": _dated(lambda d: f"{d.second:02}"),
    }
)
_WORDS: Mapping[str, Callable[[Naming], str]] = MappingProxyType(
    {
        **_DATE_WORDS,
        "categories": _categories_path,
        "slugified_categories": _slugified_categories,
        "title": _title,
        "slug": _slug,
        "name": lambda naming: plain_slug(naming.stem),
        "basename": _basename,
        "path": _path,
        "collection": lambda naming: "posts" if is_post(naming.document) else "pages",
        "output_ext": lambda _naming: ".html",
    }
)

"""Every tool's name for a key, and the one it has here."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from generator.readers.front_matter_entries import Entries, Entry, entries_of

_ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "title": ("title",),
        "subtitle": ("subtitle",),
        "description": ("description", "summary", "excerpt", "abstract"),
        "date": ("date", "created", "pubdate", "publishdate", "publish_date", "date_created"),
        "updated": (
            "updated", "date_modified", "lastmod", "last_modified_at", "modified", "modified_date", "updateddate",
            "date_updated", "last_updated",
        ),
        "expires": ("expires", "expirydate", "expiry_date", "unpublishdate", "expires_at"),
        "categories": ("categories",),
        "category": ("category",),
        "tags": ("tags", "tag"),
        "keywords": ("keywords", "keyword"),
        "authors": ("authors", "author"),
        "image": ("image", "thumbnail", "cover", "og_image", "preview_image", "images", "featured_image"),
        "image_alt": ("image_alt", "thumbnail_alt", "cover_alt"),
        "draft": ("draft",),
        "unlisted": ("unlisted", "hide", "hidden"),
        "listed": ("listed",),
        "status": ("status",),
        "pin": ("pin", "sticky_rank", "weight", "featured", "pinned", "sticky"),
        "search": ("search",),
        "search_exclude": ("search_exclude",),
        "sitemap": ("sitemap",),
        "toc": ("toc",),
        "toc_depth": ("toc_depth", "toc_max", "toc_max_heading_level", "toc_maxdepth"),
        "layout": ("layout",),
        "permalink": ("permalink", "url"),
        "slug": ("slug",),
        "aliases": ("aliases", "redirect_from", "alias"),
        "redirect_to": ("redirect_to",),
        "comments": ("comments",),
        "badges": ("badges",),
        "hide_github_badge": ("hide_github_badge",),
        "hide_colab_badge": ("hide_colab_badge",),
        "hide_binder_badge": ("hide_binder_badge",),
        "hide_deepnote_badge": ("hide_deepnote_badge",),
        "hide_kaggle_badge": ("hide_kaggle_badge",),
        "branch": ("branch",),
        "math": ("math", "use_math", "mathjax", "katex", "html_math_method", "has_math"),
        "lang": ("lang", "language", "locale"),
        "series": ("series",),
        "series_part": ("series_part", "series_order", "part"),
        "license": ("license",),
        "doi": ("doi",),
        "bibliography": ("bibliography",),
        "fold": ("code_fold",),
        "code_summary": ("code_summary",),
        "line_numbers": ("code_line_numbers",),
        "echo": ("echo",),
        "show_output": ("output",),
        "show_warnings": ("warning",),
        "errors": ("error", "allow_errors", "execution_allow_errors", "nb_execution_allow_errors"),
        "raises": ("execution_raise_on_error", "nb_execution_raise_on_error"),
        "eval": ("eval",),
        "execute": ("execute",),
        "skip_execution": ("skip_execution", "skip_exec"),
        "execution_mode": ("execution_mode", "nb_execution_mode", "execute_notebooks"),
        "params": ("params", "parameters"),
        "timeout": ("timeout", "execution_timeout", "nb_execution_timeout"),
        "notebook_timeout": ("notebook_timeout",),
        "on_error": ("on_error",),
        "kernel": ("kernel", "jupyter", "kernelspec"),
        "data": ("data",),
        "refresh": ("refresh", "schedule"),
        "timezone": ("timezone",),
        "environment": ("environment",),
        "resources": ("resources",),
        "disable_after": ("disable_after",),
        "variants": ("variants",),
        "leaderboard": ("leaderboard",),
    }
)  # fmt: skip
"""The name here → every name for it, the one that wins first."""

_CANONICAL: Mapping[str, str] = MappingProxyType(
    {alias: name for name, aliases in _ALIASES.items() for alias in aliases}
)
# Understood elsewhere, or by tools that are not here; nobody needs to hear of them, and they are not `page.extra`.
_QUIET = frozenset({
    "format", "engine", "output_file", "mystnb", "jupytext", "toc_location", "toc_title", "toc_min", "code_tools",
    "code_overflow", "code_copy", "code_link", "freeze", "cache", "daemon", "published", "execute_notebooks",
    "language_info", "nikola", "pelican", "frontmatter", "front_matter", "enabled",
})  # fmt: skip
SUGGESTED = (
    "title", "subtitle", "description", "summary", "date", "updated", "expires", "categories", "category", "tags",
    "keywords", "author", "authors", "image", "image-alt", "draft", "published", "unlisted", "hide", "sticky_rank",
    "search_exclude", "sitemap", "toc", "toc-depth", "layout", "permalink", "slug", "aliases", "redirect_from",
    "redirect_to", "comments", "badges", "hide_github_badge", "hide_colab_badge", "hide_binder_badge",
    "hide_deepnote_badge", "branch", "use_math", "series", "series-order", "license", "bibliography", "code-fold",
    "code-summary", "execute", "params", "timeout", "on_error", "kernel", "refresh", "timezone", "environment",
    "resources", "disable_after", "variants", "leaderboard",
)  # fmt: skip
"""What a mistyped key may have meant."""


def is_known(key: str) -> bool:
    """Whether a key, in normal spelling, means something here."""
    return key in _CANONICAL or key in _QUIET


def canonical(entries: Entries) -> tuple[dict[str, Entry], dict[str, Entry]]:
    """Entries by their name here, and those nobody claims by the name the author gave them.

    Where one document gives a thing two names, the first of ``_ALIASES`` that says something wins.
    """
    spread = _spread(entries)
    known: dict[str, Entry] = {}
    for name, aliases in _ALIASES.items():
        for alias in aliases:
            entry = spread.get(alias)
            if entry is not None and entry.value is not None:
                known[name] = entry
                break
    extra = {entry.key: entry for key, entry in spread.items() if not is_known(key)}
    return known, extra


def _spread(entries: Entries) -> dict[str, Entry]:
    """Entries with those maps taken apart in which other tools keep what is one key here."""
    plain: dict[str, Entry] = {}
    parts: dict[str, Entry] = {}
    for key, entry in entries.items():
        taken_apart = _PARTS.get(key)
        found = None if taken_apart is None else taken_apart(entry)
        if found is None:
            plain[key] = entry
        else:
            for name, part in found.items():
                parts.setdefault(name, part)
    # What stands at the top says it plainly, and wins.
    return {**parts, **plain}


def _of_map(entry: Entry) -> dict[str, Entry] | None:
    return entries_of(entry.value, entry.at) if isinstance(entry.value, dict) else None


def _renamed(names: Mapping[str, str]) -> Callable[[Entry], dict[str, Entry] | None]:
    """Takes a map apart; keys it does not name are lost with it."""

    def take(entry: Entry) -> dict[str, Entry] | None:
        inner = _of_map(entry)
        if inner is None:
            return None
        found: dict[str, Entry] = {}
        for key, name in names.items():
            if key in inner and inner[key].value is not None:
                found.setdefault(name, inner[key])
        return found

    return take


_IMAGE_MAP = _renamed(
    {"path": "image", "src": "image", "url": "image", "feature": "image", "image": "image", "alt": "image_alt"}
)


def _image(entry: Entry) -> dict[str, Entry] | None:
    if isinstance(entry.value, list):
        return {"image": Entry(entry.key, entry.value[0] if entry.value else None, entry.at)}
    return _IMAGE_MAP(entry)


def _published(entry: Entry) -> dict[str, Entry] | None:
    if isinstance(entry.value, bool):
        return {"draft": Entry(entry.key, not entry.value, entry.at)}
    return {"date_created": entry} if entry.value is not None else {}


def _hide(entry: Entry) -> dict[str, Entry] | None:
    """Material's ``hide: [toc, navigation]`` hides parts of the page, not the page."""
    if not isinstance(entry.value, list):
        return None
    return {"toc": Entry(entry.key, False, entry.at)} if "toc" in entry.value else {}


def _execute(entry: Entry) -> dict[str, Entry] | None:
    inner = _of_map(entry)
    if inner is None:
        return None
    limits = inner.pop("timeout", None)
    inner |= {} if limits is None else (_timeout(limits) or {"timeout": limits})
    enabled = inner.pop("enabled", None)
    return {**inner, "execute": enabled} if enabled is not None else inner


def _format(entry: Entry) -> dict[str, Entry] | None:
    inner = _of_map(entry)
    html = None if inner is None else inner.get("html")
    return {} if html is None else (_of_map(html) or {})


def _mystnb(entry: Entry) -> dict[str, Entry] | None:
    found = _renamed({
        "execution_mode": "execution_mode",
        "execution_timeout": "execution_timeout",
        "execution_allow_errors": "error",
        "execution_raise_on_error": "execution_raise_on_error",
    })(entry)  # fmt: skip
    return found or {}


def _toc(entry: Entry) -> dict[str, Entry] | None:
    if not isinstance(entry.value, dict):
        return None
    found = _renamed({"depth": "toc_depth", "max": "toc_depth", "max_level": "toc_depth"})(entry) or {}
    is_shown = entry.value.get("enabled", entry.value.get("show", True))
    return {**found, "toc": Entry(entry.key, is_shown, entry.at)}


def _kernel(entry: Entry) -> dict[str, Entry] | None:
    spec: Any = entry.value
    while isinstance(spec, dict):
        spec = spec.get("kernelspec", spec.get("name"))
    return {"kernel": Entry(entry.key, spec if isinstance(spec, str) else None, entry.at)}


def _url(entry: Entry) -> dict[str, Entry] | None:
    """Hugo's ``url:`` is a path; an address is a link of the author's own."""
    is_path = isinstance(entry.value, str) and entry.value.startswith("/")
    return {"permalink": entry} if is_path else {"page_url": entry}


def _lang(entry: Entry) -> dict[str, Entry] | None:
    """``language: python`` is about code."""
    text = entry.value.partition(".")[0].replace("_", "-") if isinstance(entry.value, str) else ""
    first = text.partition("-")[0]
    is_tag = len(first) in (2, 3) and text.replace("-", "").isalnum() and text.isascii()
    return {"lang": Entry(entry.key, text, entry.at)} if is_tag else {"page_language": entry}


def _timeout(entry: Entry) -> dict[str, Entry] | None:
    return _renamed({"cell": "timeout", "notebook": "notebook_timeout"})(entry)


_PARTS: Mapping[str, Callable[[Entry], dict[str, Entry] | None]] = MappingProxyType(
    {
        "date": _renamed({"created": "date", "updated": "updated"}),
        "published": _published,
        "hide": _hide,
        "execute": _execute,
        "format": _format,
        "mystnb": _mystnb,
        "header": _renamed({"image": "image", "og_image": "og_image", "teaser": "og_image"}),
        "image": _image,
        "images": _image,
        "cover": _image,
        "search": _renamed({"exclude": "search_exclude"}),
        "toc": _toc,
        "series": _renamed({"name": "series", "title": "series", "part": "part", "order": "part"}),
        "jupyter": _kernel,
        "kernelspec": _kernel,
        "url": _url,
        "language": _lang,
        "locale": _lang,
        "timeout": _timeout,
    }
)

"""Liquid's filters that make sense inside one document."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote, quote_plus

from generator.markup.tokens import BASE_MARK, OPEN

_TAG = re.compile(r"<[^>]*>")


def apply_filter(name: str, value: Any, arguments: Sequence[Any]) -> Any:
    """The filtered value; None for a filter that is not known, or that cannot take this value."""
    if name in ("relative_url", "absolute_url"):
        return _site_url(str(value))
    if name in ("first", "last", "join", "size", "sort", "uniq", "reverse"):
        return _of_list(name, value, arguments)
    if name == "date":
        return _dated(value, str(arguments[0]) if arguments else "")
    if name == "default":
        return value if value not in ("", False, []) else (arguments[0] if arguments else "")
    text = value if isinstance(value, str) else str(value)
    if name in ("append", "prepend", "replace", "remove", "truncate", "split"):
        return _with_argument(name, text, [str(argument) for argument in arguments])
    return _of_text(name, text)


def _site_url(path: str) -> str:
    """A path of this site; a whole URL stays what it is."""
    if "://" in path or path.startswith((OPEN, "#", "mailto:")):
        return path
    return f"{BASE_MARK}/{path.lstrip('/')}"


def _of_text(name: str, text: str) -> str | None:
    match name:
        case "escape" | "escape_once" | "xml_escape" | "markdownify" | "smartify" | "newline_to_br" | "jsonify":
            # Values are escaped where they are shown.
            return text
        case "downcase":
            return text.lower()
        case "upcase":
            return text.upper()
        case "capitalize":
            return text[:1].upper() + text[1:]
        case "strip" | "normalize_whitespace":
            return text.strip()
        case "lstrip":
            return text.lstrip()
        case "rstrip":
            return text.rstrip()
        case "strip_html":
            return _TAG.sub("", text)
        case "strip_newlines":
            return text.replace("\n", "")
        case "slugify":
            return "-".join(re.findall(r"\w+", text.lower()))
        case "url_encode" | "cgi_escape":
            return quote_plus(text)
        case "uri_escape":
            return quote(text, safe="/:?#[]@!$&'()*+,;=%")
    return None


def _with_argument(name: str, text: str, arguments: Sequence[str]) -> Any:
    if not arguments:
        return None
    first = arguments[0]
    match name:
        case "append":
            return text + first
        case "prepend":
            return first + text
        case "remove":
            return text.replace(first, "")
        case "replace":
            return text.replace(first, arguments[1]) if len(arguments) > 1 and first else None
        case "split":
            return text.split(first) if first else list(text)
        case "truncate" if first.isdigit():
            length = int(first)
            return text if len(text) <= length else text[: max(0, length - 3)] + "..."
    return None


def _of_list(name: str, value: Any, arguments: Sequence[Any]) -> Any:
    if name == "size":
        return len(value) if isinstance(value, (str, list, tuple)) else None
    if not isinstance(value, (list, tuple)):
        return None
    match name:
        case "first":
            return value[0] if value else ""
        case "last":
            return value[-1] if value else ""
        case "join":
            return (str(arguments[0]) if arguments else " ").join(map(str, value))
        case "sort":
            return sorted(value, key=str)
        case "uniq":
            return list(dict.fromkeys(map(str, value)))
    return list(reversed(value))


def _dated(value: Any, form: str) -> str | None:
    if not isinstance(value, date) or not form:
        return None
    # Ruby's `%-d` is no format of every C library.
    form = form.replace("%-d", str(value.day)).replace("%-m", str(value.month)).replace("%e", f"{value.day:2d}")
    try:
        return value.strftime(form)
    except ValueError:
        return None

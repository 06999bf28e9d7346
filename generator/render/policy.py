"""What a browser may do on pages of people we do not know: a content security policy, as a page says it itself."""

import re
from collections.abc import Iterable, Mapping
from itertools import chain

from generator.markup.sealed_frames import source_of

# Scripts with attributes are files or data; those of ours that stand in a page hold no value of any page.
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_NOTHING = ("default-src 'none'", "object-src 'none'", "frame-src 'none'", "base-uri 'none'", "form-action 'none'")


def inline_scripts(templates: Mapping[str, str]) -> tuple[str, ...]:
    """Sources of a policy for the scripts that stand in our own templates."""
    found = (script for _, text in sorted(templates.items()) for script in _INLINE_SCRIPT.findall(text))
    return tuple(dict.fromkeys(source_of(script.encode()) for script in found))


def page_policy(own: Iterable[str], inside_frames: Iterable[str], *, connects: bool) -> str:
    """The policy of one page.

    Not even `self` may give scripts: a host of many projects serves files of others, too.

    Args:
        own: sources for our scripts; those of files only hold where the page names their digest as well.
        inside_frames: sources for what runs in the sandboxes of this page; see ``markup/sealed_frames.py``.
        connects: the page's own script fetches the records of search.
    """
    scripts = " ".join(dict.fromkeys(chain(own, inside_frames))) or "'none'"
    said = (
        *_NOTHING,
        f"script-src {scripts}",
        # The font of formulas is named in a style element, and columns of tables in style attributes.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        *(["connect-src 'self'"] if connects else []),
    )
    return "; ".join(said)


def still_policy() -> str:
    """The policy of a page that does nothing: it leads elsewhere, or is words alone."""
    return "; ".join(_NOTHING)

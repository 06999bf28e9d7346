"""HTML with scripts of somebody we do not know → a document of its own in a sandbox, which reaches nothing.

A document in ``srcdoc`` is bound by the policy of the page around it as well as by its own, so the page has to name
each script that may run inside. Every such script therefore begins with a guard of ours: outside of a sandbox
(where ``origin`` is no address) it ends before its first line, wherever somebody may have put it.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from urllib.parse import urlsplit

from generator.model.body import without_reserved

MOST_FRAMES = 40
"""Of one document; each is a document of its own to a browser."""
_MOST_CHARACTERS = 8_000_000
_HEIGHT_PX = 540
_OPEN, _CLOSE = "\ue0f0", "\ue0f2"
_MARK = re.compile(f"{_OPEN}apart([0-9]+){_CLOSE}")
_FRAME = re.compile(r'<iframe class="apart"[^<>]*></iframe>')
# WebRTC is not bound by any policy that browsers know of.
_GUARD = 'if(self.origin!=="null")throw 0;delete self.RTCPeerConnection;delete self.webkitRTCPeerConnection;'
_SCRIPT = re.compile(
    r"""<script(?=[\s/>])(?P<attributes>(?:[^>"']++|"[^"]*+"|'[^']*+')*+)>(?P<code>.*?)</script(?=[\s/>])[^>]*>""",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*=\s*(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>]++)))?""")
_HAS_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
# What HTML calls a JavaScript MIME type; of any other type a script is data.
_JAVASCRIPT = re.compile(r"(?:text|application)/(?:x-)?(?:java|ecma|j|live)script(?:1\.[0-5])?", re.IGNORECASE)
# Addresses a script loads code from; a namespace or a link in its text is none.
_LOADED = re.compile(r"""["'](?:https?:)?//([\w.-]+\.[a-z]{2,})(?::\d+)?/[^"'\s]*?(?:\.m?js\b|/npm/)""", re.IGNORECASE)
# A library pasted in whole names many addresses, and loads nothing.
_SEARCHED_FOR_HOSTS = 100_000
_STYLE = "html{background:#fff;color:#1c2329;font:1rem/1.5 sans-serif}body{margin:.5rem}"


@dataclass(frozen=True, slots=True)
class Apart:
    """A document in a sandbox.

    Args:
        frame: the whole ``iframe``.
        scripts: sources of a content security policy (``'sha256-…'``), one for each script inside.
    """

    frame: str
    scripts: tuple[str, ...]


def has_scripts(html: str) -> bool:
    """Whether there is anything that only a sandbox may hold."""
    return _HAS_SCRIPT.search(html) is not None


def hosts_of_code(html: str) -> tuple[str, ...]:
    """Where the scripts would load code from, sorted; empty strings for files of no host.

    >>> hosts_of_code('<script src="https://cdn.plot.ly/plotly.min.js"></script>')
    ('cdn.plot.ly',)
    """
    hosts: set[str] = set()
    for script in _SCRIPT.finditer(html):
        attributes = _attributes(script["attributes"])
        if _type_of(attributes) is None:
            continue
        if "src" in attributes:
            hosts.add(_host(attributes["src"]))
        elif len(script["code"]) <= _SEARCHED_FOR_HOSTS:
            hosts.update(host.lower() for host in _LOADED.findall(script["code"]))
    return tuple(sorted(hosts))


def set_apart(html: str, title: str) -> Apart | None:
    """The HTML in a sandbox of its own; None for one that is too large.

    Args:
        html: without what it would load from elsewhere: nothing is fetched inside.
        title: what the frame is called by those who cannot see it.
    """
    if len(html) > _MOST_CHARACTERS:
        return None
    scripts: list[str] = []

    def guarded(match: re.Match[str]) -> str:
        attributes = _attributes(match["attributes"])
        kind = _type_of(attributes)
        if kind is None:
            return match[0]
        if "src" in attributes:
            return ""
        code = _GUARD + match["code"]
        scripts.append(source_of(code.encode()))
        return f'<script type="{kind}">{code}</script>' if kind else f"<script>{code}</script>"

    body = _SCRIPT.sub(guarded, _as_parsed(html))
    allowed = tuple(dict.fromkeys(scripts))
    document = (
        f'<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="{_policy(allowed)}">'
        f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>'
    )
    frame = (
        f'<iframe class="apart" sandbox="allow-scripts" title="{escape(title)}" height="{_HEIGHT_PX}" loading="lazy" '
        f'srcdoc="{escape(document)}"></iframe>'
    )
    return Apart(frame, allowed)


def source_of(script: bytes) -> str:
    """The source of a content security policy that allows this very script."""
    return f"'sha256-{b64encode(sha256(script).digest()).decode()}'"


def mark_of(number: int) -> str:
    """What stands for the document of this number, from 0, while the page around it is cleaned."""
    return f"{_OPEN}apart{number}{_CLOSE}"


def with_frames(html: str, apart: Sequence[Apart]) -> tuple[str, list[Apart]]:
    """The HTML with its marks replaced, and what they stood for; a mark that stands for nothing goes."""
    used: list[Apart] = []

    def one(match: re.Match[str]) -> str:
        number = int(match[1][:6])
        if number >= len(apart):
            return ""
        used.append(apart[number])
        return apart[number].frame

    return _MARK.sub(one, html), used


def without_frames(html: str) -> str:
    """The HTML without documents in a sandbox, for readers that know no sandbox."""
    return _FRAME.sub("", html)


def _as_parsed(html: str) -> str:
    """As a browser's parser sees it, so that it finds the very bytes that were allowed."""
    text = without_reserved(html).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")
    return text.encode("utf-8", "replace").decode()


def _attributes(written: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(written):
        found.setdefault(name.lower(), double or single or bare)
    return found


def _type_of(attributes: dict[str, str]) -> str | None:
    """``""`` for a script, ``module`` for a module, None for data."""
    said = attributes.get("type", "").strip()
    if said.lower() == "module":
        return "module"
    return "" if not said or _JAVASCRIPT.fullmatch(said) else None


def _host(url: str) -> str:
    try:
        return (urlsplit(url.strip()).hostname or "").lower()
    except ValueError:
        return ""


def _policy(scripts: Sequence[str]) -> str:
    allowed = " ".join(scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )

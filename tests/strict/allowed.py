"""What pages of the strict profile may hold: told here once more, so that a slip in the engine's own list shows."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import unescape
from xml.etree import ElementTree as ET

from selectolax.lexbor import LexborHTMLParser, LexborNode

ELEMENTS = frozenset(
    """html head body title meta link style script a abbr acronym address article aside b bdi bdo blockquote br button
    caption center cite code col colgroup data dd del details dfn div dl dt em figcaption figure footer
    h1 h2 h3 h4 h5 h6 header hgroup hr i iframe img input ins kbd label li main mark nav noscript ol p pre q rp rt rtc
    ruby s samp section small span strike strong sub summary sup table tbody td th thead time tr tt u ul var wbr
    math mi mn mo ms mtext mrow mfrac msqrt mroot mstyle mpadded mphantom msub msup msubsup munder mover munderover
    mtable mtr mtd mspace mmultiscripts mprescripts none merror menclose form
    svg text rect line polyline""".split()
)
ATTRIBUTES = frozenset(
    """class id title lang dir role aria-label aria-hidden aria-labelledby aria-current href hreflang rel src alt width
    height loading decoding style start type reversed value colspan rowspan headers scope align span open tabindex cite
    checked disabled datetime display displaystyle scriptlevel mathvariant stretchy lspace rspace minsize maxsize
    symmetric largeop movablelimits linethickness accent accentunder depth columnalign columnspan form fence separator
    voffset notation name content property charset http-equiv media sizes as crossorigin integrity defer sandbox
    srcdoc for autocomplete spellcheck placeholder action method data-records data-base
    x y x1 x2 y1 y2 points viewBox preserveAspectRatio text-anchor stroke-dasharray vector-effect""".split()
)
STYLES = frozenset(
    """text-align width max-width height vertical-align padding-right padding-left justify-items float margin-left
    margin-right color background-color""".split()
)
SVG_ELEMENTS = frozenset(
    """svg g defs symbol use switch title desc style path rect circle ellipse line polyline polygon text tspan textPath
    image marker pattern mask clipPath linearGradient radialGradient stop filter""".split()
)
ENDINGS = frozenset("html css js json md svg png jpg jpeg gif webp woff2 txt csv ipynb".split())
GUARD = 'if(self.origin!=="null")throw 0;'
_URL_ATTRIBUTES = frozenset({"href", "src", "cite", "action", "data-records", "data-base"})
_DATA_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
_TAG_BEGINS = re.compile(r"<[A-Za-z/!?]")


def faults_of_page(path: str, page: str) -> Iterator[str]:
    """What is wrong with a page; each names the page and what stands in it."""
    tree = LexborHTMLParser(page)
    root = tree.root
    assert root is not None
    policy = _policy(tree)
    if policy is None:
        yield f"{path}: no policy stands first in its head"
        return
    if not tree.css('meta[name="robots"][content="noindex"]'):
        yield f"{path}: search engines may list it"
    for node in root.traverse(include_text=False):
        yield from (f"{path}: {fault}: {(node.html or '')[:160]}" for fault in _faults(node, policy))


def _policy(tree: LexborHTMLParser) -> str | None:
    head = tree.css_first("head")
    metas = [] if head is None else [node for node in head.iter() if node.tag == "meta"][:2]
    if len(metas) < 2 or "charset" not in metas[0].attributes:
        return None
    is_policy = metas[1].attributes.get("http-equiv") == "Content-Security-Policy"
    return metas[1].attributes.get("content") if is_policy else None


def _faults(node: LexborNode, policy: str) -> Iterator[str]:
    tag = node.tag or ""
    if tag.startswith(("-", "!", "_")):
        # Text, comments and the doctype.
        return
    if tag not in ELEMENTS:
        yield f"<{tag}> stands in it"
    for name, value in node.attributes.items():
        if name not in ATTRIBUTES:
            yield f"<{tag}> has `{name}`"
        elif name in _URL_ATTRIBUTES and not _is_harmless(value or "", is_loaded=name == "src"):
            yield f"<{tag}> leads to {value!r}"
        elif name == "style" and not _is_plain_style(value or ""):
            yield f"<{tag}> has the style {value!r}"
    yield from _faults_of_kind(tag, node, policy)


def _faults_of_kind(tag: str, node: LexborNode, policy: str) -> Iterator[str]:
    attributes, parent = node.attributes, node.parent
    within = None if parent is None else parent.tag
    match tag:
        case "script":
            yield from _faults_of_script(node, policy)
        case "style" if not node.text().startswith('@font-face{font-family:"STIX Two Math"'):
            yield "a style sheet"
        case "link" | "meta" | "title" if within != "head":
            yield f"<{tag}> outside of the head"
        case "meta" if attributes.get("http-equiv") == "refresh":
            target = (attributes.get("content") or "").partition("url=")[2]
            if not re.match(r"/(?![/\\])", target):
                yield "a page that leads elsewhere by itself"
        case "form" if attributes.get("class") != "search":
            yield "a form"
        case "input" if attributes.get("type") != "checkbox" and attributes.get("id") != "_query":
            yield "a field to write in"
        case "button" if attributes.get("class") != "icon-link theme-toggle":
            yield "a button"
        case "iframe":
            yield from _faults_of_frame(node, policy)


def _faults_of_script(node: LexborNode, policy: str) -> Iterator[str]:
    attributes = node.attributes
    if attributes.get("type") == "application/ld+json":
        yield "data for search engines"
    elif "src" in attributes:
        digest = attributes.get("integrity") or ""
        if not re.search(r"/assets/g/[0-9a-f]{32}\.js\Z", attributes["src"] or "") or f"'{digest}'" not in policy:
            yield "a script that is not ours"
    elif _source(node.text()) not in policy or not node.text().startswith("(function(d){d.className="):
        yield "a script that is not ours"


def _faults_of_frame(node: LexborNode, policy: str) -> Iterator[str]:
    attributes = node.attributes
    if attributes.get("sandbox") != "allow-scripts" or "src" in attributes or not attributes.get("title"):
        yield "a frame that is no sandbox"
        return
    inside = LexborHTMLParser(attributes.get("srcdoc") or "")
    head = inside.css_first("head")
    first = None if head is None else next(iter(head.iter()), None)
    if first is None or first.attributes.get("http-equiv") != "Content-Security-Policy":
        yield "a sandbox without a policy of its own"
    elif "default-src 'none'" not in (first.attributes.get("content") or ""):
        yield "a sandbox that may load something"


def hashed_scripts(page: str) -> list[str]:
    """Texts of the scripts in sandboxes that the page's policy lets run."""
    tree = LexborHTMLParser(page)
    policy = _policy(tree) or ""
    inside = (LexborHTMLParser(frame.attributes.get("srcdoc") or "") for frame in tree.css("iframe"))
    scripts = (script.text() for one in inside for script in one.css("script"))
    return [script for script in scripts if _source(script) in policy]


def sources_of_scripts(page: str) -> set[str]:
    """What the page's policy says of scripts."""
    said = re.search(r"script-src ([^;]*)", _policy(LexborHTMLParser(page)) or "")
    return set(said[1].split()) if said else set()


def _source(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def _is_harmless(url: str, *, is_loaded: bool) -> bool:
    bare = re.sub(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\ufeff]", "", unescape(url)).lower()
    scheme = re.match(r"([^:/?#]*):", bare)
    if is_loaded:
        is_own = scheme is None and not bare.replace("\\", "/").startswith("//")
        return is_own or _DATA_PICTURE.fullmatch(url.strip()) is not None
    return scheme is None or scheme[1] in ("http", "https", "mailto")


def _is_plain_style(style: str) -> bool:
    names = {declaration.partition(":")[0].strip() for declaration in style.split(";") if declaration.strip()}
    return names <= STYLES and not re.search(r"url|expression|\\|@|<", style, re.IGNORECASE)


def faults_of_drawing(path: str, content: bytes) -> Iterator[str]:
    """What is wrong with a drawing that somebody opens by itself."""
    for node in ET.fromstring(content).iter():
        space, _, name = node.tag.removeprefix("{").rpartition("}")
        if space != "http://www.w3.org/2000/svg" or not (name in SVG_ELEMENTS or name.startswith("fe")):
            yield f"{path}: <{name}> stands in it"
        if name == "style" and re.search(r"url\((?!#)|@import|\\", node.text or "", re.IGNORECASE):
            yield f"{path}: styles that load something"
        for key, value in node.attrib.items():
            local = key.rpartition("}")[2].lower()
            if local.startswith("on") or (local == "href" and not value.startswith(("#", "data:image/"))):
                yield f"{path}: <{name}> has {key}={value!r}"
            elif re.search(r"url\((?![\"']?#)|javascript:", value, re.IGNORECASE):
                yield f"{path}: <{name}> loads {value!r}"


def faults_of_twin(path: str, text: str) -> Iterator[str]:
    """What a program would take for HTML in a page's Markdown twin, code that nothing in it can end apart."""
    fence = ""
    for line in text.split("\n"):
        mark = re.match(r"(`{3,})", line)
        if mark and (not fence or line.strip() == fence):
            fence = "" if fence else mark[1]
        elif not fence and _TAG_BEGINS.search(line):
            yield f"{path}: {line[:120]}"

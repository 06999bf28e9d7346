"""Every reference of a document resolved to a URL path, or to a problem at its place."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

from generator.location import Location
from generator.model.body import Ref, RefKind
from generator.model.problem import Problem, warning
from generator.model.site import State
from generator.site.lookups import inside, look_up, relative
from generator.site.neighbours import Neighbours
from generator.site.permalinks import quoted
from generator.site.placed import Placed
from generator.site.slugs import plain_slug
from generator.site.targets import Found, Targets

# Names for what is looked up once per reference: attributes of an Enum are slow.
_FILE, _SITE, _POST = RefKind.FILE, RefKind.SITE, RefKind.POST
# What browsers know by themselves.
_BUILT_IN = (":~:", "top")
# Where pictures that a document's cells made stand.
_MADE = "assets/g/"
# What may be suggested in place of a picture that is not there.
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".apng", ".bmp", ".ico")


@dataclass(slots=True)
class Linker:
    """Resolves references of one site; remembers what is slow to find out.

    Args:
        baseurl: links written with it lose it.
    """

    targets: Targets
    baseurl: str
    _anchors: dict[str, frozenset[str]] = field(default_factory=dict)
    _files: Neighbours = field(init=False)
    _pictures: Neighbours = field(init=False)
    _urls: Neighbours = field(init=False)
    _posts: Neighbours = field(init=False)

    def __post_init__(self) -> None:
        targets = self.targets
        self._files = Neighbours((*targets.documents, *targets.files.linkable))
        self._pictures = Neighbours(path for path in targets.files.linkable if path.lower().endswith(_PICTURES))
        self._urls = Neighbours((*(one.value for one in targets.documents.values()), *targets.urls.values()))
        self._posts = Neighbours(targets.posts)

    def links(self, one: Placed) -> tuple[dict[tuple[str, str], str | None], dict[str, str], list[Problem]]:
        """(holes to URL paths, files to copy with their site paths, problems) of one document."""
        links: dict[tuple[str, str], str | None] = {}
        copied: dict[str, str] = {}
        problems: list[Problem] = []
        found: dict[tuple[str, str], Found | None] = {}
        for ref in one.document.refs:
            kind = ref.kind
            if kind is _FILE or kind is _SITE or kind is _POST:
                key = ("file" if kind is _FILE else "site" if kind is _SITE else "post", ref.target)
            else:
                continue
            if key not in found:
                found[key] = look_up(ref, one, self.targets, self.baseurl)
            there = found[key]
            if there is None:
                # A picture without a file becomes a placeholder, wherever else the same file is linked to.
                links[key] = None if ref.is_image or links.get(key, "") is None else _as_written(ref)
                problems.append(self._broken(ref, one, ref.at or Location(one.path)))
                continue
            is_hidden = there.page is not None and not there.page.is_shown
            # The address of what is not published yet is nobody's to know.
            links[key] = _as_written(ref) if is_hidden else there.value
            if there.copied is not None:
                copied[there.copied[0]] = there.copied[1]
            if there.page is not None and (ref.suffix or not there.page.is_shown):
                problems += self._checked(ref, there.page, ref.at or Location(one.path))
        self._preview(one, links, copied, problems)
        return links, copied, problems

    def _checked(self, ref: Ref, page: Placed, at: Location) -> tuple[Problem, ...]:
        problem = _unpublished(ref, page, at) or self._anchor(ref, page, at)
        return () if problem is None else (problem,)

    def _preview(
        self,
        one: Placed,
        links: dict[tuple[str, str], str | None],
        copied: dict[str, str],
        problems: list[Problem],
    ) -> None:
        """The post's picture: written from the site's root, or beside the document."""
        written = (one.document.front.image or "").strip()
        if not written or "://" in written or written.startswith(("//", "data:")):
            return
        path = written.lstrip("/")
        if path in {_MADE + asset.name for asset in one.document.assets}:
            links.setdefault(("file", path), f"/{path}")
            return
        clean = unquote(path.split("?", 1)[0].split("#", 1)[0])
        beside = posixpath.join(posixpath.dirname(one.path), clean)
        for ref in (Ref(RefKind.SITE, "/" + clean), Ref(RefKind.FILE, beside)):
            found = look_up(ref, one, self.targets, self.baseurl)
            if found is not None and found.copied is not None:
                links.setdefault(("file", path), found.value)
                copied[found.copied[0]] = found.copied[1]
                return
        at = Location(one.path)
        near = self._pictures.nearest(clean)
        mend = f"write `image: {near}`" if near else "put the picture there, or take `image:` out"
        problems.append(warning("missing-image", f"`image: {written}` is no file of the blog", at, mend))

    def _broken(self, ref: Ref, one: Placed, at: Location) -> Problem:
        written = ref.written or ref.target
        files = self._pictures if ref.is_image else self._files
        match ref.kind:
            case RefKind.FILE:
                near = _beside(files.nearest(ref.target), one)
            case RefKind.SITE:
                near = None if ref.is_image else self._urls.nearest(ref.target)
                near = near or _beside(files.nearest(ref.target.lstrip("/")), one)
            case _:
                near = self._posts.nearest(ref.target)
        skipped = self.targets.fates.get(inside(ref.target) or "") if ref.kind is RefKind.FILE else None
        if ref.is_image:
            mend = f"write `{near}`" if near else "put the picture there, or mend its path"
            return warning("missing-image", f"`{written}` is no file of the blog", at, mend)
        if skipped is not None:
            said = f"`{written}` leads to a source that is not published: {skipped.reason or skipped.state.value}"
            return warning("broken-link", said, at, "mend that source, or take the link out")
        near = f"https://{written}" if written.startswith("www.") else near
        mend = f"write `{near}`" if near else "mend the path, or take the link out"
        return warning("broken-link", f"`{written}` leads to no page and no file of the blog", at, mend)

    def _anchor(self, ref: Ref, page: Placed, at: Location) -> Problem | None:
        fragment = unescape(ref.suffix.partition("#")[2])
        if not fragment or fragment.startswith(_BUILT_IN):
            return None
        anchors = self._anchors.get(page.name)
        if anchors is None:
            headings = (heading.anchor for heading in page.document.headings)
            anchors = self._anchors[page.name] = frozenset((*headings, *page.document.anchors))
        if fragment in anchors or unquote(fragment) in anchors:
            return None
        near = _nearest_anchor(unquote(fragment), page)
        mend = f"write `#{near}`" if near else "name one of its headings, or take the `#` part out"
        where = "this page" if page.path == at.file else page.path
        return warning("broken-anchor", f"`#{fragment}` is no heading of {where}", at, mend)


def _beside(near: str | None, one: Placed) -> str | None:
    return None if near is None else relative(near, posixpath.dirname(one.path))


def _as_written(ref: Ref) -> str:
    """The link as the author wrote it, without query and fragment, which stand in the hole."""
    if ref.kind is RefKind.SITE or not ref.written:
        return quoted(ref.target) if ref.kind is not RefKind.POST else "#"
    return ref.written.removesuffix(ref.suffix).split("#", 1)[0].split("?", 1)[0] or quoted(ref.target)


def _unpublished(ref: Ref, page: Placed, at: Location) -> Problem | None:
    if page.is_shown:
        return None
    match page.state:
        case State.DRAFT:
            why = "which is a draft"
        case State.SCHEDULED if page.date is not None:
            why = f"which is not published until {page.date.date().isoformat()}"
        case State.EXPIRED:
            why = "which has expired"
        case _:
            why = "which is not published"
    said = f"`{ref.written or ref.target}` leads to {page.path}, {why}"
    return warning("broken-link", said, at, "publish it too, or take the link out")


def _nearest_anchor(fragment: str, page: Placed) -> str | None:
    """The heading whose anchor has the same words: other tools spell anchors in other ways."""
    wanted = plain_slug(fragment)
    same: Mapping[str, str] = {plain_slug(heading.anchor): heading.anchor for heading in page.document.headings}
    return same.get(wanted)

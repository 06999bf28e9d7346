"""Everything that will stand in the output folder: pages, the author's files, pictures, the math font."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from generator.cache.codec import decode
from generator.cache.store import LostBytesError, Store
from generator.math_font import COMMON, begin, font_path, subset
from generator.model.body import Body, StrictBody
from generator.model.output import OutputFile, Planned, StoredFile
from generator.model.request import BuildRequest
from generator.model.site import Site
from generator.render.plan import plan
from generator.stages.copies import copies
from generator.stages.engine import Engine
from generator.stages.inputs import Inputs
from generator.stages.slices import render_rules
from generator.templating import Templates

_MADE = "assets/g/"


_Body = TypeVar("_Body", bound=Body)


@dataclass(frozen=True, slots=True)
class BodyShelf(Generic[_Body]):
    """Bodies of one kind by key, out of the store."""

    store: Store
    kind: type[_Body]

    def __call__(self, key: str) -> _Body:
        """The body.

        Raises:
            LostBytesError: the store has lost it, or has one of another kind.
        """
        body = decode(self.store.need("documents", key), self.kind)
        if body is None:
            raise LostBytesError([("documents", key)])
        return body


def outputs(request: BuildRequest, inputs: Inputs, site: Site, engine: Engine) -> tuple[Planned, ...]:
    """Every file of the site, none of them made yet."""
    store = Store(request.cache)
    font = _math_font(site, store, beside=request.jobs > 1)

    def custom(name: str) -> str:
        path = request.source / "_custom" / name
        return path.read_text(encoding="utf-8", errors="replace") if f"_custom/{name}" in inputs.readable else ""

    rules = render_rules(
        request, inputs, engine=engine.fingerprint, math_font=f"/{font.path}" if font else None, custom=custom
    )
    templates = Templates(engine.templates, engine.origins)
    bodies: Callable[[str], Body] = BodyShelf(store, StrictBody if request.untrusted else Body)
    rendered = plan(site, rules, templates, bodies, engine.assets)
    salted = (replace(file, key=_salted(engine.fingerprint, file.key)) for file in rendered)
    copied = copies(request, site.files, inputs.digests)
    # Last, since it is cut beside all the others.
    return (*_in_order((*salted, *copied, *_pictures(site))), *((font,) if font else ()))


def _salted(engine: str, key: str) -> str:
    return hashlib.sha256(f"{engine}\0{key}".encode()).hexdigest()


def _pictures(site: Site) -> Iterable[Planned]:
    names = {asset.name for document in site.documents for asset in document.assets}
    return (StoredFile(_MADE + name, name) for name in sorted(names))


def _in_order(planned: Sequence[Planned]) -> tuple[Planned, ...]:
    """By path; of two for one path the first, since pages come before copies and site/ has told of collisions."""
    by_path: dict[str, Planned] = {}
    for file in planned:
        by_path.setdefault(file.path, file)
    return tuple(by_path[path] for path in sorted(by_path))


def _math_font(site: Site, store: Store, *, beside: bool) -> OutputFile | None:
    """The font for the characters of every formula; None without formulas, or without the font's package.

    Args:
        beside: begin to cut it now, in another process.
    """
    documents = [document for document in site.documents if "math" in document.needs]
    path = font_path() if documents else None
    if path is None:
        return None
    characters = COMMON.union(*(document.math_characters for document in documents))
    whole = path.read_bytes()
    digest = hashlib.sha256("".join(sorted(characters)).encode() + hashlib.sha256(whole).digest()).hexdigest()
    key = f"{digest}.woff2"
    ready = begin(store, key, characters) if beside and not store.has("derived", key) else _at_once
    return OutputFile(f"{_MADE}{digest[:24]}.woff2", digest, _FontMaker(store, key, whole, characters, ready))


def _at_once() -> None:
    """Nothing to wait for."""


@dataclass(frozen=True, slots=True)
class _FontMaker:
    """Cuts the font once, and keeps it in the store."""

    store: Store
    key: str
    whole: bytes
    characters: frozenset[str]
    ready: Callable[[], None]

    def __call__(self) -> bytes:
        self.ready()
        kept = self.store.get("derived", self.key)
        if kept is None:
            kept = subset(self.whole, self.characters)
            self.store.put("derived", self.key, kept)
        return kept

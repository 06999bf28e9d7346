"""What a reader is given beside the source, and what it hands back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from generator.model.body import Body
from generator.model.document import Document
from generator.model.experiment import ExperimentRules


class Companions(Protocol):
    """The one question a reading may ask."""

    def __call__(self, path: str) -> bytes | None:
        """The file's bytes, or None when absent; path is posix and relative to the source directory."""


class Trust(Enum):
    """TRUSTED shows the author's HTML and scripts as they are; STRICT lets nothing active through."""

    TRUSTED = "trusted"
    STRICT = "strict"


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """The slice of settings that shapes a body; it is part of a document's key.

    Args:
        is_old_blog: a ``_config.yml`` without ``permalink:`` (contracts.md, "Old blog or new site").
        timezone: IANA name, for dates without a zone.
        site_values: what ``{{ site.X }}`` answers, without ``baseurl`` and ``url``.
        baseurl: as configured or derived: ``""`` or ``/blog``; links written with it lose it again.
        url: as configured or derived, no trailing slash; may be empty.
        front_matter_defaults: Jekyll's ``defaults`` as ((path prefix, ``posts``, ``pages``, ``drafts`` or empty for
            all, values), …), later ones win.
        is_nbdev: the repository is an nbdev project, so ``#| export`` hides.
        math: True always, False never, None when a document shows signs of it.
        experiments: where runs are, for blocks about them.
        draws_charts: Vega figures become pictures where a program for it is installed.
        leak_values: values of secret variables of the build's environment; never written anywhere.
    """

    is_old_blog: bool = False
    timezone: str = "UTC"
    site_values: Mapping[str, Any] = field(default_factory=dict)
    baseurl: str = ""
    url: str = ""
    front_matter_defaults: tuple[tuple[str, str, Mapping[str, Any]], ...] = ()
    is_nbdev: bool = False
    math: bool | None = None
    trust: Trust = Trust.TRUSTED
    leak_values: tuple[str, ...] = ()
    is_smart: bool = False
    draws_charts: bool = True
    experiments: ExperimentRules = field(default_factory=ExperimentRules)


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes of one Asset, on their way to the store."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as a reader hands it back.

    Args:
        document: its ``body`` and ``companions`` are still empty: whoever stores the body and recorded the
            questions fills them in with ``replace``.
    """

    document: Document
    body: Body
    blobs: tuple[Blob, ...] = ()

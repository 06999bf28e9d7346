"""One of the posts that one notebook makes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the posts that one notebook makes.

    Args:
        name: unique within the notebook, a slug; messages, records and its default permalink use it.
        title: with the parameters filled in.
        permalink: as in front matter, with the parameters filled in; None for the notebook's own with the name added.
        params: for its run, over those of the front matter.
    """

    name: str
    title: str
    permalink: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

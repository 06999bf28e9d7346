"""A notebook with the outputs its page will show, wherever they came from."""

from dataclasses import dataclass
from datetime import datetime

from generator.model.notebook import Notebook


@dataclass(frozen=True, slots=True)
class Executed:
    """Committed or fresh outputs; the reader cannot tell which.

    Args:
        notebook: None for sources that have no cells.
        ran_at: when the outputs were made, if inkmill made them.
        kept_because: why older outputs are shown than the author asked for: a clause.
        ran_with: (name, version) of the language and of the libraries that made them, the language first.
    """

    notebook: Notebook | None = None
    ran_at: datetime | None = None
    kept_because: str | None = None
    ran_with: tuple[tuple[str, str], ...] = ()

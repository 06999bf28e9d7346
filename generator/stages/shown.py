"""An edition with the outputs it shows: those committed with the file, or those of a run."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from generator.cache.store import Store
from generator.execution.committed import committed
from generator.execution.prepared import executed_notebook, grafted, without_outputs
from generator.formats.notebook import to_json
from generator.model.executed import Executed
from generator.model.outline import Edition, Outline
from generator.model.plan import ShownOutputs
from generator.model.reading import ReadingRules
from generator.readers.outline import outline as outline_of


@dataclass(frozen=True, slots=True)
class Shower:
    """Gives editions their outputs, in whichever process reads them."""

    store: Store
    rules: ReadingRules

    def __call__(self, edition: Edition, shown: ShownOutputs) -> tuple[Edition, Executed]:
        """The edition and what it shows; of a run of older code the older cells stand in.

        Raises:
            ContentError: the source cannot be read.
            LostBytesError: the run is gone from the store.
        """
        outline = edition.outline
        own = committed(outline)
        if shown.is_bare and own.notebook is not None:
            return edition, Executed(without_outputs(own.notebook))
        if shown.notebook is None or own.notebook is None:
            return edition, replace(own, kept_because=shown.kept_because)
        run = executed_notebook(self.store.need(shown.kind, shown.notebook), outline.source.path)
        made = Executed(run, self._in_zone(shown.ran_at), shown.kept_because, shown.ran_with)
        if shown.is_whole:
            return replace(edition, outline=self._of_older(outline, to_json(run))), made
        return edition, replace(made, notebook=grafted(own.notebook, run, outline.cells))

    def _in_zone(self, moment: datetime | None) -> datetime | None:
        """In the site's time zone, by its offset alone: that is what a stored document still knows."""
        local = None if moment is None else moment.astimezone(ZoneInfo(self.rules.timezone))
        return None if local is None else local.astimezone(timezone(local.utcoffset() or timedelta()))

    def _of_older(self, outline: Outline, content: bytes) -> Outline:
        """What the cells of an older file ask for, under the front matter of today."""
        older = outline_of(replace(outline.source, content=content), self.rules)
        return replace(older, source=outline.source, front=outline.front, problems=outline.problems)

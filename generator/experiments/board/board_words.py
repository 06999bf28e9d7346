"""The words of a leaderboard as its author wrote them → which runs are ranked, by what, and what is shown of them."""

from dataclasses import dataclass, replace

from generator.errors import InkmillError
from generator.experiments.metrics import first_of_each, read_metric
from generator.experiments.page.block_values import KIND, BlockValues, shortened
from generator.experiments.page.run_source import RunSource, read_frozen, read_links, run_source
from generator.location import Location
from generator.model.embed import Embed
from generator.model.experiment import AskedRuns, ExperimentRules, Metric, RunQuery, Service
from generator.model.problem import Problem, error
from generator.yaml_text import load

_KEYS = tuple("source server project file filter metric metrics config tags limit title frozen links".split())
_ROWS, _MOST_ROWS = 50, 200


@dataclass(frozen=True, slots=True)
class Board:
    """What is ranked and shown.

    Args:
        link: the page at the service; empty where there is none.
        metrics: columns, the first of which ranks and has a direction.
        tags: to choose from; empty for those that the runs have.
        limit: rows, 1 to 200.
        title: empty where the author wrote none.
        is_frozen: the contest is over, and its numbers stay.
        has_links: runs link to their pages.
    """

    at: Location
    query: RunQuery
    link: str
    metrics: tuple[Metric, ...]
    config: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    limit: int = _ROWS
    title: str = ""
    is_frozen: bool = False
    has_links: bool = True

    @property
    def leading(self) -> Metric:
        """What ranks."""
        return self.metrics[0]

    @property
    def asked(self) -> tuple[AskedRuns, ...]:
        """What a sync is to fetch for it; nothing for a file."""
        if self.query.service is Service.FILE:
            return ()
        names = tuple(metric.name for metric in self.metrics)
        return (AskedRuns(self.query, names, self.config, leading=self.leading, is_frozen=self.is_frozen),)


def read_board(embed: Embed) -> tuple[Board | None, tuple[Problem, ...]]:
    """The board, and what is wrong with it; None where it is not to be understood."""
    at = embed.at or Location("")
    try:
        # In a fence the words begin below its first line, in front matter where its key stands.
        parsed = load(embed.text, at=at if "first_line" in embed.options else at.at_line(2))
    except InkmillError as wrong:
        return None, (error(KIND, wrong.problem, wrong.at, wrong.mend),)
    if not isinstance(parsed.value, dict | None):
        mend = "write `key: value` on each line, such as `metric: acc:max`"
        return None, (error(KIND, "this board holds no keys and values", at, mend),)

    values = BlockValues(parsed.value or {}, at, parsed.lines)
    values.check_keys(_KEYS)
    board = _read(values, embed.rules.experiments)
    return None if values.is_wrong else board, tuple(values.problems)


def _read(values: BlockValues, rules: ExperimentRules) -> Board | None:
    source = run_source(values, rules)
    metrics = _metrics(values, rules, source)
    filters = values.filters("filter")
    tags = values.texts("tags", "[baseline, large]")
    config = values.texts("config", "[lr, batch_size]")
    limit = values.number("limit", _ROWS, 1, _MOST_ROWS)
    title = values.text("title")
    if source is None or not metrics:
        return None
    has_links = read_links(values)
    return Board(
        at=values.at,
        query=replace(source.query, filters=filters),
        link=source.link if has_links else "",
        metrics=metrics,
        config=config or (rules.config if _is_of_the_blog(source, rules) else ()),
        tags=tags,
        limit=limit,
        title=title,
        is_frozen=read_frozen(values, source.query.service),
        has_links=has_links,
    )


def _metrics(values: BlockValues, rules: ExperimentRules, source: RunSource | None) -> tuple[Metric, ...]:
    """The one that ranks, then the others; empty where nothing says which way is better."""
    written = tuple(map(read_metric, values.texts("metrics", "[acc:max, loss:min]")))
    defaults = rules.metrics if source is None or _is_of_the_blog(source, rules) else ()
    listed = written or defaults
    named = values.text("metric")
    if not named and values.values.get("metric"):
        return ()
    leading = read_metric(named) if named else next((metric for metric in listed if metric.direction), None)
    if leading is not None and leading.direction is None:
        same = (metric for metric in (*listed, *defaults) if metric.name == leading.name and metric.direction)
        leading = next(same, leading)
    if leading is None:
        mend = "write `metric: acc:max`, or `metric: loss:min` where less is better"
        values.refuse("metric", "nothing says by which metric the runs are ranked", mend)
        return ()
    if not leading.name or leading.direction is None:
        name = shortened(leading.name) or "acc"
        said = f"`metric: {shortened(named)}` does not say which way is better"
        values.refuse("metric", said, f"write `metric: {name}:max`, or `metric: {name}:min`")
        return ()
    return first_of_each((leading, *listed))


def _is_of_the_blog(source: RunSource, rules: ExperimentRules) -> bool:
    """Whether what `_config.yml` says of its runs' keys is said of these."""
    return source.query.service is rules.service

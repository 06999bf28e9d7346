"""A block about runs as its author wrote it → which runs, and what of them is shown."""

from dataclasses import dataclass, field, replace
from typing import Any

from generator.errors import InkmillError
from generator.experiments.comparison import leading_metric
from generator.experiments.metrics import first_of_each, read_metric
from generator.experiments.page.block_values import KIND, BlockValues, Chart, ChartKind
from generator.experiments.page.run_source import read_frozen, read_links, run_source
from generator.experiments.services.addresses import (
    PUBLIC_API,
    ProjectPage,
    ReportPage,
    RunPage,
    WandbPage,
    app_url,
    read_address,
)
from generator.location import Location
from generator.model.embed import Embed
from generator.model.experiment import AskedRuns, ExperimentRules, Metric, RunQuery, Service
from generator.model.problem import Problem, error
from generator.yaml_text import Parsed, load

_KEYS = tuple(
    """url source server project file sha secondary_sha run_id tags filter baseline_tags metrics config sort limit
    chart title iframe height frozen links""".split()
)
_SELECTORS = ("sha", "run_id", "tags", "filter")
_METRICS, _NAMES = "[acc:max, loss:min]", "[first, second]"
_MOST_SHOWN, _SHOWN = 200, 20
_HEIGHT_PX, _LOWEST_PX, _HIGHEST_PX = 640, 120, 4000
_HOW_TO_SELECT = (
    "write one of `sha:`, `run_id:`, `tags:` or `filter:` (`filter: {state: finished}` for all that finished)"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A report's own page within ours.

    Args:
        url: may hold an access token, which belongs nowhere else.
    """

    url: str = field(repr=False)
    height_px: int


@dataclass(frozen=True, slots=True)
class Block:
    """What is shown.

    Args:
        baseline_query: runs of the baseline tags, where they are not among the runs themselves.
        metrics, config: columns; both empty where the author leaves them to the report or the file.
        sort: a key of summary or configuration, or ``created``; with ``-`` the largest first; empty for as they come.
        link: the page at the service; empty where there is none.
        is_card: one run, shown by itself.
        is_frozen: the experiment is over, and its numbers stay.
        has_links: runs link to their pages.
    """

    at: Location
    query: RunQuery
    baseline_query: RunQuery | None = None
    baseline_tags: tuple[str, ...] = ()
    metrics: tuple[Metric, ...] = ()
    config: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    sort: str = ""
    limit: int = _SHOWN
    title: str = ""
    link: str = ""
    is_card: bool = False
    is_frozen: bool = False
    has_links: bool = True
    frame: Frame | None = None

    @property
    def asked(self) -> tuple[AskedRuns, ...]:
        """What a sync is to fetch for it; nothing for a file."""
        if self.query.service is Service.FILE:
            return ()
        drawn = [chart for chart in self.charts if chart.metric]
        metrics = tuple(dict.fromkeys([metric.name for metric in self.metrics] + [chart.metric for chart in drawn]))
        history = tuple(dict.fromkeys(chart.metric for chart in drawn if chart.kind is ChartKind.LINES))
        config, is_open = self.config, not (self.metrics or self.config)
        if self.sorts_by and not is_open and self.sorts_by not in (*metrics, *config):
            # Which of the two it is, only the runs know.
            metrics, config = (*metrics, self.sorts_by), (*config, self.sorts_by)
        frozen, sort = self.is_frozen, self.sort if history else ""
        asked: tuple[AskedRuns, ...] = (AskedRuns(self.query, metrics, config, history, is_frozen=frozen, sort=sort),)
        if self.baseline_query is not None:
            # The reference is the best of all baselines, however many newer ones there are.
            asked += (replace(asked[0], query=self.baseline_query, leading=leading_metric(self.metrics)),)
        # Who names no columns leaves them to the runs, even if something is drawn.
        return (AskedRuns(self.query, is_frozen=frozen), *asked) if drawn and is_open else asked

    @property
    def sorts_by(self) -> str:
        """The key of summary or configuration that orders them; empty for none, or for what every run has."""
        key = self.sort.removeprefix("-")
        return "" if key in ("name", "created") else key


def read_block(embed: Embed) -> tuple[Block | None, tuple[Problem, ...]]:
    """The block, and what is wrong with it; None where it is not to be understood."""
    at = embed.at or Location("")
    try:
        parsed = load(embed.text, at=at.at_line(2))
    except InkmillError as wrong:
        return None, (error(KIND, wrong.problem, wrong.at, wrong.mend),)
    if not isinstance(parsed.value, dict | None):
        mend = "write `key: value` on each line, such as `project: acme/mnist`"
        return None, (error(KIND, "this block holds no keys and values", at, mend),)
    values = _values(embed, parsed, at)
    values.check_keys(_KEYS)
    block = _read(values, embed.rules.experiments)
    return None if values.is_wrong else block, tuple(values.problems)


def _values(embed: Embed, parsed: Parsed, at: Location) -> BlockValues:
    written: dict[str, Any] = {**embed.options, **(parsed.value or {})}
    if embed.target:
        written["url"] = embed.target
    return BlockValues(written, at, parsed.lines)


def _read(values: BlockValues, rules: ExperimentRules) -> Block | None:
    address = values.text("url")
    if address:
        return _of_address(values, rules, address)
    source = run_source(values, rules)
    if source is None:
        return None
    is_file = source.query.service is Service.FILE
    if not is_file and not any(values.values.get(key) for key in _SELECTORS):
        values.refuse("project", "nothing says which runs are shown", _HOW_TO_SELECT)
    if values.flag("iframe"):
        values.warn("iframe", "only a report is framed", "write its address as `url:`, or leave out `iframe`")
    block = _shown(values, Block(values.at, _selected(values, source.query), link=source.link), rules)
    return block if is_file else _with_baselines(block)


def _selected(values: BlockValues, query: RunQuery) -> RunQuery:
    """The query with the author's selectors; a run id is narrower than a SHA, and wins."""
    sha, secondary = values.text("sha"), values.text("secondary_sha")
    run_ids = values.texts("run_id", _NAMES)
    if run_ids and (sha or secondary):
        key = "sha" if sha else "secondary_sha"
        values.warn(key, f"`{key}` is passed over beside `run_id`", f"leave out either `{key}` or `run_id`")
        sha = secondary = ""
    if secondary and not sha:
        values.refuse("secondary_sha", "`secondary_sha` stands without `sha`", "write `sha:`, too")
    return replace(
        query,
        sha=sha,
        secondary_sha=secondary,
        run_ids=run_ids,
        tags=values.texts("tags", _NAMES),
        filters=values.filters("filter"),
    )


def _shown(values: BlockValues, block: Block, rules: ExperimentRules) -> Block:
    """The block with what is shown of its runs, the blog's own defaults where the author says nothing."""
    is_of_its_own = block.is_card or bool(block.query.report)
    has_defaults = block.query.service is rules.service and not is_of_its_own
    # An empty list is an answer, too.
    missing = {key for key in ("metrics", "config", "baseline_tags") if has_defaults and values.values.get(key) is None}
    metrics = first_of_each(map(read_metric, values.texts("metrics", _METRICS)))
    metrics = rules.metrics if "metrics" in missing else metrics
    config = values.texts("config", "[lr, batch_size]")
    baseline_tags = values.texts("baseline_tags", _NAMES)
    leading = metrics[0].name if metrics else ""
    charts = tuple(replace(chart, metric=chart.metric or leading) for chart in values.charts("chart"))
    if block.query.service is Service.FILE and any(chart.kind is ChartKind.LINES for chart in charts):
        values.refuse("chart", "a file of runs holds no course to draw as lines", "write `chart: bars`")
    is_frozen, has_links = read_frozen(values, block.query.service), read_links(values)
    return replace(
        block,
        baseline_tags=rules.baseline_tags if "baseline_tags" in missing else baseline_tags,
        metrics=metrics,
        config=rules.config if "config" in missing else config,
        charts=charts,
        sort=values.text("sort"),
        limit=values.number("limit", _SHOWN, 1, _MOST_SHOWN),
        title=values.text("title"),
        link=block.link if has_links else "",
        is_frozen=is_frozen,
        has_links=has_links,
    )


def _with_baselines(block: Block) -> Block:
    """With a query of their own, unless the runs of the block are a set in which they stand themselves."""
    if block.is_card or not block.baseline_tags or not (block.query.sha or block.query.run_ids):
        return block
    query = block.query
    return replace(block, baseline_query=RunQuery(query.service, query.server, query.project, tags=block.baseline_tags))


def _of_address(values: BlockValues, rules: ExperimentRules, address: str) -> Block | None:
    """What an address points at, seen by an author who copied it from the browser."""
    try:
        has_scheme = ":" in address or address.startswith("//") or "/" not in address
        page = read_address(address if has_scheme else f"https://{address}", rules.wandb_api)
    except InkmillError as wrong:
        values.refuse("url", wrong.problem, wrong.mend or "")
        return None
    server = rules.wandb_api if page.url.startswith(f"{app_url(rules.wandb_api)}/") else PUBLIC_API
    query = RunQuery(Service.WANDB, server, page.project)
    match page:
        case RunPage():
            query, is_card = replace(query, run_ids=(page.run_id,)), True
        case ReportPage():
            query, is_card = replace(query, report=page.report_id), False
        case ProjectPage():
            query, is_card = _selected(values, query), False
            if not any(values.values.get(key) for key in _SELECTORS):
                values.refuse("url", "nothing says which runs of the project are shown", _HOW_TO_SELECT)
    if not isinstance(page, ProjectPage):
        _tell_passed_over(values)
    block = _shown(values, Block(values.at, query, link=page.url, is_card=is_card), rules)
    return replace(_with_baselines(block), frame=_frame(values, page))


def _tell_passed_over(values: BlockValues) -> None:
    for key in ("source", "server", "project", "file", *_SELECTORS, "secondary_sha"):
        if values.values.get(key):
            values.warn(key, f"`{key}` is passed over: the address says which runs", f"leave out `{key}` or `url`")


def _frame(values: BlockValues, page: WandbPage) -> Frame | None:
    height_px = values.number("height", _HEIGHT_PX, _LOWEST_PX, _HIGHEST_PX)
    if isinstance(page, ReportPage) and page.has_token:
        values.warn(
            "url",
            "the address of this report holds an access token, and whoever reads the blog or its repository has it",
            "make the report public, or be sure that everybody may see it",
        )
    if not values.flag("iframe"):
        return None
    if not isinstance(page, ReportPage):
        values.warn("iframe", "W&B lets no other page frame a run or a project", "leave out `iframe`")
        return None
    return Frame(page.frame_url, height_px)

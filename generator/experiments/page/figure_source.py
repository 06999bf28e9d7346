"""Where a figure's runs are from: words under it, and what stands in its place while nobody has fetched them."""

from types import MappingProxyType

from generator.experiments.page.figure_table import is_address
from generator.experiments.page.page_text import html_text
from generator.experiments.run_dates import date_words
from generator.model.experiment import RunQuery, Service

_SERVICES = MappingProxyType({Service.WANDB: "Weights & Biases", Service.MLFLOW: "MLflow", Service.FILE: ""})
_LONGEST_ADDRESS = 2000


def link_alone(title: str, link: str, query: RunQuery) -> str:
    """The page of the runs, without a number of them.

    Args:
        link: their page at the service; empty where there is none.
    """
    words = html_text(title)
    if is_address(link):
        service = html_text(_SERVICES[query.service])
        words = f'<a href="{html_text(link, _LONGEST_ADDRESS)}">{words} on {service}</a>'
    return f'<p class="runs runs-missing">{words}</p>'


def source_words(as_of: str, link: str, query: RunQuery) -> str:
    """A sentence without its full stop: of when they are and where they go on.

    Args:
        as_of: ISO 8601; empty for a file.
        link: as for `link_alone`.
    """
    when = date_words(as_of)
    date = f'as of <time datetime="{html_text(as_of)}">{when}</time>' if when else ""
    where = f"from <code>{html_text(query.project)}</code>"
    if is_address(link):
        where = f'on <a href="{html_text(link, _LONGEST_ADDRESS)}">{html_text(_SERVICES[query.service])}</a>'
    said = ", ".join(part for part in (date, where) if part)
    return said[:1].upper() + said[1:]

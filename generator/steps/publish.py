"""Puts a site that another job built on the branch `gh-pages`."""

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import assert_never

from generator.github.api import GitHub
from generator.github.built import read_built
from generator.github.context import read_context
from generator.github.manifest import BuiltKind
from generator.github.outputs import RunnerFiles, annotation
from generator.github.pages import Overtaken, Publication, Published, WouldBreakLinks, publish_site
from generator.github.published_branch import BRANCH
from generator.github.said import code_span, link
from generator.github.site_record import SiteRecord
from generator.steps.result import StepResult
from generator.steps.site_words import counted, moment_text, size_text

# A page of a run has room for no more, and nobody reads more.
_MOST_URLS = 50


def main(arguments: Sequence[str]) -> StepResult:
    """Publish the site in the folder of an artifact: exit code 1 where it would break links, 0 where it is older."""
    parser = ArgumentParser(prog="publish", description=__doc__)
    parser.add_argument(
        "--from", dest="folder", required=True, type=Path, help="the folder with manifest.json and site/"
    )
    folder: Path = parser.parse_args(arguments).folder
    context = read_context(os.environ)
    built = read_built(folder, BuiltKind.SITE)
    outcome = publish_site(context, GitHub(context), built)
    RunnerFiles.from_environ(os.environ).add_summary(_summary(outcome))
    return StepResult(tuple(_lines(outcome, built.manifest.source)), int(isinstance(outcome, WouldBreakLinks)))


def _lines(outcome: Publication, source: str) -> list[str]:
    match outcome:
        case Published(record=record, is_news=is_news):
            first = f"Published {record.source[:12]} to {BRANCH} as number {record.publication}: {size_text(record)}"
            return [
                first if is_news else f"{first}, all as they were before",
                *([record.place + "/"] if "://" in record.place else []),
            ]
        case Overtaken(newer=newer):
            return [f"Superseded: {_named(newer)} is published, which is newer than {source[:12]}; nothing was done"]
        case WouldBreakLinks(urls=urls):
            return [*(annotation("error", "", None, _complaint(url)) for url in urls[:_MOST_URLS]), _verdict(urls)]
        case _:
            assert_never(outcome)


def _complaint(url: str) -> str:
    return (
        f"{url} was published, and this site lacks it. mend: write `redirect_from: {url}` into the front matter of the "
        "page that took its place, or list it under `gone:` in _config.yml"
    )


def _verdict(urls: Sequence[str]) -> str:
    pages = counted(len(urls), "page")
    return f"Not published: {pages} that readers may have linked to would be gone; what is published stays"


def _summary(outcome: Publication) -> str:
    match outcome:
        case Published(record=record, is_news=is_news):
            place = f"{link(record.place + '/', record.place + '/')}\n\n" if "://" in record.place else ""
            news = "" if is_news else " No file differs from those that were there."
            return f"### Published\n\n{place}{size_text(record)} from {code_span(record.source[:12])}.{news}"
        case Overtaken(newer=newer):
            return f"### Superseded\n\n{code_span(_named(newer))} is published, which is newer. Nothing was done."
        case WouldBreakLinks(urls=urls):
            rows = "\n".join(f"- {code_span(f'redirect_from: {url}')}" for url in urls[:_MOST_URLS])
            more = f"\n\n… and {len(urls) - _MOST_URLS:,} more" if len(urls) > _MOST_URLS else ""
            return (
                f"### Not published\n\n{_verdict(urls)}. Each line below keeps one, in the front matter of the page "
                f"that took its place; or list the path under `gone:` in `_config.yml`.\n\n{rows}{more}"
            )
        case _:
            assert_never(outcome)


def _named(record: SiteRecord) -> str:
    return f"{record.source[:12]} of {moment_text(record.now)}"

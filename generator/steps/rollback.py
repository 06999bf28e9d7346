"""Shows a site again that was published before."""

import os
from argparse import ArgumentParser
from collections.abc import Sequence

from generator.github.context import read_context
from generator.github.rollback import KeptSite, kept_sites, roll_back
from generator.steps.result import StepResult
from generator.steps.site_words import moment_text, size_text


def main(arguments: Sequence[str]) -> StepResult:
    """Put the site before the one that is shown, or the one of a number, back; with --list, say which are kept."""
    parser = ArgumentParser(prog="rollback", description=__doc__)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--list", action="store_true", dest="is_list", help="say which sites are kept, and do nothing")
    choice.add_argument("--to", type=int, metavar="N", help="the number of the site to show (the one before)")
    options = parser.parse_args(arguments)
    context = read_context(os.environ)
    if options.is_list:
        kept = kept_sites(context)
        return StepResult(tuple(map(_line, kept)) if kept else ("Nothing is kept: nothing was published yet",))
    shown = roll_back(context, options.to)
    return StepResult((f"The site shown is now {_told(shown)}", "The next build publishes anew: mend or revert first"))


def _line(site: KeptSite) -> str:
    return f"{'*' if site.is_shown else ' '} {_told(site)}"


def _told(site: KeptSite) -> str:
    record = site.record
    if not record.source:
        return f"{site.number}: what stood there before inkmill"
    return f"{site.number}: {record.source[:12]}, built {moment_text(record.now)}, {size_text(record)}"

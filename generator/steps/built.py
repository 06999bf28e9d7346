"""One build into the folder that a job hands on, whole or not at all."""

import os
import re
from dataclasses import replace
from pathlib import Path

from generator.apart import ApartBuild, build_apart
from generator.errors import ContentError, UsageError
from generator.github.manifest import BuiltKind
from generator.model.problem import error
from generator.model.report import BuildReport, SiteFacts
from generator.model.request import BuildRequest
from generator.stages.built_site import clear_built, drop_site, site_folder, write_built
from generator.stages.runner import UNWATCHED, Runner

_COMMIT = re.compile(r"[0-9a-f]{40}")


def build_into(folder: Path, request: BuildRequest, runner: Runner = UNWATCHED) -> ApartBuild:
    """Build the site, or the preview that the request names, into ``site/`` with ``manifest.json`` beside it.

    What an earlier build left there is taken away first.

    A file that may not be published is an error of the report, and then there is no site in the folder.

    Raises:
        InkmillError: as ``build_apart``; then there is none, either.
        UsageError: what is built has no commit.
    """
    # Outside of what follows, so that nobody's own folder is dropped because it was refused.
    clear_built(folder, request)
    try:
        built = build_apart(request, site_folder(folder), runner)
        # What the output folder shows at a desk is of no interest in a job.
        report = replace(built.report, shows_last_good=False)
        if built.site is not None:
            report = _described(folder, request, built.site, report)
    except BaseException:
        drop_site(folder)
        raise
    return ApartBuild(report, built.site)


def _described(folder: Path, request: BuildRequest, site: SiteFacts, report: BuildReport) -> BuildReport:
    kind = BuiltKind.PREVIEW if request.preview else BuiltKind.SITE
    commit = request.preview.sha if request.preview else _commit_of(site)
    try:
        write_built(folder, site, kind=kind, commit=commit, now=request.now)
    except ContentError as refusal:
        drop_site(folder)
        found = error("site-tree", refusal.problem, refusal.at, refusal.mend)
        return replace(report, problems=(*report.problems, found), was_published=False)
    return report


def _commit_of(site: SiteFacts) -> str:
    """What is checked out, else the commit that the environment names."""
    commit = site.commit or os.environ.get("GITHUB_SHA", "")
    if not _COMMIT.fullmatch(commit):
        raise UsageError("what is built here is no commit", mend="commit it first, so that it has a name")
    return commit

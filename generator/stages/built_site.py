"""A site as a job hands it to the next: a folder with `site/`, and `manifest.json` that says what is in it."""

import shutil
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from generator.cache.disk_errors import disk_work
from generator.errors import ContentError
from generator.github.inert_tree import PREVIEW_RULES, SITE_RULES, check_tree
from generator.github.manifest import (
    ADDRESS,
    BASE_PATH,
    MANIFEST_NAME,
    SITE_FOLDER,
    BuiltKind,
    SiteManifest,
    describe,
    page_urls,
    write_manifest,
)
from generator.github.preview_report import NAME as REPORT_NAME
from generator.github.preview_report import to_json
from generator.location import Location
from generator.model.preview import ChangedPage, PreviewReport, ReportedProblem
from generator.model.problem import Problem, Severity
from generator.model.report import SiteFacts
from generator.model.request import BuildRequest
from generator.write.claim import claim


def site_folder(folder: Path) -> Path:
    """Where in the folder the site's own files stand."""
    return folder / SITE_FOLDER


def clear_built(folder: Path, request: BuildRequest) -> None:
    """Take away what an earlier build left in folder, so that nobody takes it for this one's.

    Raises:
        MachineError: it cannot be removed.
        UsageError: what stands there is not a site of ours.
    """
    site = site_folder(folder)
    claim(site, source=request.source, private=request.cache, is_default=False, is_known=False)
    with disk_work("what an earlier build left cannot be removed"):
        folder.mkdir(parents=True, exist_ok=True)
        for name in (MANIFEST_NAME, REPORT_NAME):
            folder.joinpath(name).unlink(missing_ok=True)
        if site.is_dir():
            shutil.rmtree(site)


def drop_site(folder: Path) -> None:
    """Let folder hold no site: what was found in it must not be uploaded."""
    with suppress(OSError):
        folder.joinpath(MANIFEST_NAME).unlink(missing_ok=True)
    shutil.rmtree(site_folder(folder), ignore_errors=True)


def write_built(folder: Path, site: SiteFacts, *, kind: BuiltKind, commit: str, now: datetime) -> SiteManifest:
    """Say in ``manifest.json`` what stands in ``site/``, after a look at every name and size in it.

    Args:
        commit: what was built; of a preview, the head of the pull request.

    Raises:
        ContentError: a file may not be published, or the site not where it is to stand; it is named.
        MachineError: the folder cannot be read or written.
    """
    _check_place(site)
    made = site_folder(folder)
    tree = check_tree(made, SITE_RULES if kind is BuiltKind.SITE else PREVIEW_RULES)
    urls, files = page_urls(tree.sizes), describe(made)
    manifest = SiteManifest(
        kind, commit, now, site.base_path, site.address, urls, site.gone, files, site.is_provisional
    )
    with disk_work("the manifest cannot be written"):
        write_manifest(folder / MANIFEST_NAME, manifest)
    return manifest


def _check_place(site: SiteFacts) -> None:
    """Addresses and paths are told to others as they stand: in comments, in records and to the job that publishes."""
    if not ADDRESS.fullmatch(site.address):
        raise ContentError(
            f"`{site.address}` is no address in plain letters",
            at=Location("_config.yml"),
            mend="write a name such as https://bücher.example as https://xn--bcher-kva.example",
        )
    if not BASE_PATH.fullmatch(site.base_path):
        raise ContentError(
            f"`{site.base_path}` is no path that every link can hold",
            at=Location("_config.yml"),
            mend="write `baseurl:` with letters, digits and - . _ ~ alone",
        )


def preview_report(
    pages: Iterable[ChangedPage], problems: Iterable[Problem], not_run: Iterable[tuple[str, str]] = ()
) -> PreviewReport:
    """What a preview's build has to say to those who review it: errors first, notes left out."""
    told = [problem for problem in dict.fromkeys(problems) if problem.severity is not Severity.NOTE]
    told.sort(key=lambda problem: problem.severity is not Severity.ERROR)
    return PreviewReport(tuple(pages), tuple(map(_reported, told)), tuple(not_run))


def _reported(problem: Problem) -> ReportedProblem:
    place = str(problem.at) if problem.at else ""
    return ReportedProblem(problem.severity is Severity.ERROR, place, problem.problem, problem.mend or "")


def write_report(folder: Path, report: PreviewReport) -> None:
    """Write ``report.json``.

    Raises:
        MachineError: it cannot be written.
    """
    with disk_work("the report cannot be written"):
        folder.mkdir(parents=True, exist_ok=True)
        folder.joinpath(REPORT_NAME).write_text(to_json(report), encoding="utf-8", newline="\n")

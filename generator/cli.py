"""The command line: words become a request, one call, wording, an exit code."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from generator import __version__
from generator.asking import Words, absolute, request_of
from generator.errors import InkmillError, UsageError

if TYPE_CHECKING:
    from generator.model.report import BuildReport
    from generator.model.request import BuildRequest
    from generator.stages.runner import Runner


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; the codes are in the docs page of the command line."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        outcome = commands.main(args=words, prog_name="inkmill", standalone_mode=False)
        return outcome if isinstance(outcome, int) else 0
    except click.exceptions.Exit as left:
        return left.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return 130
    except click.ClickException as wrong:
        wrong.show()
        return 2
    except InkmillError as failure:
        from generator.wording import error_text

        click.echo(error_text(failure), err=True)
        return failure.exit_code
    except Exception as failure:  # The last door: a reader of the terminal gets a sentence, the file gets the rest.
        return _internal_error(failure)


def _internal_error(failure: Exception) -> int:
    import tempfile
    import traceback

    from generator.wording import internal_error_text

    with tempfile.NamedTemporaryFile("w", prefix="inkmill-", suffix=".txt", delete=False, encoding="utf-8") as trace:
        traceback.print_exception(failure, file=trace)
    click.echo(internal_error_text(failure, trace.name), err=True)
    return 4


_FOLDER = click.Path(path_type=Path, file_okay=False)

_FLAGS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("--source",), {"type": _FOLDER, "default": Path(), "help": "The blog's folder (default: here)."}),
    (("--output",), {"type": _FOLDER, "help": "Where the site is written (default: SOURCE/_site)."}),
    (("--cache",), {"type": _FOLDER, "envvar": "INKMILL_CACHE", "help": "The store (default: SOURCE/.inkmill)."}),
    (("--base-path",), {"help": "The path below which the site will stand, such as /blog; / for none."}),
    (("--url",), {"help": "The site's address without a path."}),
    (("--now",), {"help": "The time that decides what is scheduled or expired (ISO 8601)."}),
    (("--drafts",), {"is_flag": True, "help": "Show drafts, with a banner."}),
    (("--future",), {"is_flag": True, "help": "Show scheduled posts."}),
    (("--strict",), {"is_flag": True, "help": "Treat warnings as errors."}),
    (("--keep-going",), {"is_flag": True, "help": "Publish what can be published, and exit 1."}),
    (
        ("--jobs",),
        {
            "type": click.IntRange(1, 256),
            "help": "Processes to use, and notebooks to run at once (default: one per core).",
        },
    ),
    (
        ("--execute",),
        {
            "type": click.Choice(("never", "declared", "missing", "stale", "always")),
            "default": "declared",
            "help": "Which notebooks to run.",
        },
    ),
    (
        ("--executor",),
        {
            "type": click.Choice(("local", "ray")),
            "default": "local",
            "help": "Where notebooks run: on this machine, or on a Ray cluster.",
        },
    ),
    (("--ray-address",), {"help": "A running Ray cluster (default: one is started on this machine)."}),
    (("--no-warm-kernels",), {"is_flag": True, "help": "Start every kernel from nothing."}),
    (("--untrusted",), {"is_flag": True, "help": "The strict profile: nothing active from the content gets through."}),
    (("--verbose",), {"is_flag": True, "help": "List every source, published ones too."}),
    (("--quiet",), {"is_flag": True, "help": "Print errors only."}),
)
# Flags that shape what is printed, and no request.
_FOR_THE_READER = ("verbose", "quiet")


# Of a command that builds nothing and runs nothing.
_READING = frozenset(("--source", "--cache", "--now", "--jobs", "--quiet"))


def _with_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    for names, options in reversed(_FLAGS):
        command = click.option(*names, **options)(command)
    return command


def _with_reading_flags(command: Callable[..., Any]) -> Callable[..., Any]:
    for names, options in reversed(_FLAGS):
        if _READING.intersection(names):
            command = click.option(*names, **options)(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="inkmill")
def commands() -> None:
    """A folder of notebooks and posts becomes a published blog."""


@commands.command()
@_with_flags
def build(*, verbose: bool, quiet: bool, **words: Any) -> int:
    """Build the site once."""
    from generator.pipeline import build as build_site

    request = _request(words)
    with _runner(quiet=quiet) as runner:
        report = build_site(request, runner)
    _tell(report, strict=request.strict, verbose=verbose, quiet=quiet)
    return report.exit_code(strict=request.strict)


@commands.command()
@_with_flags
def check(*, verbose: bool, quiet: bool, **words: Any) -> int:
    """Find everything that a build would, and broken links, and publish nothing."""
    from generator.commands.check import check as check_blog
    from generator.wording import check_lines

    request = _request(words)
    with _runner(quiet=quiet) as runner:
        report = check_blog(request, runner)
    for line in check_lines(report, verbose=verbose, quiet=quiet):
        click.echo(line)
    return report.exit_code(strict=request.strict)


@commands.command()
@click.option("--port", type=click.IntRange(0, 65535), default=4000, show_default=True, help="On 127.0.0.1.")
@_with_flags
def serve(*, port: int, verbose: bool, quiet: bool, **words: Any) -> int:
    """Build the site, then serve it on 127.0.0.1."""
    from generator.pipeline import build as build_site
    from generator.serve.static import serve as serve_site

    request = _request(words)
    with _runner(quiet=quiet) as runner:
        report = build_site(request, runner)
    _tell(report, strict=request.strict, verbose=verbose, quiet=quiet)
    if not request.output.is_dir():
        return 1
    base_path = request.base_path if request.base_path is not None else report.base_path

    def say(address: str) -> None:
        click.echo(f"Serving {report.output} at {address} (Ctrl-C stops)")

    serve_site(request.output, port=port, base_path=base_path, when_ready=say)
    return 0


@commands.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "-P", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A value for the `parameters` cell, once."
)
@_with_flags
def run(*, paths: tuple[str, ...], params: tuple[str, ...], quiet: bool, **words: Any) -> int:
    """Run notebooks into the store: those named, or those that ask for it."""
    from generator.runs import run as run_notebooks
    from generator.stages.selecting import Selection
    from generator.wording import run_lines

    request = _request(words)
    selection = Selection(tuple(_in_source(path, request) for path in paths), _params(params))
    with _runner(quiet=quiet) as runner:
        report = run_notebooks(request, selection, runner)
    for line in run_lines(report, quiet=quiet):
        click.echo(line)
    return 1 if report.errors or (request.strict and report.warnings) else 0


@commands.command()
@click.option(
    "--result", type=click.Path(path_type=Path, dir_okay=False), help="Where to write what happened, as JSON."
)
@_with_flags
def refresh(*, result: Path | None, quiet: bool, **words: Any) -> int:
    """Run the notebooks that are due by their own schedules."""
    from generator.runs import refresh as refresh_notebooks
    from generator.stages.refresh_result import write_result
    from generator.wording import run_lines

    request = _request(words)
    with _runner(quiet=quiet) as runner:
        report = refresh_notebooks(request, runner)
    write_result(absolute(result or request.cache / "refresh.json"), report, request.now)
    for line in run_lines(report, quiet=quiet):
        click.echo(line)
    return 0 if report.is_refreshed else 1


@commands.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_with_flags
def explain(*, paths: tuple[str, ...], verbose: bool, **words: Any) -> int:
    """Say of a file: is it a post, at which address, what do its directives mean, would it run, and why."""
    from generator.explaining import explain as explain_source
    from generator.wording import explanation_lines, problem_text

    request = _request(words)
    for path in paths:
        found = explain_source(request, _in_source(path, request))
        lines = map(problem_text, found) if isinstance(found, tuple) else explanation_lines(found, verbose=verbose)
        for line in lines:
            click.echo(line)
        if isinstance(found, tuple):
            return 1
    return 0


@commands.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--compare", is_flag=True, help="Outputs must be those that were saved.")
@click.option(
    "--tolerance",
    type=click.FloatRange(0, 1),
    default=1e-6,
    show_default=True,
    help="How far numbers may be apart, relative to their size.",
)
@_with_flags
def test(*, paths: tuple[str, ...], compare: bool, tolerance: float, verbose: bool, quiet: bool, **words: Any) -> int:
    """Run notebooks as tests: those named, or all; nothing of it is kept."""
    from generator.checks.line_differences import Tolerance
    from generator.commands.literate_tests import report_lines, run_tests
    from generator.stages.selecting import Selection
    from generator.wording import problem_text

    request = _request(words)
    selection = Selection(tuple(_in_source(path, request) for path in paths))
    within = Tolerance(relative=tolerance) if compare else None
    with _runner(quiet=quiet) as runner:
        report = run_tests(request, selection, runner, tolerance=within)
    if isinstance(report, tuple):
        for problem in report:
            click.echo(problem_text(problem))
        return 1
    for line in report_lines(report, verbose=verbose):
        click.echo(line)
    return 0 if report.is_good else 1


_WORDS_FOR_A_STEP: Mapping[str, Any] = MappingProxyType(
    {
        "context_settings": {"ignore_unknown_options": True, "allow_interspersed_args": False},
        "add_help_option": False,
    }
)


@commands.command(**_WORDS_FOR_A_STEP)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="STEP [OPTION]...")
def github(*, words: tuple[str, ...]) -> int:
    """Do one step of the workflows at a desk; without a name, list them."""
    return _do_step(words, "inkmill github")


@commands.group()
def wandb() -> None:
    """Runs of experiments: those of a commit compared, those of pages fetched."""


@wandb.command(**_WORDS_FOR_A_STEP)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[OPTION]...")
def runs(*, words: tuple[str, ...]) -> int:
    """Compare the runs of a commit, or one by its id, with baselines: CSV, Markdown, JSON, a comment."""
    return _do_step(("wandb-runs", *words), "inkmill wandb")


@wandb.command()
@click.option("--offline", is_flag=True, help="Ask nothing; say what is missing, and how old the rest is.")
@click.option(
    "--max-age", type=click.FloatRange(0), metavar="DAYS", help="Warn of snapshots whose numbers are older than that."
)
@_with_reading_flags
def sync(*, offline: bool, max_age: float | None, quiet: bool, **words: Any) -> int:
    """Fetch the runs that posts and pages show into `_wandb/`."""
    from generator.model.sync import SyncReport, SyncWishes
    from generator.syncing import AT_A_DESK
    from generator.syncing import sync as sync_snapshots
    from generator.wording import problem_text, sync_lines

    report = sync_snapshots(_request(words), SyncWishes(offline, max_age, os.environ), AT_A_DESK)
    if not isinstance(report, SyncReport):
        for problem in report:
            click.echo(problem_text(problem))
        return 1
    for line in sync_lines(report, quiet=quiet):
        click.echo(line)
    return report.exit_code


def _do_step(words: Sequence[str], program: str) -> int:
    from generator.steps.__main__ import main as do_step

    try:
        return do_step(words, program)
    except SystemExit as left:  # A step's own words are read by argparse, which knows no other way out.
        return left.code if isinstance(left.code, int) else 2


def _in_source(path: str, request: "BuildRequest") -> str:
    """A path as it was typed, from where one stands, as the source directory calls it."""
    # A file may have a `#` in its name.
    file, mark, variant = (path, "", "") if Path(path).exists() else path.partition("#")
    whole = absolute(Path(file))
    for folder in (request.source, request.source.resolve()):
        if whole.is_relative_to(folder):
            return whole.relative_to(folder).as_posix() + mark + variant
    if (request.source / file).exists() or not whole.exists():
        return path
    raise UsageError(f"`{path}` is not in the blog's folder", mend="name the blog's folder with `--source`")


def _params(written: tuple[str, ...]) -> dict[str, Any]:
    from generator.errors import FrontMatterError
    from generator.location import Location
    from generator.yaml_text import load

    found: dict[str, Any] = {}
    for word in written:
        name, mark, value = word.partition("=")
        if not mark or not name.isidentifier():
            raise UsageError(f"`-P {word}` is not a parameter", mend="write it as `-P name=value`")
        try:
            found[name] = load(value, at=Location("-P")).value
        except FrontMatterError:
            found[name] = value
    return found


@contextmanager
def _runner(*, quiet: bool) -> "Iterator[Runner]":
    """How notebooks are run from a terminal: with what shows how far they have come."""
    from generator.stages.runner import Runner

    if quiet:
        yield Runner()
        return
    from generator.progress import progress_for

    display = progress_for()
    with closing(display):
        yield Runner(watch=display)


def _tell(report: "BuildReport", *, strict: bool, verbose: bool, quiet: bool) -> None:
    from generator.wording import error_lines, report_lines

    lines = error_lines(report, strict=strict) if quiet else report_lines(report, verbose=verbose, strict=strict)
    for line in lines:
        click.echo(line)


def _request(words: dict[str, Any]) -> "BuildRequest":
    return request_of(Words(**{name: value for name, value in words.items() if name not in _FOR_THE_READER}))

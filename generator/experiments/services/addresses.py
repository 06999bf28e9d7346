"""Addresses of W&B's pages: read as an author copied them, written, and cleared of what opens a private report."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, unquote, urlsplit

from generator.errors import ContentError, UsageError
from generator.experiments.short_text import one_line

PUBLIC_API = "https://api.wandb.ai"
_PUBLIC_APP = "https://wandb.ai"
# Where the public pages stood until 2020; it sends visitors on.
_OLD_HOSTS = ("app.wandb.ai", "www.wandb.ai")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LONGEST_ADDRESS = 2_000
# Views of a project that have an address of their own, without naming one thing in it.
_PROJECT_VIEWS = frozenset(("", "workspace", "table", "overview", "runs", "reports", "reportlist"))
_UNFIT = re.compile(r"[\x00-\x20\x7f-\x9f\\\ud800-\udfff]")
_TOKEN = re.compile(r"(accessToken(?:=|%3D))[^\s&#\"'<>)\]]+", re.IGNORECASE)
_REPORT_ID = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")


@dataclass(frozen=True, slots=True)
class RunPage:
    """The page of one run.

    Args:
        project: ``entity/project``.
        url: as it is written today, without anything else that the address held.
    """

    project: str
    run_id: str
    url: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The page of a report.

    Args:
        report_id: as the API wants it, such as ``VmlldzoxMjM=``.
        url: without an access token.
        frame_url: what an iframe shows, with the access token if there was one: nothing to log, or to keep.
        has_token: the address holds what opens a private report to whoever reads it.
    """

    project: str
    report_id: str
    url: str
    frame_url: str = field(repr=False)
    has_token: bool = False


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """Any page about all of a project."""

    project: str
    url: str


WandbPage = RunPage | ReportPage | ProjectPage


def app_url(server: str, chosen: str = "") -> str:
    """Where people look at what the API at server tells, without a slash at the end.

    Args:
        chosen: ``WANDB_APP_URL``.

    >>> app_url("https://api.wandb.ai"), app_url("https://api.example.org"), app_url("http://localhost:8080/")
    ('https://wandb.ai', 'https://app.example.org', 'http://localhost:8080')
    """
    if chosen.strip():
        return chosen.strip().rstrip("/")
    base = server.rstrip("/")
    for api, app in (("://api.wandb.", "://wandb."), ("://api.", "://app.")):
        if api in base:
            return base.replace(api, app, 1)
    return base


def project_url(app: str, project: str) -> str:
    """The page of a project, such as ``https://wandb.ai/acme/mnist``."""
    return f"{app}/{'/'.join(quote(part, safe='') for part in entity_and_name(project))}"


def run_url(app: str, project: str, run_id: str) -> str:
    """The page of a run."""
    return f"{project_url(app, project)}/runs/{quote(run_id, safe='', errors='replace')}"


def entity_and_name(project: str) -> tuple[str, str]:
    """Both parts of ``entity/project``.

    Raises:
        UsageError: it is not of that form.
    """
    parts = project.strip().strip("/").split("/")
    if len(parts) != 2 or not all(map(_is_name, parts)):
        raise UsageError(
            f"`{_shown(project)}` names no project of W&B", mend="write it as `entity/project`, such as `acme/mnist`"
        )
    return parts[0], parts[1]


def read_address(address: str, server: str = PUBLIC_API, chosen_app: str = "") -> WandbPage:
    """What an author points at.

    Args:
        server: of the API, as configured; pages of its own are allowed beside the public ones.
        chosen_app: ``WANDB_APP_URL``.

    Raises:
        ContentError: anything but a page of a run, a report or a project there; the caller adds the place.
    """
    parts = _split(address.strip())
    app = _app_of(parts, app_url(server, chosen_app), address)
    names = [unquote(name) for name in parts.path.removeprefix(urlsplit(app).path).strip("/").split("/")]
    if parts.hostname == urlsplit(PUBLIC_API).hostname:
        raise _short_link(names)
    if len(names) < 2 or not all(map(_is_name, names)):
        raise _not_a_page(address)
    project = f"{names[0]}/{names[1]}"
    match names[2:]:
        case ["runs", run_id, *_]:
            return RunPage(project, run_id, run_url(app, project, run_id))
        case ["reports", name]:
            return _report_page(app, project, name, parts, address)
        case [] | [_] as view if "".join(view) in _PROJECT_VIEWS:
            return ProjectPage(project, project_url(app, project))
    raise _not_a_page(address)


def read_report_id(name: str) -> str:
    """The id of a report from the last part of its address, padded as base64 is.

    Raises:
        ValueError: no report has such an id.

    >>> read_report_id("A-title---VmlldzoxMjM"), read_report_id("VmlldzoxMjM0")
    ('VmlldzoxMjM=', 'VmlldzoxMjM0')
    """
    # A title that ends in a dash makes three of them; the last two count.
    bare = name.rpartition("--")[2].rstrip("=")
    padded = bare + "=" * (-len(bare) % 4)
    if not _REPORT_ID.fullmatch(padded):
        raise ValueError("no base64")
    try:
        is_view = base64.b64decode(padded, altchars=b"-_").startswith(b"View:")
    except binascii.Error as error:
        raise ValueError("no base64") from error
    if not is_view:
        raise ValueError("the id of something else")
    return padded


def without_token(text: str) -> str:
    """Text with every access token in it taken out, to be printed or kept.

    >>> without_token("see https://wandb.ai/a/p/reports/T--Vml?accessToken=abc&x=1")
    'see https://wandb.ai/a/p/reports/T--Vml?accessToken=***&x=1'
    """
    return _TOKEN.sub(r"\1***", text)


def _split(address: str) -> SplitResult:
    """Its parts, if a browser would see the same ones."""
    try:
        parts = urlsplit(address)
        is_port_plain = parts.port is not None or parts.netloc.rpartition("]")[2].count(":") == 0
    except ValueError as error:
        raise _not_a_page(address) from error
    is_web = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    is_plain = is_port_plain and "@" not in parts.netloc and not _UNFIT.search(address)
    if not is_web or not is_plain or len(address) > _LONGEST_ADDRESS:
        raise _not_a_page(address)
    return parts


def _app_of(parts: SplitResult, app: str, address: str) -> str:
    """The base of the pages that the address belongs to."""
    public = urlsplit(_PUBLIC_APP)
    for base in (app, _PUBLIC_APP):
        try:
            allowed = urlsplit(base)
            is_there = _origin(parts) == _origin(allowed)
        except ValueError:
            continue
        prefix = allowed.path.rstrip("/")
        if is_there and (not prefix or parts.path.startswith(f"{prefix}/")):
            return base
    if _origin(parts) in [(public.scheme, host, 443) for host in (*_OLD_HOSTS, urlsplit(PUBLIC_API).hostname)]:
        return _PUBLIC_APP
    hosts = " or ".join(f"`{base}/`" for base in dict.fromkeys((_PUBLIC_APP, app)))
    raise ContentError(f"`{_shown(address)}` is not on a host of W&B", mend=f"write an address below {hosts}")


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _report_page(app: str, project: str, name: str, parts: SplitResult, address: str) -> ReportPage:
    try:
        report_id = read_report_id(name)
    except ValueError as error:
        raise ContentError(
            f"`{_shown(address)}` holds no id of a report",
            mend="copy the whole address of the report, up to what follows the last `--`",
        ) from error
    url = f"{project_url(app, project)}/reports/{quote(name, safe='=')}"
    token = _access_token(parts.query)
    opened = f"{url}?accessToken={quote(unquote(token), safe='')}&jupyter=true" if token else f"{url}?jupyter=true"
    return ReportPage(project, report_id, url, opened, bool(token))


def _access_token(query: str) -> str:
    """As written; of everything else in an address nothing is needed."""
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name == "accessToken" and value:
            return value
    return ""


def _short_link(names: Sequence[str]) -> ContentError:
    if names[:1] == ["links"]:
        # Only W&B knows where it leads, and a build asks nobody.
        return ContentError(
            "this is a short link of W&B", mend="open it, and write the address that the browser then shows"
        )
    return ContentError(
        "this is an address of W&B's API, not of a page", mend="write the address that the browser shows"
    )


def _not_a_page(address: str) -> ContentError:
    return ContentError(
        f"`{_shown(address)}` is no page of a run, a report or a project of W&B",
        mend="write its address as the browser shows it, such as `https://wandb.ai/acme/mnist/runs/1a2b3c4d`",
    )


def _is_name(name: str) -> bool:
    is_plain = name.isprintable() and "/" not in name and "\\" not in name
    return bool(name) and is_plain and name == name.strip() and name not in (".", "..") and len(name) <= 256


def _shown(text: str) -> str:
    """Text from outside for an error, without what opens a report."""
    return one_line(without_token(text), 120)

"""What _config.yml can say. Names are the file's own keys, so that the docs table can be made from here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class DefaultBadges:
    """Launch badges shown on notebook posts unless front matter says otherwise."""

    github: bool = True
    binder: bool = False
    colab: bool = True
    deepnote: bool = False
    kaggle: bool = False


@dataclass(frozen=True, slots=True)
class Minima:
    """What old blogs wrote below ``minima:``."""

    date_format: str = "%b %-d, %Y"
    social_links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feed:
    """The Atom feed."""

    posts_limit: int | None = None
    excerpt_only: bool = False


@dataclass(frozen=True, slots=True)
class DefaultsScope:
    """Where a Jekyll ``defaults`` entry holds; path is a prefix relative to the source directory."""

    path: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class FrontMatterDefault:
    """One entry of Jekyll's ``defaults``."""

    scope: DefaultsScope = field(default_factory=DefaultsScope)
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExecutionDefaults:
    """How notebooks are run that do not say it themselves.

    Args:
        execute: every notebook asks to be run, unless its front matter says ``execute: false``.
        timeout: seconds for one cell; 0 for no limit.
        notebook_timeout: seconds for a whole notebook; 0 for no limit.
        on_error: what becomes of a page whose notebook fails.
        kernel: for notebooks that name none.
        environment: a requirements file, relative to the source directory, for notebooks that name none.
        env: names of environment variables that kernels may see beside the allow-list.
        memory: for all notebooks together, such as ``4 GB``; empty for three quarters of the machine's.
        preload: modules that warm kernels have imported already.
        warm: Python kernels are forked from a warm one where that can be done.
        disable_after: failures in a row after which refresh leaves a notebook alone; 0 for never.
    """

    execute: bool = False
    timeout: int = 600
    notebook_timeout: int = 3600
    on_error: Literal["fail", "show", "keep"] = "fail"
    kernel: str | None = None
    environment: str | None = None
    env: tuple[str, ...] = ()
    memory: str = ""
    preload: tuple[str, ...] = ()
    warm: bool = True
    disable_after: int = 0


@dataclass(frozen=True, slots=True)
class ExperimentDefaults:
    """Where runs of experiments are, for blocks that do not say it and for comments on pull requests.

    Args:
        source: the service.
        project: W&B's ``entity/project``, or MLflow's experiment.
        base_url: of W&B's API, where it is not W&B's own.
        tracking_url: of the MLflow server.
        baseline_tags: runs with one of them are what others are compared with.
        metrics: keys of runs' summaries, with ``:max`` or ``:min`` where that is better; the first leads.
        config: keys of runs' configurations.
    """

    source: Literal["wandb", "mlflow"] = "wandb"
    project: str = ""
    base_url: str = "https://api.wandb.ai"
    tracking_url: str = ""
    baseline_tags: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    config: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """_config.yml, every key with its meaning when absent.

    Args:
        url, baseurl, github_username, github_repo: None or empty are derived from the git remote.
        permalink: its absence in a _config.yml is what makes an old blog.
        timezone: None is UTC, America/Chicago in an old blog.
        future: None is True in an old blog, False in a new site.
        use_math: None turns math on where a document shows signs of it.
        draw_charts: Vega-Lite figures become SVG pictures when vl-convert is installed.
        search: the search page and its data are made.
        exclude, include: globs relative to the source directory, of files beside the sources.
        gone: site paths that may be missing from now on, though they were published.
        setup: ``pending`` asks for the pull request that writes settings down, and promises no address yet.
        values: every key as written, for ``{{ site.X }}``.
        has_file: whether there was a _config.yml at all.
    """

    title: str = ""
    description: str = ""
    author: str = ""
    lang: str = "en"
    url: str | None = None
    baseurl: str | None = None
    github_username: str | None = None
    github_repo: str | None = None
    github_branch: str | None = None
    twitter_username: str | None = None
    permalink: str | None = None
    timezone: str | None = None
    future: bool | None = None
    paginate: int = 15
    paginate_path: str = "/page:num/"
    header_pages: tuple[str, ...] = ()
    show_description: bool = True
    show_image: bool = False
    show_tags: bool = True
    use_math: bool | None = None
    annotations: bool = False
    google_analytics: str | None = None
    smart_quotes: bool = False
    draw_charts: bool = True
    search: bool = True
    redirect_old_urls: bool = False
    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    setup: str = ""
    default_badges: DefaultBadges = field(default_factory=DefaultBadges)
    minima: Minima = field(default_factory=Minima)
    feed: Feed = field(default_factory=Feed)
    defaults: tuple[FrontMatterDefault, ...] = ()
    execution: ExecutionDefaults = field(default_factory=ExecutionDefaults)
    experiments: ExperimentDefaults = field(default_factory=ExperimentDefaults)
    values: Mapping[str, Any] = field(default_factory=dict)
    has_file: bool = False

    @property
    def is_old_blog(self) -> bool:
        """A ``_config.yml`` without ``permalink:`` means the old scheme of URLs and pages."""
        return self.has_file and self.permalink is None


@dataclass(frozen=True, slots=True)
class Address:
    """Where the site will stand.

    Args:
        url: ``https://owner.github.io`` without trailing slash; empty when nothing is known.
        baseurl: ``""`` or ``/blog``.
        owner, repository: of the GitHub repository; empty when unknown.
    """

    url: str = ""
    baseurl: str = ""
    owner: str = ""
    repository: str = ""


def derive_address(settings: Settings, *, repository: str, cname: str) -> Address:
    """The address from settings, and from the repository where settings are silent.

    Args:
        repository: ``owner/name`` from GITHUB_REPOSITORY or the git remote; may be empty.
        cname: first line of the CNAME file; may be empty.

    >>> derive_address(Settings(), repository="ada/notes", cname="")
    Address(url='https://ada.github.io', baseurl='/notes', owner='ada', repository='notes')
    >>> derive_address(Settings(), repository="ada/ada.github.io", cname="").baseurl
    ''
    """
    owner, _, name = repository.partition("/")
    owner, name = settings.github_username or owner, settings.github_repo or name
    if settings.url:
        return Address(settings.url.rstrip("/"), _base(settings.baseurl or ""), owner, name)
    if cname:
        return Address(f"https://{cname}", _base(settings.baseurl or ""), owner, name)
    if not owner:
        return Address("", _base(settings.baseurl or ""), owner, name)
    host = f"{owner.lower()}.github.io"
    derived = "" if not name or name.lower() == host else f"/{name}"
    return Address(f"https://{host}", _base(settings.baseurl or derived), owner, name)


def _base(written: str) -> str:
    stripped = written.strip("/")
    return f"/{stripped}" if stripped else ""

"""Settings cut into the slices that rooms take; no room sees the whole."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from generator.experiments.metrics import read_metric
from generator.model.experiment import ExperimentRules, Service
from generator.model.reading import ReadingRules, Trust
from generator.model.request import BuildRequest
from generator.model.site import SiteRules
from generator.render.rules import BadgeDefaults, PreviewRules, RenderRules, SocialLink
from generator.settings.values import ExperimentDefaults, FrontMatterDefault
from generator.stages.inputs import Inputs

# Where an account of that name lives; anything else is taken for a whole URL.
_SOCIAL: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "github": ("GitHub", "https://github.com/{}"),
        "gitlab": ("GitLab", "https://gitlab.com/{}"),
        "twitter": ("Twitter", "https://twitter.com/{}"),
        "x": ("X", "https://x.com/{}"),
        "linkedin": ("LinkedIn", "https://www.linkedin.com/in/{}"),
        "kaggle": ("Kaggle", "https://www.kaggle.com/{}"),
        "youtube": ("YouTube", "https://www.youtube.com/{}"),
        "instagram": ("Instagram", "https://www.instagram.com/{}"),
        "facebook": ("Facebook", "https://www.facebook.com/{}"),
        "mastodon": ("Mastodon", "{}"),
        "bluesky": ("Bluesky", "https://bsky.app/profile/{}"),
        "stackoverflow": ("Stack Overflow", "https://stackoverflow.com/users/{}"),
        "dribbble": ("Dribbble", "https://dribbble.com/{}"),
        "telegram": ("Telegram", "https://t.me/{}"),
    }
)


def base_path(request: BuildRequest, inputs: Inputs) -> str:
    """This build's base path: ``""`` or ``/blog``; of a preview below the site's own."""
    own = _site_base_path(request, inputs)
    return own if request.preview is None else f"{own}/{request.preview.path}"


def _site_base_path(request: BuildRequest, inputs: Inputs) -> str:
    return inputs.address.baseurl if request.base_path is None else request.base_path


def reading_rules(request: BuildRequest, inputs: Inputs) -> ReadingRules:
    """What shapes a body."""
    settings = inputs.settings
    return ReadingRules(
        is_old_blog=settings.is_old_blog,
        timezone=timezone(inputs),
        site_values=_liquid_values(settings.values),
        baseurl=inputs.address.baseurl,
        url=inputs.address.url,
        front_matter_defaults=tuple(map(_default, settings.defaults)),
        is_nbdev=inputs.is_nbdev,
        math=settings.use_math,
        trust=Trust.STRICT if request.untrusted else Trust.TRUSTED,
        leak_values=tuple(sorted(set(request.leak_values.values()))),
        is_smart=settings.smart_quotes,
        draws_charts=settings.draw_charts,
        experiments=experiment_rules(settings.experiments),
    )


def experiment_rules(defaults: ExperimentDefaults) -> ExperimentRules:
    """What blocks about runs go by, and comments on pull requests."""
    return ExperimentRules(
        service=Service(defaults.source),
        wandb_api=defaults.base_url.rstrip("/"),
        mlflow_server=defaults.tracking_url.rstrip("/"),
        project=defaults.project,
        baseline_tags=defaults.baseline_tags,
        metrics=tuple(map(read_metric, defaults.metrics)),
        config=defaults.config,
    )


def timezone(inputs: Inputs) -> str:
    """The IANA name that dates without zone are in."""
    return inputs.settings.timezone or ("America/Chicago" if inputs.settings.is_old_blog else "UTC")


def _liquid_values(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in values.items() if key not in ("baseurl", "url")}


def _default(entry: FrontMatterDefault) -> tuple[str, str, Mapping[str, Any]]:
    return entry.scope.path.strip("/"), entry.scope.type, entry.values


def site_rules(request: BuildRequest, inputs: Inputs) -> SiteRules:
    """What decides URLs, states and lists."""
    settings = inputs.settings
    is_old = settings.is_old_blog
    return SiteRules(
        is_old_blog=is_old,
        permalink=settings.permalink or ("date" if is_old else "/posts/:title/"),
        timezone=timezone(inputs),
        paginate=max(1, settings.paginate),
        paginate_path=settings.paginate_path,
        shows_future=request.future or (is_old if settings.future is None else settings.future),
        shows_drafts=request.drafts,
        header_pages=settings.header_pages,
        address=inputs.address.url if request.url is None else request.url,
        baseurl=base_path(request, inputs),
        default_lang=settings.lang,
        now=request.now,
        redirects_old_urls=settings.redirect_old_urls,
    )


def render_rules(
    request: BuildRequest, inputs: Inputs, *, engine: str, math_font: str | None, custom: Callable[[str], str]
) -> RenderRules:
    """What every page needs to know of the blog.

    Args:
        custom: the text of a file below ``_custom/``, empty when there is none.
    """
    settings, address = inputs.settings, inputs.address
    repository = f"{address.owner}/{address.repository}" if address.owner and address.repository else ""
    badges = settings.default_badges
    return RenderRules(
        title=settings.title or address.repository or "A blog",
        description=settings.description,
        address=address.url if request.url is None else request.url,
        baseurl=base_path(request, inputs),
        lang=settings.lang,
        author=settings.author,
        github_repo=repository,
        github_branch=settings.github_branch
        or inputs.git.default_branch
        or ("master" if settings.is_old_blog else "main"),
        repository_folder=inputs.git.subfolder,
        badges=BadgeDefaults(badges.github, badges.binder, badges.colab, badges.deepnote, badges.kaggle),
        social_links=tuple(_social_link(name, account) for name, account in settings.minima.social_links.items()),
        twitter_username=settings.twitter_username or settings.minima.social_links.get("twitter", ""),
        shows_description=settings.show_description,
        shows_image=settings.show_image,
        shows_tags=settings.show_tags,
        shows_toc=not settings.is_old_blog,
        date_format=settings.minima.date_format,
        has_search=settings.search,
        feed_limit=settings.feed.posts_limit or (10 if settings.is_old_blog else 20),
        feed_is_full=not settings.is_old_blog and not settings.feed.excerpt_only,
        trusts_html=not request.untrusted,
        math_font=math_font,
        icon="/images/favicon.ico" if "images/favicon.ico" in inputs.files.published else None,
        head_html="" if request.untrusted else custom("head.html"),
        custom_css="" if request.untrusted else custom("style.css"),
        engine=engine,
        preview=_preview_rules(request, inputs),
    )


def _preview_rules(request: BuildRequest, inputs: Inputs) -> PreviewRules | None:
    preview = request.preview
    if preview is None:
        return None
    return PreviewRules(preview.number, preview.sha, preview.link, _site_base_path(request, inputs))


def _social_link(name: str, account: str) -> SocialLink:
    label, pattern = _SOCIAL.get(name.lower(), (name, "{}"))
    return SocialLink(label, account if "://" in account else pattern.format(account))

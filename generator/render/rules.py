"""The slice of settings that render/ needs."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BadgeDefaults:
    """Which launch badges a notebook shows when its front matter does not say."""

    github: bool = True
    binder: bool = True
    colab: bool = True
    deepnote: bool = True
    kaggle: bool = False


@dataclass(frozen=True, slots=True)
class SocialLink:
    """A link to the author elsewhere, for the foot of every page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class PreviewRules:
    """The pull request that the pages show.

    Args:
        sha: of its commit, whole.
        link: where the pull request is; may be empty.
        live: base path of the published blog.
    """

    number: int
    sha: str
    link: str
    live: str


@dataclass(frozen=True, slots=True)
class RenderRules:
    """What every page needs to know of the blog.

    Args:
        title, description: text.
        address: ``https://example.org``, no trailing slash; empty when unknown.
        baseurl: this build's base path: ``""`` or ``/blog``.
        lang: BCP 47 tag of the site; documents may say another.
        author: of posts that name nobody; empty when unknown.
        github_repo: ``owner/name``; empty when unknown, and then there are no badges.
        github_branch: what badges link to when the document names no branch.
        repository_folder: the source directory within the repository: ``""`` or ``docs``.
        social_links: shown at the foot, in order.
        twitter_username: for ``twitter:site``, without ``@``.
        shows_description, shows_image, shows_tags: of the home list.
        shows_toc: whether documents that do not say get a table of contents.
        date_format: strftime, with English names whatever the machine's language.
        feed_limit: newest posts in the feed.
        feed_is_full: whole posts, not summaries.
        has_search: whether to make the search page and its data.
        trusts_html: False in the strict profile: bodies are taken only if they were made strict, HTML that authors
            wrote for their names is not shown, and every page has a policy of what it may do.
        preview: the pages are no blog, but show what a pull request would make of it.
        math_font: site path of the math font's file, for pages whose needs include ``math``.
        icon: site path of the blog's own favicon; None takes ours.
        head_html: the blog's own addition to every page's head.
        custom_css: the blog's own style sheet, after ours.
        engine: whatever changes with the code of this room, such as the version of inkmill.
    """

    title: str
    description: str = ""
    address: str = ""
    baseurl: str = ""
    lang: str = "en"
    author: str = ""
    github_repo: str = ""
    github_branch: str = "main"
    repository_folder: str = ""
    badges: BadgeDefaults = field(default_factory=BadgeDefaults)
    social_links: tuple[SocialLink, ...] = ()
    twitter_username: str = ""
    shows_description: bool = True
    shows_image: bool = False
    shows_tags: bool = True
    shows_toc: bool = True
    date_format: str = "%b %-d, %Y"
    feed_limit: int = 20
    feed_is_full: bool = False
    has_search: bool = True
    trusts_html: bool = True
    math_font: str | None = None
    icon: str | None = None
    head_html: str = ""
    custom_css: str = ""
    engine: str = ""
    preview: PreviewRules | None = None

    @property
    def is_public(self) -> bool:
        """Whether anybody but those who review it is meant to find the site."""
        return self.trusts_html and self.preview is None

"""What GitHub says of a repository, and where its blog will stand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generator.errors import MachineError
from generator.github.answers import part_of
from generator.github.api import GitHub
from generator.github.context import RunContext
from generator.github.refusals import GitHubRefusedError

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


@dataclass(frozen=True, slots=True)
class PagesFacts:
    """GitHub Pages of a repository.

    Args:
        is_on: None where the token may not ask and the repository does not say.
        source: ``gh-pages``, ``workflow``, another branch, or empty where unknown.
        domain: the custom domain, or empty.
    """

    is_on: bool | None = None
    source: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True)
class RepositoryFacts:
    """A repository as its owner sees it.

    Args:
        template: ``owner/name`` of the template it was made from, or empty.
        description: one line, from outside.
    """

    owner: str
    name: str
    default_branch: str
    server_url: str = "https://github.com"
    template: str = ""
    description: str = ""
    has_issues: bool = True
    is_private: bool = False
    pages: PagesFacts = PagesFacts()

    @property
    def repository(self) -> str:
        """``owner/name``."""
        return f"{self.owner}/{self.name}"

    @property
    def url(self) -> str:
        """Of its own page."""
        return f"{self.server_url}/{self.repository}"

    @property
    def is_user_site(self) -> bool:
        """Whether Pages serves it at the root of the owner's own host."""
        return self.name.lower() == f"{self.owner.lower()}.github.io"


@dataclass(frozen=True, slots=True)
class SiteAddress:
    """Where a blog stands: scheme and host, and a path that is empty or begins with a slash."""

    url: str
    baseurl: str

    def __str__(self) -> str:
        return f"{self.url}{self.baseurl}/"


def read_facts(github: GitHub, context: RunContext) -> RepositoryFacts:
    """Ask GitHub about a repository and its Pages; what the token may not know stays open."""
    repository = context.repository
    said = github.get(f"/repos/{repository}")
    if not isinstance(said, Mapping):
        raise _strange("an object")
    owner, name = repository.split("/")
    full_name = part_of(said, "template_repository").get("full_name")
    return RepositoryFacts(
        owner=owner,
        name=name,
        default_branch=_branch(said.get("default_branch")),
        server_url=context.server_url,
        template=full_name if isinstance(full_name, str) and _REPOSITORY.fullmatch(full_name) else "",
        description=" ".join(str(said.get("description") or "").split())[:300],
        has_issues=said.get("has_issues") is not False,
        is_private=said.get("private") is True,
        pages=_pages(github, repository, said.get("has_pages")),
    )


def _branch(said: Any) -> str:
    if (
        not isinstance(said, str)
        or not said
        or said.startswith("-")
        or re.search(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.", said)
    ):
        raise _strange("a default branch")
    return said


def _pages(github: GitHub, repository: str, has_pages: Any) -> PagesFacts:
    known = has_pages if isinstance(has_pages, bool) else None
    try:
        said = github.get_or_none(f"/repos/{repository}/pages")
    except GitHubRefusedError:
        # The job's token need not have the right to read Pages.
        return PagesFacts(is_on=known)
    if not isinstance(said, Mapping):
        return PagesFacts(is_on=known or False)
    return PagesFacts(
        is_on=True,
        source="workflow" if said.get("build_type") == "workflow" else str(part_of(said, "source").get("branch") or ""),
        domain=custom_domain(str(said.get("cname") or "")),
    )


def custom_domain(cname: str) -> str:
    """The domain a CNAME file names, or nothing where it names none.

    >>> custom_domain("Blog.Example.org\\n"), custom_domain("not a domain")
    ('blog.example.org', '')
    """
    lines = cname.split()
    domain = lines[0].lower() if len(lines) == 1 else ""
    return domain if _DOMAIN.fullmatch(domain) else ""


def site_address(facts: RepositoryFacts, domain: str = "") -> SiteAddress:
    """Where the blog will stand.

    Args:
        domain: a custom domain from the blog's CNAME file; Pages' own is known from facts.

    >>> str(site_address(RepositoryFacts("Ada", "notes", "main")))
    'https://ada.github.io/notes/'
    """
    chosen = domain or facts.pages.domain
    if chosen:
        return SiteAddress(f"https://{chosen}", "")
    return SiteAddress(f"https://{facts.owner.lower()}.github.io", "" if facts.is_user_site else f"/{facts.name}")


def _strange(what: str) -> MachineError:
    return MachineError(f"GitHub's answer about this repository holds no {what}", mend="run the workflow again")

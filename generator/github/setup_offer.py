"""The setup pull request in words."""

from generator.github.offers import Offer
from generator.github.proposed_branch import Offered
from generator.github.repository_facts import PagesFacts, RepositoryFacts
from generator.github.repository_setup import Setup, Template
from generator.github.repository_templates import filled
from generator.github.said import code_span

KIND = "setup"
BRANCH = "inkmill/setup"
TITLE = "Set up this blog"
_VALUES = """Write the blog's settings down, and take the template's own posts out

The address that was worked out so far stands in _config.yml from now on.
"""
_CONTENT_ONLY = """Install the engine instead of keeping it here

engine.txt names its repository and commit. Drop this commit to keep the engine in this repository.
"""
_MOST_NAMES = 20


def commits_of(setup: Setup) -> tuple[Offered, ...]:
    """The commits to offer, the second of them only where the engine can go."""
    first = Offered(_VALUES, setup.values)
    return (first, Offered(_CONTENT_ONLY, setup.content_only)) if setup.content_only else (first,)


def setup_offer(setup: Setup, facts: RepositoryFacts, template: Template | None) -> Offer:
    """Title and text: what changes, and what only a person can do."""
    text = filled(
        "setup-pull-request.md",
        address=f"<{setup.address}>",
        repository_url=facts.url,
        branch=facts.default_branch,
        kept=_kept(setup, template),
        content_only=_content_only(setup),
        pages=_pages(facts),
        licence=_licence(setup, facts),
    )
    return Offer(KIND, BRANCH, TITLE, text)


def _kept(setup: Setup, template: Template | None) -> str:
    if template is None:
        return (
            "\nThis repository names no template that can be read, so nobody can say which files are yours: none is "
            "taken out. Delete the posts, pages and pictures that are not, and the README.\n"
        )
    if not setup.kept:
        return ""
    return f"\nYou changed {_names(setup.kept)} already: that stays as you left it.\n"


def _content_only(setup: Setup) -> str:
    if setup.content_only:
        return "\n" + filled("setup-content-only.md", branch=BRANCH).strip()
    if setup.engine_changes:
        return (
            f"\nThe engine stays in this repository, since you changed it: {_names(setup.engine_changes)}. Without "
            "changes of yours a second commit would take it out and have it installed instead."
        )
    return ""


def _names(paths: tuple[str, ...]) -> str:
    shown = ", ".join(code_span(path) for path in paths[:_MOST_NAMES])
    return shown if len(paths) <= _MOST_NAMES else f"{shown} and {len(paths) - _MOST_NAMES} more"


def _pages(facts: RepositoryFacts) -> str:
    settings = f"[Settings, Pages]({facts.url}/settings/pages)"
    choose = f"Under {settings} choose *Deploy from a branch*, the branch `gh-pages` and the folder `/ (root)`"
    match facts.pages:
        case PagesFacts(is_on=True, source="gh-pages"):
            return f"Nothing to do: it shows the branch `gh-pages` already ({settings})."
        case PagesFacts(is_on=True, source="workflow"):
            return (
                f"It is on, and set to *GitHub Actions*. {choose}; or add a "
                f"[variable]({facts.url}/settings/variables/actions) `PAGES_MODE` with the value `workflow`."
            )
        case PagesFacts(is_on=True):
            return f"It is on; see that it shows the right branch. {choose}."
    cost = " Pages of a private repository need a paid plan." if facts.is_private else ""
    return f"{choose}. The branch is there once the workflow *site* has run for the first time.{cost}"


def _licence(setup: Setup, facts: RepositoryFacts) -> str:
    where = (
        "The engine's own licence moves to `.github/LICENSE`, so the place is free"
        if "LICENSE" in setup.content_only
        else "The file `LICENSE` is the engine's, and says nothing of your posts"
    )
    new = f"{facts.url}/new/{BRANCH}?filename=LICENSE"
    choice = f" ([add one here]({new}))" if "LICENSE" in setup.content_only else ""
    return (
        f"May others copy your words, pictures and code, and how? Say so in the README{choice}; without a word "
        f"everything is reserved. {where}."
    )

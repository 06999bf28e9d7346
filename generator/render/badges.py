"""Launch badges: where a notebook can be opened besides here."""

from urllib.parse import quote, quote_plus

from generator.model.front_matter import BadgeChoice
from generator.render.rules import RenderRules
from generator.render.views import BadgeView


def badges_of(source: str, choice: BadgeChoice, rules: RenderRules) -> tuple[BadgeView, ...]:
    """A notebook's badges in their fixed order.

    Args:
        source: the notebook's path, relative to the source directory.

    Source of the URL shapes: fastpages' badge includes; Kaggle's own notes on opening a notebook from GitHub.
    """
    site = rules.badges
    if choice.all is False or not rules.github_repo:
        return ()
    branch = choice.branch or rules.github_branch
    folder = rules.repository_folder.strip("/")
    path = f"{folder}/{source}" if folder else source
    wanted = (
        (site.github if choice.github is None else choice.github, _github),
        (site.binder if choice.binder is None else choice.binder, _binder),
        (site.colab if choice.colab is None else choice.colab, _colab),
        (site.deepnote if choice.deepnote is None else choice.deepnote, _deepnote),
        (site.kaggle if choice.kaggle is None else choice.kaggle, _kaggle),
    )
    return tuple(badge(rules.github_repo, branch, path) for is_wanted, badge in wanted if is_wanted)


def _github(repo: str, branch: str, path: str) -> BadgeView:
    return BadgeView("github", "View on GitHub", f"https://github.com/{repo}/tree/{quote(branch)}/{quote(path)}")


def _binder(repo: str, branch: str, path: str) -> BadgeView:
    # Binder reads one path segment as the branch.
    href = f"https://mybinder.org/v2/gh/{repo}/{quote(branch, safe='')}?filepath={quote_plus(path)}"
    return BadgeView("binder", "Open in Binder", href)


def _colab(repo: str, branch: str, path: str) -> BadgeView:
    href = f"https://colab.research.google.com/github/{repo}/blob/{quote(branch)}/{quote(path)}"
    return BadgeView("colab", "Open in Colab", href)


def _deepnote(repo: str, branch: str, path: str) -> BadgeView:
    notebook = f"https://github.com/{repo}/blob/{quote(branch)}/"
    return BadgeView(
        "deepnote", "Open in Deepnote", f"https://deepnote.com/launch?url={quote_plus(notebook)}{quote_plus(path)}"
    )


def _kaggle(repo: str, branch: str, path: str) -> BadgeView:
    notebook = f"https://github.com/{repo}/blob/{quote(branch)}/{quote(path)}"
    return BadgeView("kaggle", "Open in Kaggle", f"https://kaggle.com/kernels/welcome?src={quote_plus(notebook)}")

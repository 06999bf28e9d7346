"""What the setup pull request changes in a repository that was made from the template."""

from collections.abc import Callable
from dataclasses import dataclass

from generator.errors import ContentError
from generator.github.config_lines import value_of, with_values, without_items
from generator.github.engine_pin import FILE as ENGINE
from generator.github.engine_pin import EnginePin
from generator.github.repository_facts import RepositoryFacts, SiteAddress, custom_domain, site_address
from generator.github.repository_templates import filled, repository_text
from generator.github.tree_edits import Edits, Entry, Tree, below, without_workflows
from generator.location import Location

CONFIG = "_config.yml"
ABOUT = "_pages/about.md"
_CONTENT = ("_notebooks/", "_posts/", "_pages/", "_word/", "_drafts/", "_wandb/", "images/", "data/")
_PICTURES = ("images/", "data/")
_ENGINE_FOLDERS = ("generator/", "templates/", "tests/", "bench/", "docs/", "changelog.d/", ".ci/")
_ENGINE_FILES = (
    *("pyproject.toml", "CONTRIBUTING.md", "requirements-github.in"),
    *(f"requirements-{name}.{kind}" for name in ("test", "wandb") for kind in ("in", "lock")),
)
# For repositories that are no blog of this kind.
_ACTIONS = ("action.yml", "wandb/action.yml")
# Whoever changed one of these works with an engine of his own, and keeps it.
_LIVING = ("generator/", "templates/", ".ci/", "pyproject.toml", "Makefile")
# Of the template's own _config.yml.
_OUR_TITLE = "inkmill"
_OUR_DESCRIPTION = "A blog from a folder of notebooks and Markdown."

Read = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Template:
    """The repository that a blog was made from.

    Args:
        pin: where the engine is installed from.
        known: path and blob of every file that ever was in it.
    """

    pin: EnginePin
    known: frozenset[tuple[str, str]]

    def holds(self, path: str, entry: Entry | None) -> bool:
        """Whether a file is the template's, unchanged."""
        return entry is not None and (path, entry.blob) in self.known


@dataclass(frozen=True, slots=True)
class Setup:
    """Two commits, the second of which can be dropped.

    Args:
        content_only: empty where the layout without the engine cannot be offered, or is there already.
        engine_changes: files of the engine that were changed, and stand in the way of that layout.
        kept: files of the template that somebody changed, and that stay for that.
    """

    address: SiteAddress
    values: Edits
    content_only: Edits
    engine_changes: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def plan_setup(tree: Tree, read: Read, facts: RepositoryFacts, template: Template | None) -> Setup:
    """What the setup changes in tree, the head of the default branch.

    Args:
        read: content of a file of tree, by its path.
        template: without it nobody knows which files came with the template, and none is taken out.

    Raises:
        ContentError: _config.yml is not UTF-8.
    """
    domain = custom_domain(read("CNAME").decode(errors="replace")) if "CNAME" in tree else ""
    config = _config(read(CONFIG))
    address = chosen_address(config, facts, domain)
    if template is None:
        return Setup(address, without_workflows({CONFIG: _with_facts(config, facts, address).encode()}), {})
    replaced = {**_own_content(tree, read, template), **_own_files(tree, facts, address, template)}
    config = without_items(config, {path for path, edit in replaced.items() if edit is None})
    values = {
        CONFIG: _with_facts(config, facts, address).encode(),
        **replaced,
        ENGINE: template.pin.text.encode(),
    }
    changed = _changed(tree, template)
    stands_in_the_way = tuple(path for path in changed if path.startswith(_LIVING))
    has_engine = bool(below(tree, ("generator/",)))
    return Setup(
        address,
        without_workflows(values),
        without_workflows(_content_only(tree, template)) if has_engine and not stands_in_the_way else {},
        stands_in_the_way if has_engine else (),
        tuple(path for path in changed if path.startswith(_CONTENT) or path in ("README.md", *_ACTIONS)),
    )


def _config(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise ContentError("this is not UTF-8", at=Location(CONFIG), mend="save it as UTF-8") from None


def chosen_address(config: str, facts: RepositoryFacts, domain: str) -> SiteAddress:
    """Where a build of this blog puts it: what its _config.yml says, and the repository where that is silent."""
    url, baseurl = value_of(config, "url").rstrip("/"), value_of(config, "baseurl").strip("/")
    derived = site_address(facts, domain)
    # An address somebody wrote is the whole of it, as a build reads it.
    path = f"/{baseurl}" if baseurl else "" if url else derived.baseurl
    return SiteAddress(url or derived.url, path)


def _with_facts(config: str, facts: RepositoryFacts, address: SiteAddress) -> str:
    values = {
        "title": facts.name,
        "url": address.url,
        "baseurl": address.baseurl,
        "github_username": facts.owner,
        "github_repo": facts.name,
        "setup": "done",
    }
    if facts.description:
        values["description"] = facts.description
    ours = {"title": {_OUR_TITLE}, "description": {_OUR_DESCRIPTION}, "setup": {"pending"}}
    return with_values(config, values, ours=ours)


def _own_content(tree: Tree, read: Read, template: Template) -> dict[str, Entry | bytes | None]:
    """Posts, pages and pictures that came with the template go; the welcome notebook becomes a draft."""
    ours = [path for path in below(tree, _CONTENT) if template.holds(path, tree[path])]
    edits: dict[str, Entry | bytes | None] = dict.fromkeys(ours)
    for path in ours:
        draft = f"_drafts/{path.removeprefix('_notebooks/')}"
        if path.startswith("_notebooks/") and "welcome" in path and draft not in tree:
            edits[draft] = tree[path]
            for shown in _shown_by(read(path), ours):
                edits.pop(shown, None)
    return edits


def _shown_by(draft: bytes, ours: list[str]) -> list[str]:
    return [path for path in ours if path.startswith(_PICTURES) and path.encode() in draft]


def _own_files(
    tree: Tree, facts: RepositoryFacts, address: SiteAddress, template: Template
) -> dict[str, Entry | bytes | None]:
    edits: dict[str, Entry | bytes | None] = {}
    words = {"name": facts.name, "owner": facts.owner, "address": str(address), "engine": template.pin.url}
    links = {"server_url": facts.server_url, "repository_url": facts.url}
    if template.holds("README.md", tree.get("README.md")):
        edits["README.md"] = filled("README.md", **words, **links).encode()
    if template.holds(ABOUT, tree.get(ABOUT)):
        edits[ABOUT] = filled("about.md", **words, **links).encode()
    return edits | {path: None for path in _ACTIONS if template.holds(path, tree.get(path))}


def _changed(tree: Tree, template: Template) -> list[str]:
    """Files that stand where the template has one, and are not it; in the engine's own code new ones, too."""
    paths = {path for path, _ in template.known}
    return [
        path
        for path in sorted(tree)
        if not template.holds(path, tree[path]) and (path in paths or path.startswith(("generator/", "templates/")))
    ]


def _content_only(tree: Tree, template: Template) -> dict[str, Entry | bytes | None]:
    """The engine goes, and is installed from the template's repository instead."""
    candidates = (*below(tree, _ENGINE_FOLDERS), *_ENGINE_FILES)
    edits: dict[str, Entry | bytes | None] = {path: None for path in candidates if template.holds(path, tree.get(path))}
    edits["Makefile"] = repository_text("Makefile").encode()
    # At the root it would say that the posts are under it, too.
    if template.holds("LICENSE", tree.get("LICENSE")):
        edits |= {"LICENSE": None, ".github/LICENSE": tree["LICENSE"]}
    return edits

"""A built site as it came out of another job: what it says of itself, and files that are exactly that."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.errors import ContentError
from generator.github.inert_tree import PREVIEW_RULES, SITE_RULES, InertTree, check_tree
from generator.github.manifest import MANIFEST_NAME, SITE_FOLDER, BuiltKind, SiteManifest, facts_of, read_manifest
from generator.github.plain_files import quoted_name, read_plain
from generator.github.published_branch import PREVIEWS

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Built:
    """A site whose names and sizes were checked; contents are when they are read."""

    manifest: SiteManifest
    tree: InertTree

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Path and content of each file, in the order of paths.

        Raises:
            ContentError: a content is not the one that the manifest describes.
            MachineError: a file cannot be read.
        """
        for path, facts in sorted(self.manifest.files.items()):
            content = read_plain(self.tree.folder, path, facts.size)
            if facts_of(content) != facts:
                raise _unlike([path], "differ from what the build says of its site")
            yield path, content


def read_built(folder: Path, kind: BuiltKind) -> Built:
    """The site in the folder of an artifact: `manifest.json` and `site/`.

    Raises:
        ContentError: the manifest cannot be believed, a file breaks a rule, or files are missing or too many.
        MachineError: something cannot be read.
    """
    manifest = read_manifest(folder / MANIFEST_NAME, kind)
    site = folder / SITE_FOLDER
    if site.is_symlink() or not site.is_dir():
        raise ContentError(f"there is no folder `{SITE_FOLDER}`: the build left no site", mend="build again")
    tree = check_tree(site, PREVIEW_RULES if kind is BuiltKind.PREVIEW else SITE_RULES)
    described = {path: facts.size for path, facts in manifest.files.items()}
    if unlike := sorted(path for path, _ in described.items() ^ tree.sizes.items()):
        raise _unlike(list(dict.fromkeys(unlike)), "are not those that the build says of its site")
    if kind is BuiltKind.SITE:
        _check_room(tree)
    if "index.html" not in tree.sizes:
        raise ContentError("the site has no index.html: it has no front page", mend="see what the build says")
    return Built(manifest, tree)


def _check_room(tree: InertTree) -> None:
    """Previews stand below a folder of the site; the site itself has nothing there."""
    for path in tree.sizes:
        if path.partition("/")[0].casefold() == PREVIEWS:
            raise ContentError(
                f"{quoted_name(path)} stands where previews of pull requests do",
                mend=f"give the page a `permalink:` that does not begin with /{PREVIEWS}/",
            )


def _unlike(paths: list[str], what: str) -> ContentError:
    named = ", ".join(map(quoted_name, paths[:_MOST_NAMED])) + (" …" if len(paths) > _MOST_NAMED else "")
    return ContentError(f"files {what}: {named}", mend="run the job that builds again")

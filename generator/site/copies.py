"""Files of the repository that are copied, and the places they take."""

from collections.abc import Mapping, Sequence

from generator.formats.names import safe_output_path
from generator.location import Location
from generator.model.problem import Problem, error
from generator.model.site import HomePage, SiteRules, Tag
from generator.site.engine_pages import FIXED_FILES, files_in_the_way, replaceable_files
from generator.site.placed import Placed
from generator.site.urls import Claims


def claims_of(
    pages: Sequence[Placed],
    published: Mapping[str, str],
    home: Sequence[HomePage],
    tags: Sequence[Tag],
    rules: SiteRules,
) -> tuple[Claims, dict[str, str], list[Problem]]:
    """Who has which file, and the files copied in any case: repository path to site path."""
    claims = Claims()
    for page in home:
        claims.take(page.file, "the home list")
    for tag in tags:
        claims.take(safe_output_path(tag.url), f"the tag `{tag.name}`")
    for one in pages:
        claims.take(one.file, one.path)
    unwanted = files_in_the_way(published, home)
    problems = list(unwanted.values())
    copied: dict[str, str] = {}
    for path, file in sorted(published.items()):
        owner = claims.clash(file)
        if path in unwanted:
            continue
        if owner is None:
            copied[path] = file
        else:
            problems.append(_clash(path, file, owner))
    # Only now: files that differ in case alone are the repository's affair, a page and a file are ours.
    for path, file in copied.items():
        claims.take(file, path)
    for file, name in (*FIXED_FILES, *replaceable_files(rules).items()):
        if claims.clash(file) is None:
            claims.take(file, name)
    return claims, copied, problems


def add_copies(copied: dict[str, str], linked: Mapping[str, str], claims: Claims) -> list[Problem]:
    """Files that documents show or link to join those copied in any case."""
    owners = {file: path for path, file in copied.items()}
    problems: list[Problem] = []
    for path, file in sorted(linked.items()):
        if copied.get(path) == file or (file in owners and path == file):
            continue
        if file in owners:
            # `images/copied_from_nb/x.png` was committed beside `_notebooks/x.png`: the notebook's own is newer.
            del copied[owners[file]]
        elif (owner := claims.clash(file)) is not None and owner not in copied:
            problems.append(_clash(path, file, owner))
            continue
        copied[path] = file
        owners[file] = path
        claims.take(file, path)
    return problems


def _clash(path: str, file: str, owner: str) -> Problem:
    said = f"`/{file}` is also the URL of {owner}"
    return error("collision", said, Location(path), "rename the file, or give the page another `permalink:`")

"""Which files beside the sources are published, and which a document may link to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from generator.model.site import FileIndex
from generator.model.source import Shelf
from generator.sources.disk import Seen
from generator.sources.git import Ignored
from generator.sources.jekyll import Patterns, choice
from generator.sources.shelves import Peek, ShelfRules, Shelving, has_front_matter

_ALWAYS = ("images/", "assets/")
_SHELF_FOLDERS = frozenset(shelf.value for shelf in Shelf)
# A blog that keeps Jekyll's rule publishes its whole root; nobody meant these.
_BUILD_FILES = tuple(
    """requirements*.txt requirements*.lock requirements*.in constraints*.txt pyproject.toml setup.py setup.cfg
    poetry.lock uv.lock pdm.lock pixi.toml pixi.lock Pipfile Pipfile.lock environment.yml environment.yaml tox.ini
    noxfile.py Makefile makefile GNUmakefile Dockerfile docker-compose.yml docker-compose.yaml compose.yml action.yml
    action.yaml Gemfile Gemfile.lock *.gemspec Rakefile package.json package-lock.json yarn.lock pnpm-lock.yaml
    settings.ini netlify.toml vercel.json inkmill.toml _config*.yml""".split()
)
# Names under which keys and passwords are kept; a link to one is a slip, never a wish.
_SECRET = re.compile(
    r"""\.env(\..*)?|.*\.(pem|key|p12|pfx|keystore|jks|kdbx|ppk)|id_(rsa|dsa|ecdsa|ed25519)(\..*)?|\.netrc|_netrc
    |\.npmrc|\.pypirc|\.git-credentials|\.htpasswd|\.pgpass|\.dockercfg|kaggle\.json|credentials(\.json|\.ya?ml)?
    |secrets?(\.json|\.ya?ml|\.toml|\.ini|\.env)?|service[-_]account.*\.json|.*\.tfstate""",
    re.VERBOSE | re.IGNORECASE,
)
_SECRET_FOLDERS = frozenset((".git", ".ssh", ".aws", ".gnupg", ".kube", ".docker", ".azure", ".gcloud"))
_ENGINE_MARKS = ("generator/location.py", "generator/errors.py", "templates/base.html")
_ENGINE = frozenset("generator templates tests bench docs changelog.d wandb .ci dist build".split())
# With front matter Jekyll would have run these as programs of its own; copied as they are, they would be noise.
_PROGRAMS = (".css", ".scss", ".sass", ".coffee", ".js", ".json", ".xml", ".txt", ".html", ".htm", ".md", ".markdown")


def engine_paths(listed: Iterable[str]) -> frozenset[str]:
    """What at the top of the source directory is inkmill itself: the blog may stand in its repository."""
    paths = frozenset(listed)
    is_checkout = sum(mark in paths for mark in _ENGINE_MARKS) >= 2
    return _ENGINE if is_checkout else frozenset()


def published_files(
    seen: Sequence[Seen], *, shelving: Shelving, ignored: Ignored, rules: ShelfRules, peek: Peek
) -> FileIndex:
    """Files published in any case, and all those a document may link to; sources are neither."""
    sources = {source.path for source in shelving.sources}
    usable = [
        file.path
        for file in seen
        if file.fault is None
        and file.path not in sources
        and file.path not in shelving.generated
        and not is_secret(file.path)
        and file.path not in ignored
        # No address leads to it, and on Windows it is another file.
        and "\\" not in file.path
    ]
    chosen = _old_choice(usable, rules, peek) if rules.is_old_blog else _new_choice(usable, rules)
    return FileIndex(frozenset(usable), chosen)


def is_secret(path: str) -> bool:
    """Whether a path looks like a place for keys or passwords."""
    *folders, name = path.split("/")
    return _SECRET.fullmatch(name) is not None or not _SECRET_FOLDERS.isdisjoint(folders)


def _new_choice(paths: Iterable[str], rules: ShelfRules) -> Mapping[str, str]:
    exclude = Patterns(rules.exclude)
    # `_pages` is named by every old configuration; what stands there are sources, not files to copy.
    names = (pattern.strip().removeprefix("./").strip("/") for pattern in rules.include)
    include = tuple(name for name in names if name and name not in _SHELF_FOLDERS)

    def is_chosen(path: str) -> bool:
        if exclude.match(path):
            return False
        if path == "CNAME" or any(_is_named(path, name) for name in include):
            return True
        return path.startswith(_ALWAYS) and not any(segment.startswith(".") for segment in path.split("/"))

    return {path: path for path in paths if is_chosen(path)}


def _is_named(path: str, name: str) -> bool:
    return path == name or path.startswith(f"{name}/") or fnmatchcase(path, name)


def _old_choice(paths: Iterable[str], rules: ShelfRules, peek: Peek) -> Mapping[str, str]:
    chosen = choice(rules.exclude, (*rules.include, ".htaccess"))
    return {
        path: path
        for path in paths
        if path.partition("/")[0] not in rules.engine
        and chosen.is_published(path)
        and not _is_build_file(path)
        and not (path.lower().endswith(_PROGRAMS) and has_front_matter(peek(path)))
    }


def _is_build_file(path: str) -> bool:
    return "/" not in path and any(fnmatchcase(path, pattern) for pattern in _BUILD_FILES)

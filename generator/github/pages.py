"""Writing to the branch `gh-pages`: the site touches all but previews, a preview nothing but its own folder."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

from generator.errors import ContentError
from generator.github.ancestry import is_overtaken
from generator.github.api import GitHub
from generator.github.branch import (
    Content,
    Graft,
    Rewrite,
    Tip,
    TreeStep,
    Without,
    make_commit,
    read_tip,
    rewrite_branch,
    store_tree,
    tree_of,
)
from generator.github.built import Built
from generator.github.context import RunContext
from generator.github.git import bare_repository, remote_of
from generator.github.manifest import BuiltKind, SiteManifest
from generator.github.published_branch import (
    BEFORE_INKMILL,
    BRANCH,
    KEPT_PUBLICATIONS,
    NO_JEKYLL,
    PREVIEWS,
    PUBLISHED_REFS,
    folder_of_preview,
    is_of_site,
    is_older_than_inkmill,
    preview_numbers,
    publication_ref,
    publications,
    record_at,
)
from generator.github.site_record import RECORD_NAME, SiteRecord, record_of, write_record

MOST_PREVIEWS = 20
# Pages serves no more than 1 GB, and what is too large for it would keep the blog itself from being served.
MOST_BYTES_WITH_PREVIEWS = 900_000_000

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_DOMAIN = "CNAME"
_LARGEST_DOMAIN_BYTES = 1_000


@dataclass(frozen=True, slots=True)
class Published:
    """A site that stands on the branch now.

    Args:
        is_news: whether a file differs from those that stood there before.
    """

    record: SiteRecord
    is_news: bool


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A site that was not published, because a newer one is."""

    newer: SiteRecord


@dataclass(frozen=True, slots=True)
class WouldBreakLinks:
    """A site that was not published, because it lacks pages that readers know: their URLs without base path."""

    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublishedPreview:
    """A preview that stands on the branch now.

    Args:
        url: of its front page.
        removed: pull requests whose previews had to make room for it, oldest first.
        is_overtaken: a preview of a later build stood there, and was left.
    """

    url: str
    removed: tuple[int, ...] = ()
    is_overtaken: bool = False


Publication = Published | Overtaken | WouldBreakLinks


def publish_site(context: RunContext, github: GitHub, built: Built) -> Publication:
    """Put a site in the root of the branch.

    Raises:
        ContentError: files are not those of the manifest, or the record on the branch cannot be read.
        RefusedError, MachineError: as `rewrite_branch`.
    """
    manifest = built.manifest
    with bare_repository(remote_of(context)) as repository:
        site = store_tree(repository, built.files(), manifest.now)

        def plan(tip: Tip) -> Rewrite[Publication]:
            shown = record_at(tip)
            if shown is not None and is_overtaken(github, context.repository, shown, manifest):
                return Rewrite(Overtaken(shown))
            if shown is not None and (lost := _lost_urls(shown, manifest)):
                return Rewrite(WouldBreakLinks(lost))
            is_news = shown is None or shown.files != manifest.files
            number = _next_number(tip, shown) if shown is None or is_news else shown.publication
            record = record_of(manifest, context.run_number, number)
            root = (
                Graft("", site),
                *_domain(tip, shown, manifest),
                Content(NO_JEKYLL, b""),
                Content(RECORD_NAME, write_record(record)),
            )
            kept = make_commit(repository, root, f"Publish {manifest.source[:12]}", manifest.now)
            commit = with_previews(tip, kept, f"Publish {manifest.source[:12]}", manifest.now)
            return Rewrite(Published(record, is_news), commit, is_of_site, _refs(tip, number, kept))

        return rewrite_branch(repository, BRANCH, plan, f"{PUBLISHED_REFS}*")


def _domain(tip: Tip, shown: SiteRecord | None, built: SiteManifest) -> Iterator[TreeStep]:
    """A domain that was chosen in the settings of Pages: GitHub writes it on the branch, and forgets it without."""
    is_ours = shown is not None and _DOMAIN in shown.files
    content = None if is_ours or _DOMAIN in built.files else tip.read(_DOMAIN, _LARGEST_DOMAIN_BYTES)
    if content is not None:
        yield Content(_DOMAIN, content)


def _lost_urls(shown: SiteRecord, built: SiteManifest) -> tuple[str, ...]:
    """Pages that are published and would be no more, though nobody said that they may go."""
    if shown.is_provisional:
        # The template's own posts and docs, which the setup takes out.
        return ()
    let_go = {_plain_url(url) for url in built.gone}
    return tuple(url for url in sorted({*shown.urls} - {*built.urls}) if _plain_url(url) not in let_go)


def _plain_url(url: str) -> str:
    """As a person may write it: percent-encoded or not, with a slash at the end or not."""
    return unquote(url).removesuffix("index.html").rstrip("/")


def _next_number(tip: Tip, shown: SiteRecord | None) -> int:
    return max([BEFORE_INKMILL, *publications(tip), *([shown.publication] if shown else [])]) + 1


def _refs(tip: Tip, number: int, kept: str) -> Mapping[str, str]:
    """The sites to keep from now on, and those to let go."""
    refs = {publication_ref(number): kept}
    if tip.commit and is_older_than_inkmill(tip):
        refs[publication_ref(BEFORE_INKMILL)] = tip.commit
    old = [known for known in publications(tip) if BEFORE_INKMILL < known <= number - KEPT_PUBLICATIONS]
    return refs | {publication_ref(known): "" for known in old}


def with_previews(tip: Tip, root: str, message: str, moment: datetime) -> str:
    """A commit that has the root of another, and the previews of the branch."""
    previews = tip.folder(PREVIEWS)
    if not previews:
        return root
    steps = (Graft("", tree_of(tip.repository, root)), Graft(PREVIEWS, previews))
    return make_commit(tip.repository, steps, message, moment)


def publish_preview(context: RunContext, number: int, sha: str, built: Built) -> PublishedPreview:
    """Put the preview of a pull request in its folder; where there are too many, the oldest go.

    Args:
        sha: the commit that whoever asked wants to see.

    Raises:
        ContentError: the build is of another commit or place, or its files are not those of its manifest.
        RefusedError, MachineError: as `rewrite_branch`.
    """
    manifest, folder = built.manifest, folder_of_preview(number)
    _check_preview(manifest, folder, sha)
    with bare_repository(remote_of(context)) as repository:
        pages = store_tree(repository, built.files(), manifest.now)

        def plan(tip: Tip) -> Rewrite[PublishedPreview]:
            url = f"{_place(tip, manifest, folder)}/{folder}/"
            shown = _record_or_none(tip, folder)
            if shown is not None and shown.now > manifest.now:
                return Rewrite(PublishedPreview(url, is_overtaken=True))
            removed = _surplus(tip, number, _bytes_of(manifest))
            record = write_record(record_of(manifest, context.run_number))
            steps: list[TreeStep] = [*_whole(tip), *(Without(folder_of_preview(other)) for other in removed)]
            steps += [Graft(folder, pages), Content(f"{folder}/{RECORD_NAME}", record)]
            message = f"Preview of pull request {number} at {sha[:12]}"
            commit = make_commit(repository, steps, message, manifest.now)
            return Rewrite(PublishedPreview(url, removed), commit, _Previews((number, *removed), is_first=not tip.tree))

        return rewrite_branch(repository, BRANCH, plan)


def _check_preview(manifest: SiteManifest, folder: str, sha: str) -> None:
    if manifest.kind is not BuiltKind.PREVIEW or manifest.source != sha:
        raise ContentError(
            f"what was built is {manifest.source[:12]}, not {sha[:12]}", mend="ask for the preview once more"
        )
    if not manifest.base_path.endswith(f"/{folder}"):
        raise ContentError(f"what was built does not belong in `{folder}`", mend="ask for the preview once more")


def _place(tip: Tip, manifest: SiteManifest, folder: str) -> str:
    """Address and base path: those of the published site, which no pull request can have changed."""
    site = _record_or_none(tip, "")
    built_for = f"{manifest.address}{manifest.base_path.removesuffix(f'/{folder}')}"
    return site.place if site is not None and "://" in site.place else built_for


def _record_or_none(tip: Tip, folder: str) -> SiteRecord | None:
    try:
        return record_at(tip, folder)
    except ContentError:
        return None


def _surplus(tip: Tip, number: int, new_bytes: int) -> tuple[int, ...]:
    """The previews that must go for one more, oldest first: with them there were too many, or too much to serve."""
    others = [other for other in preview_numbers(tip) if other != number]
    records = {other: _record_or_none(tip, folder_of_preview(other)) for other in others}
    ages = {other: (record.now if record else _LONG_AGO, other) for other, record in records.items()}
    kept = sorted(others, key=ages.__getitem__)
    room = MOST_BYTES_WITH_PREVIEWS - _bytes_of(_record_or_none(tip, "")) - new_bytes
    removed: list[int] = []
    while kept and (len(kept) + 1 > MOST_PREVIEWS or sum(_bytes_of(records[other]) for other in kept) > room):
        removed.append(kept.pop(0))
    return tuple(removed)


def _bytes_of(described: SiteManifest | SiteRecord | None) -> int:
    return sum(facts.size for facts in described.files.values()) if described else 0


def _whole(tip: Tip) -> Iterator[TreeStep]:
    """All that is on the branch, or what a branch begins with."""
    yield Graft("", tip.tree) if tip.tree else Content(NO_JEKYLL, b"")


@dataclass(frozen=True, slots=True)
class _Previews:
    """The paths of some previews, and where a preview is the first on the branch the mark that it needs."""

    numbers: tuple[int, ...]
    is_first: bool = False

    def __call__(self, path: str) -> bool:
        folders = tuple(f"{folder_of_preview(number)}/" for number in self.numbers)
        return path.startswith(folders) or (self.is_first and path == NO_JEKYLL)


def previews(context: RunContext) -> Mapping[int, SiteRecord | None]:
    """The previews on the branch by pull request; None where the record of one cannot be read."""
    with bare_repository(remote_of(context)) as repository:
        tip = read_tip(repository, BRANCH)
        return {number: _record_or_none(tip, folder_of_preview(number)) for number in preview_numbers(tip)}


def remove_previews(context: RunContext, numbers: Collection[int]) -> tuple[int, ...]:
    """Take previews of pull requests off the branch; the numbers of those that were there, ascending.

    Raises:
        RefusedError, MachineError: as `rewrite_branch`.
    """
    with bare_repository(remote_of(context)) as repository:

        def plan(tip: Tip) -> Rewrite[tuple[int, ...]]:
            there = tuple(number for number in preview_numbers(tip) if number in numbers)
            if not there:
                return Rewrite(())
            steps = [*_whole(tip), *(Without(folder_of_preview(number)) for number in there)]
            message = f"Remove previews of pull requests {', '.join(map(str, there))}"
            return Rewrite(there, make_commit(repository, steps, message, tip.moment()), _Previews(there))

        return rewrite_branch(repository, BRANCH, plan)

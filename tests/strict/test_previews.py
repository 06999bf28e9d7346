"""A pull request shown as pages: below the blog's own path, found by nobody who was not told, and saying what it is."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.cache.store import Store
from generator.execution.records import Runs
from generator.model.execution import FailureKind, RunFailure, RunHistory
from generator.model.preview import Preview
from tests.building import code_cell, display, markdown_cell, notebook, stream
from tests.strict.allowed import faults_of_page
from tests.strict.previewing import BELOW, PREVIEW, previewed

BLOG: dict[str, str | bytes | dict[str, object]] = {
    "_posts/2024-01-02-a.md": "---\ntitle: A\ntags: [x]\nredirect_from: /old/\n---\n[b](2024-01-03-b.md) "
    "[c](/notes/b/)\n",
    "_posts/2024-01-03-b.md": "# B\n\nWords\n",
    "_pages/about.md": "---\ntitle: About\npermalink: /about/\n---\nUs\n",
    "_notebooks/2024-01-04-n.ipynb": notebook(code_cell("x", display(text_html="<script>1</script>"))),
}
KINDS = ("index.html", "a/index.html", "about/index.html", "tags/index.html", "tags/x/index.html", "search/index.html",
         "404.html", "old/index.html")  # fmt: skip
own_and_fork = pytest.mark.parametrize("untrusted", [False, True], ids=["own", "fork"])


@own_and_fork
def test_every_link_of_a_preview_stays_in_it_but_the_one_to_the_blog(tmp_path: Path, *, untrusted: bool) -> None:
    made = previewed(tmp_path, BLOG, untrusted=untrusted)

    pages = made.pages()
    assert set(KINDS) <= pages.keys()
    addresses = {
        url for page in pages.values() for url in re.findall(r'\b(?:href|src|action|data-records)="(/[^"]*)"', page)
    }
    assert {url for url in addresses if not url.startswith(f"{BELOW}/")} == {"/notes/"}
    assert {f"{BELOW}/a/", f"{BELOW}/b/", f"{BELOW}/search/"} <= addresses
    assert made.report.base_path == BELOW


@own_and_fork
def test_no_page_of_a_preview_is_for_search_engines_or_feed_readers(tmp_path: Path, *, untrusted: bool) -> None:
    made = previewed(tmp_path, BLOG, untrusted=untrusted)

    for path, page in made.pages().items():
        assert '<meta name="robots" content="noindex">' in page, path
        assert "canonical" not in page, path
        assert "application/atom+xml" not in page, path
        assert "application/ld+json" not in page, path
    assert {"feed.xml", "sitemap.xml", "robots.txt"}.isdisjoint(made.names())


@own_and_fork
def test_every_page_of_a_preview_says_that_it_is_not_the_blog(tmp_path: Path, *, untrusted: bool) -> None:
    made = previewed(tmp_path, BLOG, untrusted=untrusted)

    says = (
        f'<p>Preview of <a href="{PREVIEW.link}">pull request #7</a> at <code>1a2b3c4</code> — '
        'not <a href="/notes/">the published blog</a></p>'
    )
    pages = {path: page for path, page in made.pages().items() if 'http-equiv="refresh"' not in page}
    assert [path for path, page in pages.items() if page.count(says) != 1] == []
    assert "This is not the published blog." in made.page("/old/")


def test_the_blog_itself_says_nothing_of_previews(tmp_path: Path) -> None:
    made = previewed(tmp_path, BLOG, untrusted=False, preview=None)

    words = ("notice", "Content-Security-Policy", "integrity=", "output-apart")
    found = [
        (path, word)
        for path in made.names()
        for word in words
        if not path.endswith((".md", ".svg")) and word.encode() in (made.site / path).read_bytes()
    ]
    assert found == []
    assert {"feed.xml", "sitemap.xml", "robots.txt"} <= set(made.names())
    assert '<meta name="robots"' not in made.page("/a/")


def test_a_preview_without_a_link_names_the_pull_request_all_the_same(tmp_path: Path) -> None:
    made = previewed(tmp_path, BLOG, untrusted=True, preview=Preview(12, "f" * 40))

    assert "<p>Preview of pull request #12 at <code>fffffff</code>" in made.page("/a/")
    assert made.report.base_path == "/notes/pr-preview/pr-12"


@own_and_fork
def test_a_preview_does_not_claim_the_host_of_the_blog(tmp_path: Path, *, untrusted: bool) -> None:
    made = previewed(tmp_path, {**BLOG, "CNAME": "ada.example\n", "images/x.txt": "x"}, untrusted=untrusted)

    assert "CNAME" not in made.names()
    assert "images/x.txt" in made.names()


def test_the_preview_of_a_fork_has_a_policy_on_every_page_and_that_of_the_blogs_own_has_none(tmp_path: Path) -> None:
    fork = previewed(tmp_path / "fork", BLOG, untrusted=True)
    own = previewed(tmp_path / "own", BLOG, untrusted=False)

    assert [fault for path, page in fork.pages().items() for fault in faults_of_page(path, page)] == []
    assert [path for path, page in own.pages().items() if "Content-Security-Policy" in page] == []
    assert "<script>1</script>" in own.page("/n/")


def test_content_that_nobody_reviewed_says_so_without_a_pull_request_too(tmp_path: Path) -> None:
    made = previewed(tmp_path, BLOG, untrusted=True, preview=None)

    assert "<p>Content that nobody has reviewed — not the published blog</p>" in made.page("/a/")
    assert '<meta name="robots" content="noindex">' in made.page("/a/")
    assert made.report.base_path == "/notes"


def test_a_preview_follows_the_blog_when_one_store_serves_both(tmp_path: Path) -> None:
    before = previewed(tmp_path, BLOG, untrusted=False, preview=None).page("/a/")
    made = previewed(tmp_path, BLOG, untrusted=False)
    again = previewed(tmp_path, BLOG, untrusted=False, preview=None)

    # Documents know no base path, so the preview reads none of them anew.
    assert made.report.converted == 0
    assert again.page("/a/") == before


RUN = "_notebooks/2024-01-05-run.ipynb"
FAILED = RunFailure(FailureKind.ERROR, "ConnectionError: no route to host", "mend the cell", cell=2)
ASKING: dict[str, str | bytes | dict[str, object]] = {
    RUN: notebook(markdown_cell("# R\n- execute: true"), code_cell("fetch()", stream("committed words")))
}
SAYS = "kept because it could not be run in this preview, where notebooks have no network."


def _with_history(source: Path, *histories: RunHistory) -> None:
    store = Store(source / ".inkmill")
    store.prepare()
    for history in histories:
        Runs(store).note(history)


@own_and_fork
def test_a_notebook_that_failed_apart_shows_its_committed_outputs_and_says_why(
    tmp_path: Path, *, untrusted: bool
) -> None:
    _with_history(tmp_path, RunHistory(RUN, None, None, 1, FAILED, datetime(2025, 12, 31, tzinfo=UTC)))

    page = previewed(tmp_path, ASKING, untrusted=untrusted).page("/run/")

    assert "committed words" in page
    assert " ".join(page.split()).count(SAYS) == 1


def test_a_notebook_that_was_not_tried_says_nothing(tmp_path: Path) -> None:
    page = previewed(tmp_path, ASKING, untrusted=True).page("/run/")

    assert "committed words" in page
    assert "kept because" not in page


def test_the_blog_itself_speaks_of_no_preview(tmp_path: Path) -> None:
    _with_history(tmp_path, RunHistory(RUN, None, None, 1, FAILED, datetime(2025, 12, 31, tzinfo=UTC)))

    page = previewed(tmp_path, ASKING, untrusted=False, preview=None).page("/run/")

    assert "committed words" in page
    assert "preview" not in page

"""A build names every source once and every mistake at its place; a failed one leaves the last good site."""

import json
import re
from typing import Any

import pytest

from tests.building import code_cell, markdown_cell, notebook, stream
from tests.conftest import SiteBuilder

GOOD = {"_posts/2021-01-01-good.md": "# Good\n\nFine.\n"}


def test_every_source_is_in_exactly_one_line(tmp_site: SiteBuilder) -> None:
    ran = tmp_site(
        {
            "_posts/2021-01-01-shown.md": "# Shown\n\nx\n",
            "_posts/2021-01-02-unlisted.md": "---\nhide: true\n---\n# Unlisted\n\nx\n",
            "_posts/2021-01-03-draft.md": "---\ndraft: true\n---\n# Draft\n\nx\n",
            "_posts/2999-01-01-later.md": "# Later\n\nx\n",
            "_posts/2021-01-04-over.md": "---\nexpires: 2021-02-01\n---\n# Over\n\nx\n",
            "_word/letter.docx": b"PK",
        },
        "--verbose",
    )
    assert ran.exit_code == 0
    lines = [line for line in ran.output.splitlines() if line.startswith("_")]
    assert lines == [
        "_posts/2021-01-01-shown.md: published at /posts/shown/",
        "_posts/2021-01-02-unlisted.md: unlisted at /posts/unlisted/",
        "_posts/2021-01-03-draft.md: draft",
        "_posts/2021-01-04-over.md: expired",
        "_posts/2999-01-01-later.md: scheduled until 2999-01-01 00:00 UTC",
        "_word/letter.docx: skipped because Word files are not read yet",
    ]


def test_published_sources_are_listed_only_when_asked(tmp_site: SiteBuilder) -> None:
    ran = tmp_site(GOOD)
    assert "_posts/2021-01-01-good.md" not in ran.output
    assert ran.output.startswith("1 published · 1 read, 0 from cache · ")


CONFLICT = '{\n "cells": [\n<<<<<<< HEAD\n  {}\n=======\n  {}\n>>>>>>> other\n ]\n}\n'

BROKEN = {
    "broken JSON": ("_notebooks/a.ipynb", b'{"cells": [,]}', "_notebooks/a.ipynb"),
    "a merge conflict": ("_notebooks/a.ipynb", CONFLICT.encode(), "_notebooks/a.ipynb:3"),
    "an empty file": ("_notebooks/a.ipynb", b"", "_notebooks/a.ipynb"),
    "a list": ("_notebooks/a.ipynb", b"[]", "_notebooks/a.ipynb"),
    "bad YAML": ("_posts/2021-01-02-b.md", b"---\ntitle: x\ntags: [a\nimage: y\n---\nz\n", "_posts/2021-01-02-b.md:"),
    "a bad date": ("_posts/2021-01-02-b.md", b"---\ntitle: x\ndate: tomorow\n---\nz\n", "_posts/2021-01-02-b.md:3"),
    "bytes that are no text": ("_posts/2021-01-02-b.md", b"---\ntitle: \xff\xfe\x81\n---\n", "_posts/2021-01-02-b.md"),
    "a leak": (
        "_posts/2021-01-02-b.md",
        b"# B\n\nghp_16C7e42F292c6912E7710c838347Ae178B4a\n",
        "_posts/2021-01-02-b.md:3",
    ),
    "a wrong setting": ("_config.yml", b"title: x\npaginate: many\n", "_config.yml:2:1"),
}


@pytest.mark.parametrize("path, content, place", BROKEN.values(), ids=BROKEN.keys())
def test_bad_input_is_one_line_with_place_and_mend_and_the_last_good_site_stays(
    tmp_site: SiteBuilder, path: Any, content: Any, place: Any
) -> None:
    before = tmp_site(GOOD).files()
    ran = tmp_site({path: content})
    assert ran.exit_code == 1
    problems = [line for line in ran.output.splitlines() if line.startswith(place) and "skipped because" not in line]
    assert len(problems) == 1, ran.output
    assert re.search(rf"{re.escape(problems[0])}\n  mend: \S", ran.output)
    assert "Traceback" not in ran.output
    assert ran.files() == before


def test_every_wrong_file_is_named_not_the_first(tmp_site: SiteBuilder) -> None:
    ran = tmp_site(
        {
            "_notebooks/a.ipynb": b"{",
            "_notebooks/b.ipynb": b"",
            "_posts/2021-01-01-c.md": "---\ndate: tomorow\n---\nx\n",
            **GOOD,
        }
    )
    assert ran.exit_code == 1
    for path in ("_notebooks/a.ipynb", "_notebooks/b.ipynb", "_posts/2021-01-01-c.md:2"):
        assert any(line.startswith(path) for line in ran.output.splitlines())
    assert not ran.site.exists()
    assert ran.output.endswith("Nothing was published because of 3 errors.\n")


def test_keep_going_publishes_the_rest_and_exits_1(tmp_site: SiteBuilder) -> None:
    ran = tmp_site({"_notebooks/a.ipynb": b"{", **GOOD}, "--keep-going")
    assert ran.exit_code == 1
    assert "Fine." in ran.page("/posts/good/")
    assert "_notebooks/a.ipynb: skipped because of an error" in ran.output


def test_a_leak_is_never_published_even_when_asked_to_keep_going(tmp_site: SiteBuilder) -> None:
    secret = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
    ran = tmp_site({"_posts/2021-01-02-b.md": f"# B\n\n{secret}\n", **GOOD}, "--keep-going")
    assert ran.exit_code == 1
    assert secret not in ran.output
    assert not any(secret.encode() in content for content in ran.files().values())


def test_two_posts_at_one_url_name_both_files(tmp_site: SiteBuilder) -> None:
    ran = tmp_site(
        {
            "_posts/2021-01-01-a.md": "---\npermalink: /same/\n---\n# A\n\nx\n",
            "_posts/2021-01-02-b.md": "---\npermalink: /same/\n---\n# B\n\nx\n",
        }
    )
    assert ran.exit_code == 1
    assert "`/same/` is also the URL of" in ran.output
    assert "_posts/2021-01-01-a.md" in ran.output
    assert "_posts/2021-01-02-b.md" in ran.output


def test_a_directive_that_does_not_exist_warns_at_its_line(tmp_site: SiteBuilder) -> None:
    cells = (markdown_cell("# N"), code_cell("x = 1\n#hide-inptu\nprint(x)", stream("1")))
    ran = tmp_site({"_notebooks/2021-01-01-n.ipynb": notebook(*cells)})
    assert ran.exit_code == 0
    assert "_notebooks/2021-01-01-n.ipynb, cell 2, line 2: warning: unknown cell flag `#hide-inptu`" in ran.output
    assert "mend: write `#hide-input`" in ran.output


def test_a_missing_image_warns_and_leaves_its_words(tmp_site: SiteBuilder) -> None:
    ran = tmp_site({"_posts/2021-01-01-a.md": "# A\n\n![a cat](images/cat.png)\n"})
    assert ran.exit_code == 0
    assert "_posts/2021-01-01-a.md:3: warning: " in ran.output
    assert "a cat" in ran.page("/posts/a/")


def test_strict_makes_a_warning_fail_and_keeps_the_last_good_site(tmp_site: SiteBuilder) -> None:
    before = tmp_site(GOOD).files()
    ran = tmp_site({"_posts/2021-01-02-a.md": "# A\n\n[gone](gone.md)\n"}, "--strict")
    assert ran.exit_code == 1
    assert ran.files() == before
    said = "Nothing was published because of 1 warning (--strict); _site still shows the last good build."
    assert said in ran.output


def test_an_unchanged_build_tells_its_warnings_again(tmp_site: SiteBuilder) -> None:
    files = {"_posts/2021-01-02-a.md": "# A\n\n[gone](gone.md)\n"}
    first, second, third = (tmp_site(files) for _ in range(3))
    assert [line for line in first.output.splitlines() if "warning" in line] == [
        line for line in third.output.splitlines() if "warning" in line
    ]
    assert second.exit_code == 0


def test_a_notebook_of_utf16_is_read_or_refused_in_one_line(tmp_site: SiteBuilder) -> None:
    text = json.dumps(notebook(markdown_cell("# N\n\nhello")))
    ran = tmp_site({"_notebooks/2021-01-01-n.ipynb": text.encode("utf-16")})
    assert ran.exit_code == 1 or "hello" in ran.page("/posts/n/")
    assert "Traceback" not in ran.output


def test_a_scheduled_post_appears_when_its_time_has_come(tmp_site: SiteBuilder) -> None:
    files = {"_posts/2030-01-01-later.md": "# Later\n\nx\n"}
    assert "scheduled until 2030-01-01" in tmp_site(files).output
    assert "1 published" in tmp_site(files, "--now", "2030-01-01T00:00:01Z").output


def test_a_link_to_an_anchor_of_the_same_page_that_is_not_there_warns(tmp_site: SiteBuilder) -> None:
    ran = tmp_site(
        {"_posts/2021-01-02-a.md": "# A\n\n## Head\n\n[x](#head) [y](#own) <p id='own'>z</p>\n\n[n](#nope)\n"}
    )
    warnings = [line for line in ran.output.splitlines() if "warning" in line]
    assert warnings == ["_posts/2021-01-02-a.md:7: warning: `#nope` is no heading of this page"]


def test_a_link_to_an_id_in_raw_html_of_another_source_is_fine(tmp_site: SiteBuilder) -> None:
    ran = tmp_site(
        {
            "_posts/2021-01-01-a.md": "# A\n\n<p id='own'>z</p>\n",
            "_posts/2021-01-02-b.md": "# B\n\n[x](2021-01-01-a.md#own) [y](2021-01-01-a.md#not)\n",
        }
    )
    warnings = [line for line in ran.output.splitlines() if "warning" in line]
    assert warnings == ["_posts/2021-01-02-b.md:3: warning: `#not` is no heading of _posts/2021-01-01-a.md"]


def test_jekylls_defaults_for_pages_leave_posts_alone(tmp_site: SiteBuilder) -> None:
    config = "permalink: /posts/:title/\ndefaults:\n  - scope: {path: '', type: pages}\n    values: {hide: true}\n"
    files = {"_config.yml": config, "_posts/2021-01-01-a.md": "# A\n\nx\n", "_pages/p.md": "# P\n\nx\n"}
    ran = tmp_site(files, "--verbose")
    assert "_posts/2021-01-01-a.md: published" in ran.output
    assert "_pages/p.md: unlisted" in ran.output


def test_a_figure_marked_as_the_posts_picture_is_found(tmp_site: SiteBuilder) -> None:
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    cell = code_cell(
        "#| classes: preview-image\nx", {"output_type": "display_data", "metadata": {}, "data": {"image/png": pixel}}
    )
    config = "permalink: /posts/:title/\nurl: https://a.example\n"
    ran = tmp_site({"_config.yml": config, "_notebooks/2021-01-01-n.ipynb": notebook(markdown_cell("# N"), cell)})
    assert "warning" not in ran.output
    assert re.search(r'property="og:image" content="[^"]*/assets/g/[0-9a-f]+\.png"', ran.page("/posts/n/"))


def test_a_folder_with_nothing_in_it_says_where_to_begin(tmp_site: SiteBuilder) -> None:
    ran = tmp_site({"notes.txt": "x"})
    assert ran.exit_code == 0
    assert ran.output.startswith("note: there is nothing to publish yet\n  mend: put a notebook into `_notebooks/`")


def test_a_failed_build_says_what_would_be_published(tmp_site: SiteBuilder) -> None:
    ran = tmp_site({"_notebooks/a.ipynb": b"{", **GOOD})
    assert "1 would be published, 1 skipped · " in ran.output


def test_the_address_of_a_draft_is_in_no_page(tmp_site: SiteBuilder) -> None:
    ran = tmp_site(
        {
            "_posts/2021-01-01-a.md": "# A\n\n[soon](../_drafts/b.md)\n",
            "_drafts/b.md": "---\npermalink: /secret-address/\n---\n# B\n\nx\n",
        }
    )
    assert "which is a draft" in ran.output
    assert not any(b"secret-address" in content for content in ran.files().values())


def test_a_page_that_leads_elsewhere_is_not_searched(tmp_site: SiteBuilder) -> None:
    post = "---\nredirect_to: https://b.example/\n---\n# Moved\n\nformer words\n"
    ran = tmp_site({"_posts/2021-01-01-a.md": post, **GOOD})
    assert "/posts/a/" not in ran.page("sitemap.xml")
    assert not any(b"former words" in content for path, content in ran.files().items() if "search" in path)


def test_math_false_leaves_dollars_alone(tmp_site: SiteBuilder) -> None:
    ran = tmp_site({"_posts/2021-01-01-a.md": "---\nmath: false\n---\n# A\n\nfrom $x$ to $y$\n"})
    assert "from $x$ to $y$" in ran.page("/posts/a/")


def test_a_mistake_of_ours_names_the_file_and_spares_the_others(
    tmp_site: SiteBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generator.readers.reader import Reader

    read = Reader.read

    def fail(self: Reader, edition: Any, *rest: Any) -> Any:
        if edition.outline.source.path.endswith("bad.md"):
            raise LookupError("who knows")
        return read(self, edition, *rest)

    monkeypatch.setattr(Reader, "read", fail)
    ran = tmp_site({"_posts/2021-01-01-bad.md": "# Bad\n\nx\n", **GOOD}, "--keep-going")
    assert ran.exit_code == 1
    assert "_posts/2021-01-01-bad.md: inkmill failed on this file: LookupError: who knows" in ran.output
    assert "Fine." in ran.page("/posts/good/")

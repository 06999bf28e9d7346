"""Front matter in every form and of every tool."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from generator.errors import FrontMatterError
from generator.location import Location
from generator.model.front_matter import (
    Author,
    BadgeChoice,
    CodeDefaults,
    FrontMatter,
    Visibility,
)
from generator.model.notebook import Cell, CellKind, Notebook
from generator.model.problem import Problem, error, warning
from generator.model.reading import ReadingRules
from generator.model.source import Shelf, SideFile, SourceFile, SourceKind
from generator.readers import front_matter_keys
from generator.readers.front_matter import from_markdown, from_notebook, from_side_files
from generator.readers.front_matter_forms import words_beside

_OLD = ReadingRules(is_old_blog=True)
_NEW = ReadingRules()


def _source(path: str = "_posts/2021-01-01-hello.md", *sides: SideFile, shelf: Shelf = Shelf.POSTS) -> SourceFile:
    kind = SourceKind.NOTEBOOK if path.endswith(".ipynb") else SourceKind.MARKDOWN
    shelf_path = path[: path.index(shelf.value) + len(shelf.value)] if shelf.value else ""
    return SourceFile(path, shelf, shelf_path, kind, b"", "", sides)


def _post(yaml: str, rules: ReadingRules = _NEW, source: SourceFile | None = None) -> FrontMatter:
    front, _, _, problems = from_markdown(f"---\n{yaml}\n---\nBody", source or _source(), rules)
    assert problems == ()
    return front


def _problems(yaml: str) -> tuple[Problem, ...]:
    return from_markdown(f"---\n{yaml}\n---\n", _source(), _NEW)[3]


def _md(source: str) -> tuple[CellKind, str]:
    return CellKind.MARKDOWN, source


def _notebook(*cells: tuple[CellKind, str], **metadata: Any) -> Notebook:
    made = tuple(Cell(kind, number, source) for number, (kind, source) in enumerate(cells, start=1))
    return Notebook(made, metadata, "python", "python3", "4.5")


def _read(
    notebook: Notebook, rules: ReadingRules = _NEW, *sides: SideFile
) -> tuple[FrontMatter, int | None, tuple[Problem, ...]]:
    return from_notebook(notebook, _source("_notebooks/a.ipynb", *sides, shelf=Shelf.NOTEBOOKS), rules)


# Posts


def test_a_post_says_what_it_is_and_where_its_body_begins() -> None:
    text = "\ufeff---\r\ntitle: Hello\r\ntoc: true\r\n---\r\n\r\nBody"

    front, body, first_line, problems = from_markdown(text, _source(), _NEW)

    assert front == FrontMatter(title="Hello", toc=True)
    assert (body, first_line, problems) == ("\nBody", 5, ())


@pytest.mark.parametrize(
    "text", ["", "Just words.", "# Title\n\n---\n\ntext", "---\n\nAfter a rule\n", "--- no\na: b\n---\n"]
)
def test_a_post_may_be_nothing_but_a_file(text: str) -> None:
    assert from_markdown(text, _source(), _NEW) == (FrontMatter(), text, 1, ())


def test_empty_front_matter_is_front_matter() -> None:
    assert from_markdown("---\n---\nBody", _source(), _NEW) == (FrontMatter(), "Body", 3, ())
    assert from_markdown("---\n# only words\n...\nBody", _source(), _NEW) == (FrontMatter(), "Body", 4, ())


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Why: a story", "Why: a story"), ('"Why: a story"', "Why: a story"), ("'It''s'", "It's"), ("[Draft] x",
        "[Draft] x"),
        ("@home", "@home"), ("*really*", "*really*"), ('"A" and "B"', '"A" and "B"'), ("2020", "2020"), ("1.10",
        "1.10"),
        ("Yes", "Yes"), ("null and void", "null and void"), ("{curly}", "{curly}"), ("> quoted", "> quoted"),
        ("50% off", "50% off"), ("`code`: x", "`code`: x"), ("- dash", "- dash"), ("a # comment", "a"), ("C#", "C#"),
        ("'unclosed", "'unclosed"), ("Über: alles", "Über: alles"), ("!important: x", "!important: x"),
    ],
)  # fmt: skip
def test_a_title_is_text_and_no_colon_breaks_it(written: str, title: str) -> None:
    for key in ("title", "description", "summary"):
        front = _post(f"toc: true\n{key}: {written}\ntags: [a]")
        assert (front.title or front.description, front.toc, front.tags) == (title, True, ("a",))


def test_a_title_may_span_lines() -> None:
    assert _post("title: >\n  One\n  two\ntoc: true").title == "One two"
    assert _post("title: One\n  two\n").title == "One two"


def test_the_last_of_equal_keys_wins() -> None:
    assert _post("toc: true\ntoc: false").toc is False


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("---\ntitle: x\ntags: [a\n---\n", "_posts/2021-01-01-hello.md:"),
        ("---\n- a\n- b\n---\n", "_posts/2021-01-01-hello.md:2"),
        ("---\ntitle: x\n\nThe end.", "_posts/2021-01-01-hello.md:1"),
        ("---\na: b: c\n---\n", "_posts/2021-01-01-hello.md:2"),
        ("---\n\ttitle: x\n---\n", "_posts/2021-01-01-hello.md:2"),
        ("---\nx: &a [*a]\ny: *b\n---\n", "_posts/2021-01-01-hello.md:"),
    ],
)
def test_front_matter_that_cannot_be_understood_names_file_and_line(text: str, place: str) -> None:
    with pytest.raises(FrontMatterError) as refusal:
        from_markdown(text, _source(), _NEW)

    assert str(refusal.value.at).startswith(place)
    assert refusal.value.mend


# Keys


def test_every_key_has_its_place() -> None:
    front = _post(
        """
title: T
subtitle: S
description: D
date: 2020-01-05 10:00
updated: 2020-02-01
expires: 2030-01-01T00:00:00Z
categories: [a, B c]
tags: [d, a]
authors:
  - name: Jane Doe
    url: https://j.org
    orcid: 0000-0001
    affiliation: {name: Uni}
  - John Roe
image: images/x.png?a=b&c=d
image-alt: A picture
unlisted: true
pin: 3
search: false
sitemap: false
toc: true
toc-depth: 3
layout: post
permalink: /:title:output_ext
slug: s
aliases: [/old/, /older/]
redirect_to: https://x.org
comments: true
badges: true
branch: main
math: true
lang: de
series: {name: Ser, part: 2}
license: CC BY
doi: 10.1/x
bibliography: refs.bib
week: 3
type: ccc
"""
    )

    assert front == FrontMatter(
        title="T", subtitle="S", description="D", date=datetime(2020, 1, 5, 10, 0),
        updated=date(2020, 2, 1),
        expires=datetime(2030, 1, 1, tzinfo=UTC), categories=("a", "B c"), tags=("a", "B c", "d"),
        authors=(Author("Jane Doe", "https://j.org", "0000-0001", "Uni"), Author("John Roe")),
        image="images/x.png?a=b&c=d", image_alt="A picture", visibility=Visibility.UNLISTED, pin=3, in_search=False,
        in_sitemap=False, toc=True, toc_depth=3, layout="post", permalink="/:title:output_ext", slug="s",
        aliases=("/old/", "/older/"), redirect_to="https://x.org", comments=True,
        badges=BadgeChoice(all=True, branch="main"), math=True, lang="de", series="Ser", series_part=2, license="CC BY",
        doi="10.1/x", bibliography=("refs.bib",), extra={"week": 3, "type": "ccc"},
    )  # fmt: skip


_DAY = date(2020, 1, 5)


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("summary: D", {"description": "D"}), ("excerpt: D", {"description": "D"}),
        ("abstract: D", {"description": "D"}),
        ("summary: S\ndescription: D", {"description": "D"}), ("description:\nsummary: S", {"description": "S"}),
        ("created: 2020-01-05", {"date": _DAY}), ("pubDate: 2020-01-05", {"date": _DAY}),
        ("publishDate: 2020-01-05", {"date": _DAY}), ("published: 2020-01-05", {"date": _DAY}),
        ("date:\n  created: 2020-01-05\n  updated: 2020-01-05", {"date": _DAY, "updated": _DAY}),
        ("date-modified: 2020-01-05", {"updated": _DAY}), ("lastmod: 2020-01-05", {"updated": _DAY}),
        ("last_modified_at: 2020-01-05", {"updated": _DAY}), ("modified: 2020-01-05", {"updated": _DAY}),
        ("updatedDate: 2020-01-05", {"updated": _DAY}), ("modified_date: 2020-01-05", {"updated": _DAY}),
        ("date-modified: last-modified", {"updated_from_git": True}), ("updated: git", {"updated_from_git": True}),
        ("date: last-modified", {}), ("date:", {}), ("image:", {}), ("title:", {}), ("categories:", {}),
        ("expiryDate: 2020-01-05", {"expires": _DAY}), ("unpublishdate: 2020-01-05", {"expires": _DAY}),
        ("tags: a, b c", {"tags": ("a", "b c")}), ("tags: a b", {"tags": ("a", "b")}), ("tag: a", {"tags": ("a",)}),
        ("keywords: a, b", {"tags": ("a", "b")}), ("keywords: fastai", {}),
        ("tags: [2020, true, a, a]", {"tags": ("2020", "true", "a")}),
        ("category: x y", {"categories": ("x y",), "tags": ("x y",)}),
        ("categories: x y", {"categories": ("x", "y"), "tags": ("x", "y")}),
        ("categories: [b, a, b]", {"categories": ("b", "a"), "tags": ("b", "a")}),
        ("author: Jane Doe & John Roe", {"authors": (Author("Jane Doe"), Author("John Roe"))}),
        ("author: Jane Doe, John Roe", {"authors": (Author("Jane Doe"), Author("John Roe"))}),
        ("author: Jane and John", {"authors": (Author("Jane"), Author("John"))}),
        ("author: Jane Doe, PhD", {"authors": (Author("Jane Doe, PhD"),)}),
        ("author: jd", {"authors": (Author("jd"),)}),
        ("author: '[Jane](https://j.org)'", {"authors": (Author("Jane", "https://j.org"),)}),
        (
            "author: \"<a href='https://j.org'>Jane &amp; Co</a>\"",
            {"authors": (Author("Jane & Co", "https://j.org", html="<a href='https://j.org'>Jane &amp; Co</a>"),)},
        ),
        ("thumbnail: a.png", {"image": "a.png"}), ("cover: a.png", {"image": "a.png"}),
        ("og_image: a.png", {"image": "a.png"}),
        ("preview-image: a.png", {"image": "a.png"}), ("header:\n  image: a.png", {"image": "a.png"}),
        ("image:\n  path: a.png\n  alt: A", {"image": "a.png", "image_alt": "A"}),
        ("images: [a.png, b]", {"image": "a.png"}),
        ("draft: true", {"visibility": Visibility.DRAFT}), ("published: false", {"visibility": Visibility.DRAFT}),
        ("published: true", {}), ("status: draft", {"visibility": Visibility.DRAFT}), ("status: published", {}),
        ("hide: true", {"visibility": Visibility.UNLISTED}), ("hidden: true", {"visibility": Visibility.UNLISTED}),
        ("listed: false", {"visibility": Visibility.UNLISTED}), ("status: hidden", {"visibility": Visibility.UNLISTED}),
        ("hide: false", {}), ("hide: [toc, navigation]", {"toc": False}), ("hide: [navigation]", {}),
        ("draft: true\nhide: true", {"visibility": Visibility.DRAFT}),
        ("sticky_rank: 1", {"pin": 1}), ("pin: true", {"pin": 1}), ("pin: false", {}), ("weight: 5", {"pin": 5}),
        ("weight: 0", {}), ("featured: true", {"pin": 1}), ("sticky_rank: '2'", {"pin": 2}),
        ("search_exclude: true", {"in_search": False}), ("search_exclude: false", {}),
        ("search:\n  exclude: true", {"in_search": False}),
        ("toc: True", {"toc": True}), ("toc: 'true'", {"toc": True}), ("toc_max: 2", {"toc_depth": 2}),
        ("toc-depth: 99", {"toc_depth": 6}), ("toc-location: left", {}),
        ("toc: {depth: 2}", {"toc": True, "toc_depth": 2}),
        ("url: /x/", {"permalink": "/x/"}), ("url: https://x.org", {"extra": {"url": "https://x.org"}}),
        ("redirect_from: /old/", {"aliases": ("/old/",)}), ("redirect_from:\n  - /a b/\n", {"aliases": ("/a b/",)}),
        ("comments: {giscus: {repo: x}}", {"comments": True}), ("comments: false", {"comments": False}),
        ("badges: false", {"badges": BadgeChoice(all=False)}),
        ("hide_colab_badge: true", {"badges": BadgeChoice(colab=False)}), ("hide_colab_badge: false", {}),
        ("badges: [colab]", {"badges": BadgeChoice(True, False, True, False, False, False)}),
        ("use_math: true", {"math": True}), ("mathjax: false", {"math": False}),
        ("html-math-method: katex", {"math": True}),
        ("html-math-method: plain", {"math": False}),
        ("language: pt_BR", {"lang": "pt-BR"}), ("locale: en_US.UTF-8", {"lang": "en-US"}),
        ("language: python", {"extra": {"language": "python"}}),
        ("series: a", {"series": "a"}), ("series: [a, b]\nseries-order: 2", {"series": "a", "series_part": 2}),
        ("license: {id: MIT}", {"license": "MIT"}), ("bibliography: [a.bib, b.bib]", {"bibliography": ("a.bib",
        "b.bib")}),
        ("code-fold: show\ncode-summary: S", {"code": CodeDefaults(fold=True, fold_open=True, summary="S")}),
        ("execute:\n  echo: false\n  warning: false", {"code": CodeDefaults(echo=False, show_warnings=False)}),
        ("format:\n  html:\n    code-fold: true\n    toc: true", {"code": CodeDefaults(fold=True), "toc": True}),
        ("toc: false\nformat: {html: {toc: true}}", {"toc": False}), ("format: html", {}), ("engine: knitr", {}),
        ("output: html_document", {}), ("output-file: x.html", {}),
        ("layout: post\njupyter: python3", {"layout": "post"}),
        ("execute: true\ntimeout: soon\non_error: kepe", {}),
        ("data: https://example.org/x\nvariants: {a: b}", {
            "extra": {"data": "https://example.org/x", "variants": {"a": "b"}}}),
        ("use_plotly: true\nimgrade: x", {"extra": {"use_plotly": True, "imgrade": "x"}}),
        ("nb_path: _notebooks/x.ipynb", {"extra": {"nb_path": "_notebooks/x.ipynb"}}),
    ],
)  # fmt: skip
def test_every_tools_word_means_what_it_means_there(yaml: str, expected: dict[str, Any]) -> None:
    assert _post(yaml) == FrontMatter(**expected)


def test_an_old_blog_splits_categories_and_adds_folders_as_jekyll_does() -> None:
    source = _source("docs/_posts/2020-01-01-a.md")

    assert _post("categories: a, b", _OLD, source).categories == ("docs", "a,", "b")
    assert _post("categories: a, b", _OLD, source).tags == ("docs", "a", "b")
    assert _post("categories: a, b", _NEW, source).categories == ("a", "b")


def test_what_stands_among_the_drafts_is_a_draft() -> None:
    source = _source("_drafts/a.md", shelf=Shelf.DRAFTS)

    assert _post("draft: false", _NEW, source).visibility is Visibility.DRAFT


# What is wrong


def test_a_date_that_is_none_is_an_error_at_its_line() -> None:
    (problem,) = _problems("title: x\n\ndate: tomorow")

    assert problem == error(
        "bad-date",
        "`date: tomorow` is not a date",
        Location("_posts/2021-01-01-hello.md", line=4),
        "write it as 2021-01-01, or leave it out to use the file name's",
    )


def test_every_wrong_value_is_said_at_once() -> None:
    problems = _problems("updated: 2020-13-01\nbadges: ture\nexpires: never")

    assert [(problem.at.line if problem.at else 0, problem.problem, problem.mend) for problem in problems] == [
        (2, "`updated: 2020-13-01` is not a date", "write it as 2021-01-01, or leave it out"),
        (4, "`expires: never` is not a date", "write it as 2021-01-01, or leave it out"),
        (3, "`badges: ture` is neither true nor false", "write `badges: true` or `badges: false`"),
    ]


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("titel", "title"), ("catgories", "categories"), ("comment", "comments"), ("imgae", "image"), ("Tilte",
        "title"),
        ("search_exlude", "search_exclude"), ("permlink", "permalink"), ("dscription", "description"),
    ],
)  # fmt: skip
def test_a_key_within_two_letters_of_a_known_one_is_asked_about(key: str, right: str) -> None:
    assert _problems(f"{key}: x") == (
        warning(
            "unknown-key", f"unknown front-matter key `{key}`", Location(_source().path, line=2), f"write `{right}:`"
        ),
    )


@pytest.mark.parametrize(
    "key", ["week", "type", "public", "bg-image", "typora-root-url", "metadata_key1", "foo", "theme"]
)
def test_other_unknown_keys_pass_in_silence(key: str) -> None:
    assert _post(f"{key}: x") == FrontMatter(extra={key: "x"})


# Notebooks: fastpages' title cell


def test_the_title_cell_of_fastpages_is_front_matter() -> None:
    cell = '# "Why: a story"\n> Told: at [length](https://x.org)\n\n- toc: true\n- badges: false\n'
    cell += "- categories: [a, b c]\n- image: i/x.png?a=b&c=d"

    front, number, problems = _read(_notebook((CellKind.CODE, "x"), _md(cell)), _OLD)

    assert front == FrontMatter(
        title="Why: a story", description="Told: at [length](https://x.org)", toc=True, categories=("a", "b c"),
        tags=("a", "b c"), image="i/x.png?a=b&c=d", badges=BadgeChoice(all=False),
    )  # fmt: skip
    assert (number, problems) == (2, ())


@pytest.mark.parametrize(
    ("cell", "title", "summary"),
    [
        ("# T", "T", None), ("\n  # T\n\n\n>S", "T", "S"), ("#  T: u\n> S: v", "T: u", "S: v"),
        ("# 'T: u'\n>   'S'", "T: u", "S"), ("# T #", "T", None), ("# T\n> S\n> goes on\n- toc: true", "T",
        "S goes on"),
        ("# T\n> S\n- title: Other: one", "Other: one", "S"), ("# \n> S\n- title: Other", "Other", "S"),
        ("# T\n- summary: 'S: x'\n", "T", "S: x"), ("# T\n> S\n- description: D", "T", "D"), ("# T\n- title:",
        "T", None),
        ("# T\n\ntext", "T", None), ("# T\n> youtube: https://x.org/1", "T", None), ("# T\n> [!NOTE]\n> x", "T", None),
    ],
)  # fmt: skip
def test_title_and_summary_are_text(cell: str, title: str, summary: str | None) -> None:
    front, number, problems = _read(_notebook(_md(cell)), _OLD)

    assert (front.title, front.description, number, problems) == (title, summary, 1, ())


@pytest.mark.parametrize("cell", ["#T", "## T", "T", "text\n# T", "- toc: true", "#hide\nx"])
def test_what_does_not_begin_with_a_heading_is_no_title_cell(cell: str) -> None:
    assert _read(_notebook(_md(cell)), _OLD)[:2] == (FrontMatter(), None)


def test_an_old_blog_takes_the_first_such_cell_anywhere_and_a_new_site_before_other_headings() -> None:
    notebook = _notebook(_md("![badge](x)"), _md("## Part"), _md("# Title\n- toc: true"))

    assert _read(notebook, _OLD)[:2] == (FrontMatter(title="Title", toc=True), 3)
    assert _read(notebook, _NEW)[:2] == (FrontMatter(), None)
    assert _read(_notebook(_md("![badge](x)"), _md("# Title")), _NEW)[:2] == (FrontMatter(title="Title"), 2)


def test_values_of_the_title_cell_are_read_leniently() -> None:
    front, _, problems = _read(
        _notebook(_md("# T\n- badges: ture\n- toc:True\n- hide : yes\n- image:\n- author: a: b")), _OLD
    )

    assert (front.toc, front.visibility, front.image, front.authors) == (
        True,
        Visibility.UNLISTED,
        None,
        (Author("a: b"),),
    )
    assert [str(problem.at) for problem in problems] == ["_notebooks/a.ipynb, cell 1, line 2"]


def test_other_bullets_are_keys_in_a_new_site_and_nothing_in_an_old_blog() -> None:
    notebook = _notebook(_md("# T\n> S\n* toc: true\n+ tags: [a]\n- categories:\n  - b\n  - c d"))

    assert _read(notebook, _NEW)[0] == FrontMatter(
        title="T", description="S", toc=True, tags=("b", "c d", "a"), categories=("b", "c d")
    )
    assert _read(notebook, _OLD)[0].toc is None


@pytest.mark.parametrize(
    ("cell", "rest"),
    [
        ("# T\n> S\n\n- toc: true\n", ""), ("# T", ""),
        ("# T\n> S\n\n- toc: true\n\nMore words.\n\n- a: list\n", "More words.\n\n- a: list"),
        ("# T\n\nWords\n\n> A quote", "Words\n\n> A quote"), ("# T\n> [!NOTE]\n> x", "> [!NOTE]\n> x"),
        ("---\ntitle: T\n---\n\nWords", "Words"), ("---\ntitle: T\n---", ""),
        ("# T\n- https://x.org\n- [a](b): c", "- https://x.org\n- [a](b): c"),
    ],
)  # fmt: skip
def test_the_authors_words_beside_front_matter_are_kept(cell: str, rest: str) -> None:
    assert words_beside(cell, "a.ipynb", is_old_blog=False) == rest


# Notebooks: other forms


@pytest.mark.parametrize("kind", [CellKind.RAW, CellKind.MARKDOWN])
def test_a_cell_of_yaml_is_front_matter(kind: CellKind) -> None:
    notebook = _notebook((CellKind.CODE, "x"), (kind, "---\ntitle: A: b\nformat:\n  html:\n    code-fold: true\n---\n"))

    front, number, problems = _read(notebook)

    assert front == FrontMatter(title="A: b", code=CodeDefaults(fold=True))
    assert (number, problems) == (2, ())


def test_wrong_yaml_in_a_cell_names_the_cell_and_its_line() -> None:
    notebook = _notebook(_md("text"), (CellKind.RAW, "---\ntoc: true\ntags: [a\n---\n"))

    with pytest.raises(FrontMatterError) as refusal:
        _read(notebook)

    assert str(refusal.value.at).startswith("_notebooks/a.ipynb, cell 2, line ")


def test_a_cell_between_two_rules_is_prose() -> None:
    assert _read(_notebook(_md("---\nSome words\n\n---\n")))[:2] == (FrontMatter(), None)


def test_a_title_cell_under_raw_yaml_fills_the_gaps() -> None:
    raw = (CellKind.RAW, "---\ntoc: true\ndescription: Mine\n---")

    assert _read(_notebook(raw, _md("# T\n> S\n- badges: false"))) == (
        FrontMatter(title="T", description="Mine", toc=True, badges=BadgeChoice(all=False)), 2, (),
    )  # fmt: skip
    assert _read(_notebook((CellKind.RAW, "---\ntitle: A\n---"), _md("# B")))[:2] == (FrontMatter(title="A"), 1)
    assert _read(_notebook((CellKind.RAW, "---\ntitle: A\n---"), _md("x"), _md("# B\n- toc: true")))[:2] == (
        FrontMatter(title="A"), 1,
    )  # fmt: skip


def test_notebook_metadata_of_other_tools_is_front_matter() -> None:
    notebook = _notebook(
        (CellKind.CODE, "x"),
        nikola={"title": "N", "tags": "a, b", "date": "2020-01-05 10:00:00 UTC+01:00", "status": "draft"},
        frontmatter="title: F\ntoc: true",
        authors=[{"name": "Jane"}],
        kernelspec={"name": "python3"},
    )

    front, number, problems = _read(notebook)

    assert front.date is not None
    assert front.date.isoformat() == "2020-01-05T10:00:00+01:00"
    assert (front.title, front.tags, front.toc, front.visibility, front.authors) == (
        "N", ("a", "b"), True, Visibility.DRAFT, (Author("Jane"),),
    )  # fmt: skip
    assert (number, problems, front.extra) == (None, (), {})


def test_the_name_colab_gives_a_file_is_the_last_resort_for_a_title() -> None:
    assert _read(_notebook((CellKind.CODE, "x"), colab={"name": "My_study.ipynb"}))[0].title == "My study"
    assert _read(_notebook(_md("## Part"), colab={"name": "My_study.ipynb"}))[0].title is None
    assert _read(_notebook(colab={"name": "Copy of x.ipynb"}))[0].title is None


def test_files_beside_and_above_fill_the_gaps_nearest_first() -> None:
    sides = (
        SideFile("_notebooks/a.nbdata", b"Title: Beside: it\nTags: x, y\n"),
        SideFile("_notebooks/a.meta", b".. title: Nikola\n.. slug: s\n"),
        SideFile("_notebooks/_metadata.yml", b"title: Above\ntoc: true\nauthor: Jane\n"),
    )

    front, _, problems = _read(_notebook(_md("# T\n- author: John")), _NEW, *sides)

    assert front == FrontMatter(title="T", tags=("x", "y"), slug="s", toc=True, authors=(Author("John"),))
    assert problems == ()
    assert from_side_files(_source("_word/a.docx", *sides, shelf=Shelf.WORD), _NEW)[0].title == "Beside: it"


def test_a_side_file_that_is_no_yaml_is_named() -> None:
    with pytest.raises(FrontMatterError) as refusal:
        _read(_notebook(), _NEW, SideFile("_notebooks/_metadata.yml", b"toc: [\n"))

    assert str(refusal.value.at).startswith("_notebooks/_metadata.yml:")


def test_jekylls_defaults_come_last_and_the_later_one_wins() -> None:
    rules = ReadingRules(
        front_matter_defaults=(
            ("", "", {"layout": "post", "toc": True}), ("_posts", "posts", {"layout": "deep", "comments": True}),
            ("_post", "", {"badges": False}), ("", "pages", {"layout": "page"}),
        )
    )  # fmt: skip

    assert _post("comments: false", rules) == FrontMatter(layout="deep", toc=True, comments=False)


# Laws


@given(
    some.text(
        some.characters(
            exclude_characters="\r\n\x85\u2028\u2029\ue0f0\ue0f1\ue0f2", exclude_categories=["Cc", "Cs", "Z"]
        ),
        min_size=1,
    )
)
def test_any_line_is_a_title_that_front_matter_survives(title: str) -> None:
    for rules in (_OLD, _NEW):
        front, _, _ = _read(_notebook(_md(f"# {title}\n> {title}\n- toc: true")), rules)
        assert front.toc is True


_WRITTEN = (
    "true", "x", "2020-01-01", "1", "''", "null", "[a, b]", "{a: b}", "[", "*x", "a: b", "~", "[[a], {b: 1}]",
    "{name: {a: 1}}",
    "{html: {toc: 1}}", "{kernelspec: {name: [1]}}", "[{name: x}, 1]", "-", "!x", "&x", "'", '"', "{cell: x}", "off",
)  # fmt: skip
_VALUES = some.sampled_from(_WRITTEN) | some.text(some.characters(exclude_characters="\n\r"), max_size=10)
_KEYS = some.sampled_from(
    [alias for aliases in front_matter_keys._ALIASES.values() for alias in aliases] + sorted(front_matter_keys._QUIET)
)


@given(some.lists(some.tuples(_KEYS, _VALUES), max_size=6))
def test_any_front_matter_is_read_or_refused_at_its_place(lines: list[tuple[str, str]]) -> None:
    yaml = "\n".join(f"{key}: {value}" for key, value in lines)
    cell = "# T\n> S\n" + "\n".join(f"- {key}: {value}" for key, value in lines)

    for read in (
        lambda: from_markdown(f"---\n{yaml}\n---\nBody", _source(), _NEW),
        lambda: _read(_notebook((CellKind.RAW, f"---\n{yaml}\n---\n"))),
        lambda: _read(_notebook(_md(cell))),
    ):
        try:
            read()
        except FrontMatterError as refusal:
            assert refusal.at is not None
            assert refusal.mend is not None

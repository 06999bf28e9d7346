"""Badges: the right notebook, on the right branch, in the right order."""

from generator.model.front_matter import BadgeChoice
from generator.model.source import SourceKind
from generator.render.badges import badges_of
from generator.render.rules import BadgeDefaults
from tests.render.making import made, post, rules, site

DEEPNOTE = "https://deepnote.com/launch?url="
REPO = rules(github_repo="mira/notes", github_branch="master")


def test_a_notebook_opens_in_four_places_at_the_addresses_fastpages_gave_them() -> None:
    badges = badges_of("_notebooks/2020-02-20-test.ipynb", BadgeChoice(), REPO)

    assert [(badge.text, badge.href) for badge in badges] == [
        ("View on GitHub", "https://github.com/mira/notes/tree/master/_notebooks/2020-02-20-test.ipynb"),
        ("Open in Binder", "https://mybinder.org/v2/gh/mira/notes/master?filepath=_notebooks%2F2020-02-20-test.ipynb"),
        (
            "Open in Colab",
            "https://colab.research.google.com/github/mira/notes/blob/master/_notebooks/2020-02-20-test.ipynb",
        ),
        (
            "Open in Deepnote",
            f"{DEEPNOTE}https%3A%2F%2Fgithub.com%2Fmira%2Fnotes%2Fblob%2Fmaster%2F_notebooks%2F2020-02-20-test.ipynb",
        ),
    ]


def test_a_branch_of_the_authors_and_a_blog_in_a_folder_are_in_every_badge() -> None:
    by = rules(github_repo="fork/notes", repository_folder="docs")

    badges = badges_of("_notebooks/a b.ipynb", BadgeChoice(branch="try/it"), by)

    assert [badge.href for badge in badges] == [
        "https://github.com/fork/notes/tree/try/it/docs/_notebooks/a%20b.ipynb",
        "https://mybinder.org/v2/gh/fork/notes/try%2Fit?filepath=docs%2F_notebooks%2Fa+b.ipynb",
        "https://colab.research.google.com/github/fork/notes/blob/try/it/docs/_notebooks/a%20b.ipynb",
        f"{DEEPNOTE}https%3A%2F%2Fgithub.com%2Ffork%2Fnotes%2Fblob%2Ftry%2Fit%2Fdocs%2F_notebooks%2Fa+b.ipynb",
    ]


def test_the_document_may_hide_what_the_site_shows_and_show_what_it_hides() -> None:
    by = rules(github_repo="a/b", badges=BadgeDefaults(github=True, binder=False, colab=True, deepnote=False))
    choice = BadgeChoice(colab=False, deepnote=True)

    assert [badge.kind for badge in badges_of("a.ipynb", choice, by)] == ["github", "deepnote"]


def test_badges_false_shows_none() -> None:
    assert badges_of("a.ipynb", BadgeChoice(all=False, github=True), REPO) == ()


def test_a_blog_without_a_known_repository_shows_no_badges() -> None:
    assert badges_of("a.ipynb", BadgeChoice(), rules()) == ()


def test_a_markdown_post_shows_no_badges() -> None:
    notebook, markdown = post("/a/"), post("/b/", kind=SourceKind.MARKDOWN)

    pages = made(site(notebook, markdown), REPO)

    assert ("Open in Colab" in pages["a/index.html"], "Open in Colab" in pages["b/index.html"]) == (True, False)

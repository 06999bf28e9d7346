"""The Markdown twin of a page."""

import pytest

from generator.model.body import Ref, RefKind, fill_holes
from generator.model.notebook import Cell, CellKind
from generator.model.reading import ReadingRules
from tests.readers.making import read_text
from tests.readers.notebook.making import base64_text, png, read_cells

RULES = ReadingRules(is_old_blog=True, baseurl="/blog", url="https://example.org", site_values={"title": "The blog"})


def companions(path: str) -> bytes | None:
    return png(2, 2) if path == "images/x.png" else None


def twin(text: str) -> str:
    markdown = read_text(f"---\ntitle: T\n---\n{text}", rules=RULES, companions=companions).body.markdown
    filled = fill_holes(markdown, lambda kind, target, suffix: f"{kind.value}:{target}{suffix}")
    return filled.removeprefix("# T\n\n").removesuffix("\n")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("## A *plain* `text`", "## A *plain* `text`"),
        ("[x](other.md#there)", "[x](file:_posts/other.md#there)"),
        ('![x]({{site.baseurl}}/images/x.png "c")', '![x](file:images/x.png "c")'),
        ('<img src="{{ site.baseurl }}/images/x.png">', '<img src="file:images/x.png">'),
        ("[x][1]\n\n[1]: other.md", "[x][1]\n\n[1]: file:_posts/other.md"),
        ("About {{ site.title }}", "About The blog"),
        ("{% raw %}`{{ x }}`{% endraw %}", "`{{ x }}`"),
        ("`{{ site.title }}`", "`{{ site.title }}`"),
        ("```\n{{ site.title }} <!-- a -->\n```", "```\n{{ site.title }} <!-- a -->\n```"),
        ("Said{% fn 1 %}.\n\n{{ 'Where' | fndetail: 1 }}", "Said[^1].\n\n[^1]: Where"),
        ("{% include note.html content='mind' %}", "> Note: mind"),
        ("{% include youtube.html content='https://youtu.be/XfoYk_Z5AkI' %}", "https://youtu.be/XfoYk_Z5AkI"),
        ("Seen. <!-- not for everybody -->", "Seen. "),
        ("{% comment %}\nnot\n{% endcomment %}Seen.", "Seen."),
        ("{% link _posts/other.md %}", "file:_posts/other.md"),
    ],
)
def test_the_twin_says_what_the_page_says(written: str, said: str) -> None:
    assert twin(written) == said


def test_a_pasted_picture_is_the_same_file_in_the_twin() -> None:
    attachments = {"a.png": {"image/png": base64_text(png(3, 3))}}
    reading = read_cells(Cell(CellKind.MARKDOWN, 1, "![p](attachment:a.png)", attachments=attachments))

    assert f"![p]({Ref(RefKind.ASSET, reading.blobs[0].name).hole})" in reading.body.markdown


@pytest.mark.parametrize(
    "text",
    [
        "> wandb: https://wandb.ai/a/p/reports/T--VmlldzoxMjM?accessToken=s3cr3t iframe=true",
        "```wandb\nurl: https://wandb.ai/a/p/reports/T--VmlldzoxMjM?accessToken=s3cr3t\n```",
        "```{wandb} https://wandb.ai/a/p/reports/T--VmlldzoxMjM?accessToken=s3cr3t\n```",
        "```wandb\n{'url' : 'https://wandb.ai/a/p/reports/T--VmlldzoxMjM?accessToken=s3cr3t'}\n```",
        "~~~wandb\nurl: >-\n  https://wandb.ai/a/p/reports/T--VmlldzoxMjM?accessToken=s3cr3t\n~~~",
        "> ```wandb\n> ? url\n> : https://wandb.ai/a/p/reports/T--VmlldzoxMjM?accessToken=s3cr3t\n> ```",
    ],
    ids=["quote", "fence", "directive", "flow", "folded", "in-a-quote"],
)
def test_what_opens_a_private_report_is_not_in_the_twin(text: str) -> None:  # AC12
    assert twin(text) == text.replace("s3cr3t", "***")

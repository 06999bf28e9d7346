"""A stranger's drawing is looked through: what runs, loads or leads elsewhere is not in the file that is published."""

import io
from base64 import b64encode
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from generator.formats.svg import inert_svg
from tests.building import code_cell, display, lay_out, notebook, run

NAMED = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def inside(text: str) -> str:
    """What is left of a drawing's content."""
    content = inert_svg(f"<svg {NAMED}>{text}</svg>".encode())
    assert content is not None
    return content.decode().removeprefix(f"<svg {NAMED}>").removesuffix("</svg>")


@pytest.mark.parametrize(
    "text",
    [
        '<g id="a"><path d="M0 0" fill="url(#a)" style="stroke: red"></path></g>',
        '<defs><clipPath id="c"><rect width="1"></rect></clipPath></defs><use xlink:href="#c"></use>',
        "<style>.a{fill:url(#g)}</style><text>1 &lt; 2</text>",
        '<image xlink:href="data:image/png;base64,aGk="></image>',
    ],
    ids=["shapes", "parts", "styles", "pictures"],
)
def test_a_plain_drawing_stays_as_it_is(text: str) -> None:
    assert inside(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<script>x</script><rect onload='x' width='1'/>", '<rect width="1"></rect>'),
        ("<a xlink:href='javascript:x'><text>a</text></a>", ""),
        ("<use xlink:href='https://foreign.example/a.svg#b'/>", "<use></use>"),
        ("<image href='https://foreign.example/a.png'/>", "<image></image>"),
        ("<image href='data:image/svg+xml;base64,aGk='/>", "<image></image>"),
        ("<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>a</p></foreignObject>", ""),
        ("<animate attributeName='href' values='x'/><set attributeName='onload' to='x'/>", ""),
        ("<style>@import 'x';</style>", "<style></style>"),
        ("<style>a{b:u\\72l(x)}</style>", "<style></style>"),
        ("<rect fill='url(https://foreign.example/a)' width='1'/>", '<rect width="1"></rect>'),
        ("<h:script xmlns:h='http://www.w3.org/1999/xhtml'>x</h:script>", ""),
        ("<?xml-stylesheet href='x'?><!-- a --><rect/>", "<rect></rect>"),
    ],
    ids=range(12),
)
def test_what_runs_or_loads_is_left_out(text: str, left: str) -> None:
    assert inside(text) == left


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'><svg xmlns='http://www.w3.org/2000/svg'/></html>",
        b"<svg xmlns='http://www.w3.org/1999/xhtml'/>",
        b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>",
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 300 + b"</g>" * 300 + b"</svg>",
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g/>" * 200_001 + b"</svg>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><text>" + b"a" * 11 * 1024 * 1024 + b"</text></svg>",
    ],
    ids=["nothing", "half", "a page", "no drawing", "entities", "deep", "many", "large"],
)
def test_what_cannot_be_looked_through_is_no_drawing(content: bytes) -> None:
    assert inert_svg(content) is None


def test_a_figure_of_matplotlib_keeps_every_shape() -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3, 2))
    figure.subplots().plot([1, 3, 2])
    drawn = io.BytesIO()
    figure.savefig(drawn, format="svg")

    kept = inert_svg(drawn.getvalue())

    assert kept is not None
    shapes = [
        [
            (node.tag, sorted(node.attrib.items()))
            for node in ET.fromstring(content).iter()
            if "metadata" not in node.tag
        ]
        for content in (drawn.getvalue(), kept)
    ]
    svg = "{http://www.w3.org/2000/svg}"
    assert [shape for shape in shapes[0][1:] if shape[0].startswith(svg)] == shapes[1][1:]


def test_a_drawing_that_is_refused_leaves_its_words_in_the_page(tmp_path: Path) -> None:
    files = {
        "images/good.svg": f"<svg {NAMED} width='9' height='9'><script>x</script><rect/></svg>",
        "images/bad.svg": "<svg onload='x'>",
        "_posts/2024-01-02-a.md": "# A\n\n![good one](../images/good.svg)\n\n![bad one](../images/bad.svg)\n",
    }
    lay_out(tmp_path, files)

    ran = run(tmp_path, "--untrusted")

    assert [path for path in ran.files() if path.startswith("images/")] == ["images/good.svg"]
    assert b"script" not in ran.files()["images/good.svg"]
    page = ran.page("/posts/a/")
    assert 'src="/images/good.svg"' in page
    assert 'role="img" aria-label="bad one"' in page
    assert "the image `../images/bad.svg`" in ran.output


def test_a_drawing_made_by_code_is_published_without_what_runs(tmp_path: Path) -> None:
    svg = f"<svg {NAMED} width='9' height='9'><g onclick='x'><a href='javascript:x'/><rect width='7'/></g></svg>"
    lay_out(
        tmp_path, {"_notebooks/2024-01-02-a.ipynb": notebook(code_cell("draw()", display(**{"image_svg+xml": svg})))}
    )

    ran = run(tmp_path, "--untrusted")

    (drawing,) = [content for path, content in ran.files().items() if path.endswith(".svg") and b"rect" in content]
    assert drawing == f'<svg {NAMED} width="9" height="9"><g><rect width="7"></rect></g></svg>'.encode()


def test_a_picture_that_is_none_is_no_attachment(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    cell: dict[str, object] = {
        "cell_type": "markdown",
        "metadata": {},
        "source": "![a](attachment:a.html) ![b](attachment:b.png)",
        "attachments": {
            "a.html": {"text/html": "PHNjcmlwdD4="},
            "b.png": {"image/png": b64encode(picture.getvalue()).decode()},
        },
    }
    lay_out(tmp_path, {"_notebooks/2024-01-02-a.ipynb": notebook(cell)})

    ran = run(tmp_path, "--untrusted")

    made = {path.rpartition(".")[2] for path in ran.files() if path.startswith("assets/g/")}
    assert made == {"css", "js", "svg", "png"}
    assert 'aria-label="a"' in ran.page("/posts/a/")

"""Images: found, measured, captioned, or replaced by their words."""

import pytest

from generator.formats.names import content_name
from generator.model.document import Asset, Picture
from generator.model.reading import Blob
from tests.markup.making import NOTEBOOK, POST, html, made, png

_FILES = {"_notebooks/a.png": png(40, 20)}
_LAZY = 'loading="lazy" decoding="async"'


def test_an_image_gets_its_size() -> None:
    result = made("![b](a.png)", files=_FILES)

    assert result.html == f'<p><img src="file:_notebooks/a.png" alt="b" width="40" height="20" {_LAZY}></p>'
    assert result.scope.pictures == [Picture("_notebooks/a.png", False, 40, 20, "b")]
    assert [(ref.target, ref.is_image) for ref in result.scope.refs] == [("_notebooks/a.png", True)]


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("{width=20}", 'width="20" height="10" {lazy}'),
        ("{width=20px}", 'width="20" height="10" {lazy}'),
        ("{height=10}", 'height="10" width="20" {lazy}'),
        ("{width=20 height=5}", 'width="20" height="5" {lazy}'),
        ("{width=50%}", 'style="width: 50%" width="40" height="20" {lazy}'),
        ('{: width="20" .x}', 'class="x" width="20" height="10" {lazy}'),
    ],
)
def test_an_image_has_the_size_its_author_wants(written: str, size: str) -> None:
    shown = size.replace("{lazy}", _LAZY)

    assert html(f"![](a.png){written}", files=_FILES) == f'<p><img src="file:_notebooks/a.png" alt="" {shown}></p>'


def test_a_size_behind_the_address() -> None:
    assert 'width="20"' in html("![](a.png =20x)", files=_FILES)


def test_raw_images_are_treated_alike() -> None:
    result = made('<img src="a.png" width="50%">', files=_FILES)

    assert result.html == (
        f'<p><img src="file:_notebooks/a.png" alt="" style="width: 50%" width="40" height="20" {_LAZY}></p>'
    )
    assert result.scope.pictures == [Picture("_notebooks/a.png", False, 40, 20, None)]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("images/b.png", "images/b.png"),
        ("../images/b.png", "images/b.png"),
        ("/images/b.png", "images/b.png"),
        ("/blog/images/b.png", "images/b.png"),
        ("{{ site.baseurl }}/images/b.png", "images/b.png"),
        ("/images/copied_from_nb/a.png", "_notebooks/a.png"),
        ("my%20pic.png", "_notebooks/my pic.png"),
        ("my pic.png", "_notebooks/my pic.png"),
        ("100%25.png", "_notebooks/100%.png"),
        ("odd%20name.png", "_notebooks/odd%20name.png"),
        ("a.png?raw=true", "_notebooks/a.png"),
    ],
)
def test_an_image_is_found_where_it_may_lie(written: str, found: str) -> None:
    files = {found: png(4, 2)}

    result = made(f"![]({written})", files=files, baseurl="/blog")

    assert [ref.target for ref in result.scope.refs] == [found]
    assert result.problems == []


def test_a_missing_image_is_told_and_replaced_by_its_words() -> None:
    result = made("text\n\n![b](c.png)")

    assert result.html == '<p>text</p>\n<p><span class="missing-image" role="img" aria-label="b">b</span></p>'
    assert result.problems == [f"missing-image {NOTEBOOK}, cell 1, line 3: the image `c.png` is not there"]
    assert result.scope.refs == []


def test_images_of_the_web_and_of_data_stay() -> None:
    data = "data:image/png;base64," + "QUJD" * 5_000

    assert html("![b](https://x.org/a.png)") == f'<p><img src="https://x.org/a.png" alt="b" {_LAZY}></p>'
    assert html(f"![b]({data})") == f'<p><img src="{data}" alt="b" {_LAZY}></p>'


def test_a_title_is_a_caption() -> None:
    assert html('![b](a.png "The *c*")', files=_FILES) == (
        f'<figure><img src="file:_notebooks/a.png" alt="b" width="40" height="20" {_LAZY}>'
        "<figcaption>The <em>c</em></figcaption></figure>"
    )


def test_a_linked_image_is_captioned_too() -> None:
    shown = html('[![b](a.png "c")](https://x.org)', files=_FILES)

    assert shown.startswith('<figure><a href="https://x.org"><img src="file:_notebooks/a.png" alt="b"')
    assert shown.endswith("></a><figcaption>c</figcaption></figure>")


def test_images_below_each_other_are_figures_each() -> None:
    assert html('![](a.png "b")\n![](a.png "c")', files=_FILES).count("<figure>") == 2


def test_a_title_within_a_sentence_stays_a_title() -> None:
    assert html('see ![](a.png "b") here', files=_FILES).count('title="b"') == 1


def test_nbdevs_caption_attribute() -> None:
    shown = html('<img src="a.png" alt="b" caption="c" width="20">', files=_FILES)

    assert shown == (
        f'<figure><img src="file:_notebooks/a.png" alt="b" width="20" height="10" {_LAZY}>'
        "<figcaption>c</figcaption></figure>"
    )


def test_a_pasted_image_becomes_a_file_stored_once() -> None:
    content = png(30, 10)
    name = content_name(content, "png")

    result = made(
        "![b](attachment:i%20j.png) ![](attachment:i%20j.png)", attachments={"i j.png": ("image/png", content)}
    )

    assert result.html.startswith(f'<p><img src="asset:{name}" alt="b" width="30" height="10" {_LAZY}>')
    assert result.scope.assets == [Asset(name, len(content), 30, 10)]
    assert result.scope.blobs == [Blob(name, content)]
    assert result.scope.pictures[0] == Picture(name, True, 30, 10, "b")


def test_an_attachment_nobody_pasted_is_missing() -> None:
    assert made("![b](attachment:c.png)").kinds == ["missing-image"]
    assert made("[b](attachment:c.png)").kinds == ["missing-attachment"]


def test_srcset_has_holes_for_every_candidate() -> None:
    result = made(
        '<img src="a.png" srcset="a.png 1x, /images/b.png 2x, gone.png 3x">',
        files={**_FILES, "images/b.png": png(8, 4)},
    )

    assert 'srcset="file:_notebooks/a.png 1x, file:images/b.png 2x"' in result.html


def test_an_image_out_of_the_repository_is_missing() -> None:
    assert made("![b](../../../c.png)", POST).kinds == ["missing-image"]

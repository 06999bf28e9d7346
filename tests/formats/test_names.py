"""Safe places in the output folder."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from generator.errors import ContentError
from generator.formats.names import case_key, content_name, safe_file_path, safe_output_path, windows_trouble


def test_equal_bytes_have_one_name_and_others_another() -> None:
    assert content_name(b"a", ".png") == content_name(b"a", "png")
    assert content_name(b"a", "png") != content_name(b"b", "png")
    assert len(content_name(b"a", "png")) == 36


@pytest.mark.parametrize(
    ("url_path", "file"),
    [
        ("/", "index.html"),
        ("", "index.html"),
        ("/a/", "a/index.html"),
        ("/a.html", "a.html"),
        ("/codespaces", "codespaces.html"),
        ("/v1.2", "v1.2.html"),
        ("/feed.xml", "feed.xml"),
        ("/data%20wrangling/2020/01/01/x.html", "data wrangling/2020/01/01/x.html"),
        ("/caf%C3%A9/", "café/index.html"),
        ("//a//./b/", "a/b/index.html"),
        ("/a/.", "a/index.html"),
        ("/日本語.html", "日本語.html"),
    ],
)
def test_a_page_is_written_where_github_pages_looks_for_it(url_path: str, file: str) -> None:
    assert safe_output_path(url_path) == file


@pytest.mark.parametrize(
    "url_path",
    [
        "/../a", "/a/../../b", "/%2e%2e/a", "/a/.. /b", "/a\\..\\b", "/%5c..%5cb", "C:/a", "/c:a", "/a%00b", "/a\nb/",
        "/%ff/", "/" + "x" * 300, "/" + "é" * 200 + "/", "/a" * 2000, "/\ud800/",
    ],
)  # fmt: skip
def test_a_path_out_of_the_site_or_of_no_file_is_refused(url_path: str) -> None:
    with pytest.raises(ContentError) as refusal:
        safe_output_path(url_path)

    assert refusal.value.problem.startswith("the path `")
    assert refusal.value.problem.isprintable()


def test_a_copied_file_keeps_its_name_as_it_is() -> None:
    assert safe_file_path("images/100%25 sure") == "images/100%25 sure"
    assert safe_file_path("CNAME") == "CNAME"
    with pytest.raises(ContentError):
        safe_file_path("images/../../x")


def test_two_names_that_some_disks_take_for_one_have_one_key() -> None:
    assert case_key("A/Straße.html") == case_key("a/STRASSE.html")
    assert case_key("cafe\u0301") == case_key("caf\u00e9")
    assert case_key("a") != case_key("b")


@pytest.mark.parametrize(
    ("path", "segment"),
    [
        ("a/b.html", None),
        ("aux/index.html", "aux"),
        ("a/CON.html", "CON.html"),
        ("a/what?.html", "what?.html"),
        ("a./b", "a."),
        ("console/index.html", None),
    ],
)
def test_windows_is_told_what_it_cannot_hold(path: str, segment: str | None) -> None:
    assert windows_trouble(path) == segment


@given(some.text(max_size=60))
def test_no_path_leaves_the_output_folder(url_path: str) -> None:
    try:
        file = safe_output_path(url_path)
    except ContentError:
        return

    assert not file.startswith("/")
    assert file.endswith(".html") or "." in file
    assert not {"", ".", ".."} & set(file.split("/"))
    assert "\\" not in file


@given(some.text(alphabet="ab./%2e5cF\\:", max_size=30))
def test_no_dots_in_any_disguise_leave_the_output_folder(url_path: str) -> None:
    try:
        file = safe_output_path(url_path)
    except ContentError:
        return

    assert not {"", ".", ".."} & set(file.split("/"))
    assert safe_output_path("/" + file.replace("%", "%25")) == file

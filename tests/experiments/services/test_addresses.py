"""Addresses of W&B's pages, as authors copy them and as they are written."""

import base64
import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ContentError, UsageError
from generator.experiments.services.addresses import (
    ProjectPage,
    ReportPage,
    RunPage,
    app_url,
    entity_and_name,
    project_url,
    read_address,
    read_report_id,
    run_url,
    without_token,
)

HOME = "https://wandb.ai"


@pytest.mark.parametrize(
    ("server", "chosen", "app"),
    [
        ("https://api.wandb.ai", "", "https://wandb.ai"),
        ("https://api.wandb.ai/", "", "https://wandb.ai"),
        ("https://api.wandb.example.org", "", "https://wandb.example.org"),
        ("https://api.example.org", "", "https://app.example.org"),
        ("http://localhost:8080", "", "http://localhost:8080"),
        ("https://rapi.example.org", "", "https://rapi.example.org"),
        ("https://api.wandb.ai", "https://wandb.example.org/ ", "https://wandb.example.org"),
    ],
    ids=["public", "slash", "api.wandb", "api", "one host", "api within a word", "chosen"],
)
def test_pages_stand_where_the_api_says(server: str, chosen: str, app: str) -> None:
    assert app_url(server, chosen) == app


@pytest.mark.parametrize(
    "address",
    [
        "https://wandb.ai/acme/mnist/runs/r1",
        "  https://wandb.ai/acme/mnist/runs/r1/  ",
        "https://wandb.ai/acme/mnist/runs/r1/overview?nw=nwuserjane#top",
        "https://wandb.ai/acme/mnist/runs/r1/files/media/images",
        "https://app.wandb.ai/acme/mnist/runs/r1",
        "https://www.wandb.ai/acme/mnist/runs/r1",
        "https://wandb.ai:443/acme/mnist/runs/r1",
        "https://WANDB.ai/acme/mnist/runs/r1?accessToken=secret",
    ],
)
def test_the_page_of_a_run_is_known_however_it_was_copied(address: str) -> None:
    assert read_address(address) == RunPage("acme/mnist", "r1", "https://wandb.ai/acme/mnist/runs/r1")


@pytest.mark.parametrize(
    "view", ["", "/", "/workspace", "/table?nw=x", "/overview", "/runs", "/reports", "/reportlist"]
)
def test_any_view_of_a_project_is_its_page(view: str) -> None:
    assert read_address(f"{HOME}/acme/mnist{view}") == ProjectPage("acme/mnist", f"{HOME}/acme/mnist")


# AC12
def test_a_report_is_framed_in_the_way_that_shows_no_menus() -> None:
    page = read_address("https://wandb.ai/a/p/reports/T---VmlldzoxMjM")

    assert page == ReportPage(
        project="a/p",
        report_id="VmlldzoxMjM=",
        url="https://wandb.ai/a/p/reports/T---VmlldzoxMjM",
        frame_url="https://wandb.ai/a/p/reports/T---VmlldzoxMjM?jupyter=true",
    )


# AC12
@pytest.mark.parametrize("query", ["accessToken=t", "jupyter=true&accessToken=t&x=1", "x=%22&accessToken=t#frag"])
def test_the_token_of_a_private_report_is_in_its_frame_and_nowhere_else(query: str) -> None:
    page = read_address(f"https://wandb.ai/a/p/reports/T---VmlldzoxMjM?{query}")

    assert isinstance(page, ReportPage)
    assert page.frame_url == "https://wandb.ai/a/p/reports/T---VmlldzoxMjM?accessToken=t&jupyter=true"
    assert page.has_token
    assert page.url == "https://wandb.ai/a/p/reports/T---VmlldzoxMjM"
    assert "accessToken" not in repr(page)


def test_what_is_no_letter_in_a_token_does_not_leave_the_address() -> None:
    page = read_address('https://wandb.ai/a/p/reports/T--VmlldzoxMjM?accessToken="><script>&amp')

    assert isinstance(page, ReportPage)
    assert page.frame_url == ("https://wandb.ai/a/p/reports/T--VmlldzoxMjM?accessToken=%22%3E%3Cscript%3E&jupyter=true")


@pytest.mark.parametrize(
    ("name", "report_id"),
    [
        ("Title--VmlldzoxMjM0", "VmlldzoxMjM0"),
        ("Title--VmlldzoxMjM", "VmlldzoxMjM="),
        ("Title--VmlldzoxMjM%3D", "VmlldzoxMjM="),
        ("Title--VmlldzoxMjM0NTY=", "VmlldzoxMjM0NTY="),
        ("Ends-in-a-dash---VmlldzoxMjM", "VmlldzoxMjM="),
        ("a--b--VmlldzoxMjM", "VmlldzoxMjM="),
        ("VmlldzoxMjM", "VmlldzoxMjM="),
        ("Größe-%E2%86%92--VmlldzoxMjM", "VmlldzoxMjM="),
    ],
)
def test_the_id_of_a_report_is_what_follows_the_last_two_dashes(name: str, report_id: str) -> None:
    page = read_address(f"{HOME}/a/p/reports/{name}")

    assert isinstance(page, ReportPage)
    assert page.report_id == report_id


@pytest.mark.parametrize(
    "name", ["Title", "Title--", "Title--UnVuOjE", "T--Vmlldzox!", "--V", "T--Vmlldzó", "T--====="]
)
def test_a_report_without_an_id_is_told_as_such(name: str) -> None:
    with pytest.raises(ContentError, match="holds no id of a report") as failure:
        read_address(f"{HOME}/a/p/reports/{name}")

    assert failure.value.mend


def report_name(title: str, report_id: str) -> str:
    """The last part of a report's address, as W&B's own client makes it."""
    words = re.sub(r"-+", "-", re.sub(r"\W", "-", title)).strip("-")
    return f"{quote(words, safe='')}--{report_id.rstrip('=')}"


def test_the_address_of_a_report_holds_its_id_without_padding() -> None:
    url = f"{HOME}/a/p/reports/{report_name('My Report: v1.0 (a/b)', 'VmlldzoxMjM0NTY=')}"

    assert url == "https://wandb.ai/a/p/reports/My-Report-v1-0-a-b--VmlldzoxMjM0NTY"
    assert read_address(url) == ReportPage("a/p", "VmlldzoxMjM0NTY=", url, f"{url}?jupyter=true")


@given(st.text(max_size=40), st.integers(min_value=0, max_value=10**9))
def test_whatever_a_report_is_called_its_id_comes_back(title: str, number: int) -> None:
    report_id = base64.b64encode(f"View:{number}".encode()).decode()
    words = title.encode("utf-8", "replace").decode()

    assert read_report_id(report_name(words, report_id)) == report_id


@given(st.text(min_size=1, max_size=40))
def test_whatever_a_run_is_called_its_page_holds_no_mark_of_html(run_id: str) -> None:
    url = run_url(HOME, "acme/mnist", run_id)

    assert url.startswith(f"{HOME}/acme/mnist/runs/")
    assert not set(url) & set("\"'<>& \n")


# AC12
@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)//wandb.ai/a/p/runs/r1",
        "data:text/html,https://wandb.ai/a/p",
        "https://example.org/a/p/runs/r1",
        "https://wandb.ai.example.org/a/p/runs/r1",
        "https://example.org/https://wandb.ai/a/p/runs/r1",
        "https://wandb.ai@example.org/a/p/runs/r1",
        "https://jane@wandb.ai/a/p/runs/r1",
        "https://wandb.ai:8443/a/p/runs/r1",
        "https://wandb.ai:/a/p/runs/r1",
        "https://wandb.ai\\@example.org/a/p/runs/r1",
        "http://wandb.ai/a/p/runs/r1",
        "http://127.0.0.1:8080/a/p/runs/r1",
        "//wandb.ai/a/p/runs/r1",
        "/a/p/runs/r1",
        "https://wandb.ai/",
        "https://wandb.ai/a",
        "https://wandb.ai/a/p/sweeps/s1",
        "https://wandb.ai/a/p/runs/r1\n/x",
        "https://wandb.ai/a/../p/runs/r1",
        "https://wandb.ai/a/p/runs/%2e%2e",
        "https://wandb.ai/a%2Fb/p/runs/r1",
        "https://wandb.ai/a/p/runs/\x1b[31m",
        "https://wandb.ai/a/p/runs/\ud800",
        "https://[::1/a/p",
        "https://wandb.ai:99999/a/p",
        "https://api.wandb.ai/graphql",
        "",
        "https://wandb.ai/a/p/runs/" + "r" * 3000,
    ],
    ids=lambda address: ascii(address)[:60],
)
def test_what_is_no_page_of_wandb_is_an_error_that_can_be_printed(address: str) -> None:
    with pytest.raises(ContentError) as failure:
        read_address(address)

    assert failure.value.mend
    assert failure.value.problem.isprintable()
    assert len(failure.value.problem) < 250


def test_a_short_link_is_not_followed() -> None:
    with pytest.raises(ContentError) as failure:
        read_address("https://api.wandb.ai/links/acme/abcd1234")

    assert failure.value.problem == "this is a short link of W&B"
    assert failure.value.mend == "open it, and write the address that the browser then shows"


def test_an_error_about_an_address_does_not_tell_its_token() -> None:
    with pytest.raises(ContentError) as failure:
        read_address("https://example.org/a/p/reports/T--Vml?accessToken=s3cret")

    assert failure.value.problem == "`https://example.org/a/p/reports/T--Vml?accessToken=***` is not on a host of W&B"


@pytest.mark.parametrize(
    ("server", "chosen", "address", "url"),
    [
        ("http://127.0.0.1:8080", "", "http://127.0.0.1:8080/a/p/runs/r1", "http://127.0.0.1:8080/a/p/runs/r1"),
        ("https://api.example.org", "", "https://app.example.org/a/p/runs/r1", "https://app.example.org/a/p/runs/r1"),
        ("https://api.example.org", "", "https://wandb.ai/a/p/runs/r1", "https://wandb.ai/a/p/runs/r1"),
        (
            "https://api.wandb.ai",
            "https://forge.example.org/wandb",
            "https://forge.example.org/wandb/a/p/runs/r1",
            "https://forge.example.org/wandb/a/p/runs/r1",
        ),
    ],
    ids=["loopback", "own", "public beside own", "below a path"],
)
def test_pages_of_the_configured_server_are_allowed(server: str, chosen: str, address: str, url: str) -> None:
    assert read_address(address, server, chosen) == RunPage("a/p", "r1", url)


@pytest.mark.parametrize("address", ["https://forge.example.org/a/p/runs/r1", "https://forge.example.org/wandbx/a/p"])
def test_beside_the_path_of_the_configured_server_nothing_is_allowed(address: str) -> None:
    with pytest.raises(ContentError, match="not on a host of W&B") as failure:
        read_address(address, "https://api.wandb.ai", "https://forge.example.org/wandb")

    assert failure.value.mend == "write an address below `https://wandb.ai/` or `https://forge.example.org/wandb/`"


def test_pages_without_encryption_are_shown_from_this_machine_alone() -> None:
    with pytest.raises(ContentError, match="no page of a run"):
        read_address("http://wandb.example.org/a/p/runs/r1", "http://wandb.example.org")


def test_names_are_quoted_in_the_address_of_a_run() -> None:
    assert run_url(HOME, "acme/my project", "a/b?c#d") == "https://wandb.ai/acme/my%20project/runs/a%2Fb%3Fc%23d"
    assert project_url(HOME, "acme/größe") == "https://wandb.ai/acme/gr%C3%B6%C3%9Fe"


@pytest.mark.parametrize(("written", "parts"), [("acme/mnist", ("acme", "mnist")), (" acme/my p/ ", ("acme", "my p"))])
def test_a_project_has_two_parts(written: str, parts: tuple[str, str]) -> None:
    assert entity_and_name(written) == parts


@pytest.mark.parametrize("written", ["", "mnist", "/mnist", "a/b/c", "a/..", "a/b\nc", "a/\ud800", "a/" + "b" * 300])
def test_a_project_that_is_none_is_wrong_usage(written: str) -> None:
    with pytest.raises(UsageError, match="names no project of W&B") as failure:
        entity_and_name(written)

    assert failure.value.problem.isprintable()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x?accessToken=abc&y", "x?accessToken=***&y"),
        ("<a href='x?accesstoken=abc'>", "<a href='x?accesstoken=***'>"),
        ("x%3FaccessToken%3Dabc y", "x%3FaccessToken%3D*** y"),
        ("accessToken=a accessToken=b", "accessToken=*** accessToken=***"),
        ("no token", "no token"),
    ],
)
def test_tokens_are_taken_out_of_what_is_printed_or_kept(text: str, shown: str) -> None:
    assert without_token(text) == shown

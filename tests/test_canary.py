"""What an author keeps back is in no file of the site: not on a page, not in what machines read, not in a name."""

from pathlib import Path

import pytest

from generator.cache.store import Store
from tests.building import Ran, code_cell, display, lay_out, markdown_cell, notebook, run, stream
from tests.conftest import SiteBuilder
from tests.test_rebuild import png

# Each is a word of its own, so that a trace names the door it came through.
HIDDEN_IN_CELLS = (
    "hushcomment hushoption hushtag hushmeta hushslide hushmarkdown hushmarkdowntag hushheading hushlink hushfootnote "
    "hushalt hushattachment hushinput hushinputtag hushecho hushoutput hushoutputtag hushhtml hushlatex hushjson "
    "hushstderr hushwarning hushstdout hushline hushraw hushdirective hushcaption hushname hushvalue hushtrace"
).split()
UNPUBLISHED = "hushdraft hushshelf hushfalse hushscheduled hushexpired hushlabel hushauthor hushalias hushdesc".split()
SHOWN = "loudprose loudinput loudoutput loudstdout loudhtml loudcaption loudunlisted loudtag".split()


def secret_notebook() -> dict[str, object]:
    """One post in which everything that can be hidden is, beside things that are shown."""
    picture = {"hushattachment.png": {"image/png": "aHVzaA=="}}
    return notebook(
        markdown_cell("# Kept back\n- tags: [loudtag]\n\nloudprose"),
        code_cell("#hide\nhushcomment", stream("hushcomment")),
        code_cell("#| include: false\nhushoption", stream("hushoption")),
        code_cell("hushtag", stream("hushtag"), tags=["remove-cell"]),
        code_cell("hushmeta = 1", stream("loudstdout\n"), jupyter={"source_hidden": True}, tags=["remove-input"]),
        code_cell("hushslide", display(text_html="<i>hushslide</i>"), tags=["remove_cell"]),
        markdown_cell("#hide\nhushmarkdown [hushlink](../images/hushlink.png) ![hushalt](hushalt.png)"),
        {**markdown_cell("![x](attachment:hushattachment.png)", tags=["remove-cell"]), "attachments": picture},
        markdown_cell("## hushheading\n\nhushmarkdowntag[^1]\n\n[^1]: hushfootnote", tags=["remove-cell"]),
        code_cell("#hide_input\nhushinput", display(text_plain="loudoutput")),
        code_cell("hushinputtag", display(text_html="<b>loudhtml</b>", text_plain="x"), tags=["remove-input"]),
        code_cell("#| echo: false\n#| fig-cap: loudcaption\nhushecho", display(image_png=picture_text(3))),
        code_cell("#hide_output\nloudinput", stream("hushoutput"), failure()),
        code_cell("a", display(text_plain="hushoutputtag", image_png=picture_text(5)), tags=["remove-output"]),
        code_cell(
            "#| output: false\n#| fig-cap: hushcaption\nb", display(text_html="hushhtml", text_latex="$hushlatex$")
        ),
        code_cell("#| output: false\nc", display(application_json='{"a": "hushjson"}')),
        code_cell("d", stream("hushstderr", "stderr"), tags=["remove-stderr"]),
        code_cell("#| warning: false\ne", stream("hushwarning", "stderr")),
        code_cell("f", stream("hushstdout"), tags=["remove-stdout"]),
        code_cell("g = 1\nhushline = 2  #| hide_line"),
        {"cell_type": "raw", "metadata": {}, "source": "hushraw"},
        code_cell("#hide-inptu hushdirective\n#hide\nh"),
    )


def picture_text(width: int) -> str:
    import base64

    return base64.b64encode(png(width, 9)).decode()


def failure() -> dict[str, object]:
    return {"output_type": "error", "ename": "hushname", "evalue": "hushvalue", "traceback": ["hushtrace"]}


def unpublished() -> dict[str, str | bytes | dict[str, object]]:
    """Everything that has no page yet, or no longer; each with all it could be traced by."""

    def post(front: str, word: str) -> str:
        known = f"title: {word}\ntags: [{word}, hushlabel]\nauthor: hushauthor\ndescription: hushdesc {word}\n"
        return f"---\n{known}aliases: [/hushalias-{word}/]\n{front}\n---\n## {word}\n\n{word} $\\text{{{word}}}$\n"

    return {
        "_posts/2021-01-01-hushdraft.md": post("draft: true", "hushdraft"),
        "_posts/2021-01-02-hushfalse.md": post("published: false", "hushfalse"),
        "_drafts/hushshelf.md": post("", "hushshelf"),
        "_posts/2099-01-01-hushscheduled.md": post("", "hushscheduled"),
        "_posts/2021-01-03-hushexpired.md": post("expires: 2022-01-01", "hushexpired"),
    }


def built_in(source: Path) -> Ran:
    """The blog, built where nothing was before."""
    lay_out(
        source,
        {
            "_config.yml": "permalink: /posts/:title/\nurl: https://a.example\nfeed: {posts_limit: 50}\n",
            "_notebooks/2021-02-01-kept.ipynb": secret_notebook(),
            "_posts/2021-02-02-seen.md": "---\ntitle: Seen\nunlisted: true\n---\nloudunlisted",
            **unpublished(),
        },
    )
    ran = run(source)
    assert ran.exit_code == 0, ran.output
    return ran


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return built_in(tmp_path_factory.mktemp("canary") / "blog")


def traces(words: list[str], files: dict[str, bytes]) -> set[str]:
    """``word in file`` for each word found in a file or its name, case ignored."""
    everything = {path: path.encode().lower() + b"\n" + content.lower() for path, content in files.items()}
    return {f"{word} in {path}" for word in words for path, text in everything.items() if word.encode() in text}


def test_what_is_shown_can_be_found(built: Ran) -> None:
    found = {trace.split()[0] for trace in traces(SHOWN, built.files())}
    assert found == set(SHOWN)


def test_a_hidden_cell_leaves_no_trace_in_any_file(built: Ran) -> None:
    assert traces(HIDDEN_IN_CELLS, built.files()) == set()


def test_the_pictures_of_hidden_outputs_are_not_published(built: Ran) -> None:
    pictures = [content for path, content in built.files().items() if path.endswith(".png")]
    assert pictures == [png(3, 9)]


def test_what_is_not_published_leaves_no_trace_in_any_file(built: Ran) -> None:
    assert traces(UNPUBLISHED, built.files()) == set()


def test_a_hidden_cell_leaves_no_trace_in_the_store(built: Ran) -> None:
    kept = {
        f"{kind}/{path.name}": Store(built.source / ".inkmill").need(kind, path.name)
        for kind in ("documents", "derived")
        for path in (built.source / ".inkmill" / kind).rglob("*")
        if path.is_file()
    }
    assert {trace.split()[0] for trace in traces(SHOWN, kept)} == set(SHOWN)
    assert traces(HIDDEN_IN_CELLS, kept) == set()


def test_unlisted_posts_are_in_no_list_and_no_feed(built: Ran) -> None:
    where = {trace.split(" in ")[1] for trace in traces(["loudunlisted", "posts/seen/"], built.files())}
    assert where == {
        "assets/js/search-data.json",
        "posts/seen/index.html",
        "posts/seen/index.html.md",
        "sitemap.xml",
    }


def test_drafts_shown_on_request_stay_out_of_what_machines_read(tmp_path: Path) -> None:
    source = built_in(tmp_path / "blog").source
    shown = run(source, "--drafts", "--future").files()
    public = {path: content for path, content in shown.items() if not path.endswith(".html")}
    assert traces(["hushdraft", "hushshelf", "hushfalse", "hushscheduled", "hushexpired"], public) == set()
    assert b'content="noindex"' in shown["posts/hushdraft/index.html"]
    assert traces(["hushexpired"], shown) == set()
    assert traces(UNPUBLISHED, run(source).files()) == set()


def test_lines_with_a_filtered_word_are_in_no_file(tmp_site: SiteBuilder) -> None:
    cell = code_cell("#| filter_stream FutureWarning noise\nf()", stream("kept\na FutureWarning: canary-line\n"))
    ran = tmp_site({"_notebooks/2021-01-01-n.ipynb": notebook(markdown_cell("# N"), cell)})

    assert "warning" not in ran.output
    assert "kept" in ran.page("/posts/n/")
    assert not any(b"canary-line" in content or b"filter_stream" in content for content in ran.files().values())

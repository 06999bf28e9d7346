"""The profile is chosen by whoever builds; it is part of what a reading is asked, of its key and of the body's type."""

import re
from pathlib import Path

import pytest

from generator.cache.codec import decode, encode
from generator.cache.store import Store
from generator.errors import MachineError
from generator.markup.sanitise import is_harmless, strict_body, strict_inline
from generator.markup.sealed_frames import Apart, mark_of, set_apart
from generator.model.body import Body, StrictBody
from tests.building import Ran, code_cell, display, lay_out, markdown_cell, notebook, run
from tests.conftest import SiteBuilder
from tests.golden_case import built, parse
from tests.render.making import made, post, rules, site

HOSTILE = "<p onclick=x>words</p><script>alert(1)</script>"


def test_a_body_made_strict_holds_nothing_active_and_says_so_by_its_type() -> None:
    body = strict_body(Body(HOSTILE, excerpt=HOSTILE, text="words", markdown="words"), ())

    assert (body.html, body.excerpt) == ("<p>words</p>", "<p>words</p>")
    assert isinstance(body, StrictBody)


def test_a_stored_body_of_the_trusted_profile_is_not_read_as_a_strict_one() -> None:
    trusted = Body("<p>words</p>")
    strict = strict_body(trusted, ())

    assert encode(trusted) != encode(strict)
    assert decode(encode(trusted), StrictBody) is None
    assert decode(encode(strict), StrictBody) == strict


def test_a_strict_render_refuses_a_trusted_body_and_makes_no_page() -> None:
    plan = made(site(post("/a/")), rules(trusts_html=False), bodies={"body": Body("<p>words</p>")})

    with pytest.raises(MachineError, match="not made strict"):
        plan["a/index.html"]
    with pytest.raises(MachineError, match="not made strict"):
        plan["assets/js/search-data.json"]
    assert "<p>body</p>" in made(site(post("/a/")), rules(trusts_html=False))["a/index.html"]


def test_a_store_that_gives_a_trusted_body_for_a_strict_one_is_not_believed(tmp_path: Path) -> None:
    lay_out(tmp_path, {"_posts/2024-01-02-a.md": "# A\n\nwords\n"})
    run(tmp_path, "--untrusted")
    before = run(tmp_path, "--untrusted").page("/posts/a/")
    store = Store(tmp_path / ".inkmill")
    bodies = [path.name for path in (tmp_path / ".inkmill" / "documents").rglob("*") if path.is_file()]
    swapped = 0
    for name in bodies:
        content = store.get("documents", name)
        if content is not None and (body := decode(content, StrictBody)) is not None:
            store.put("documents", name, encode(Body(f"{body.html}<script>alert(1)</script>", markdown=body.markdown)))
            swapped += 1
    (tmp_path / "_posts/2024-01-03-b.md").write_text("# B\n")
    (tmp_path / "_config.yml").write_text("title: another\npermalink: /posts/:title/\n")

    after = run(tmp_path, "--untrusted")

    assert swapped == 1
    assert after.exit_code == 0
    assert "alert" not in after.page("/posts/a/")
    assert "words" in before
    assert "words" in after.page("/posts/a/")


def test_one_store_keeps_both_profiles_apart(tmp_site: SiteBuilder) -> None:
    files = {"_notebooks/2024-01-02-a.ipynb": notebook(markdown_cell(f"# A\n\n{HOSTILE}"))}

    def has_script(ran: Ran) -> bool:
        return "alert(1)" in ran.page("/posts/a/")

    assert [has_script(tmp_site(files, *words)) for words in ((), ("--untrusted",), (), ("--untrusted",))] == [
        True,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "words",
    ["trusted: true", "untrusted: false", "strict: false", "trust: trusted", "profile: trusted", "sanitize: no"],
)
def test_nothing_in_the_content_lifts_the_profile(tmp_site: SiteBuilder, words: str) -> None:
    cell = markdown_cell(HOSTILE, trusted=True)
    files = {
        "_config.yml": f"permalink: /:title/\n{words}\nplugins: [x]\n",
        "_posts/2024-01-02-a.md": f"---\ntitle: A\n{words}\n---\n{HOSTILE}\n",
        "_notebooks/2024-01-03-b.ipynb": notebook(
            cell, code_cell("x", trusted=True), trusted=True, **{words[:4]: True}
        ),
        "_custom/head.html": "<script>alert(1)</script>",
        "_templates/post.html": "<script>alert(1)</script>",
    }

    ran = tmp_site(files, "--untrusted")

    assert ran.exit_code == 0
    assert [path for path, content in ran.files().items() if b"<script>alert(1)" in content] == []


@pytest.mark.parametrize(
    ("url", "is_so"),
    [
        ("https://a.example/", True),
        ("mailto:a@b.example", True),
        ("/a/b:c", True),
        ("#a:b", True),
        ("", True),
        ("javascript:x", False),
        (" Java\tScript\n:x", False),
        ("java&#115;cript&colon;x", False),
        ("data:text/html,x", False),
        ("tel:1", False),
        ("\ue0f0address\ue0f1\ue0f1/a\ue0f2", True),
        ("\ue0f0address\ue0f1\ue0f1javascript:x\ue0f2", False),
        ("\ue0f0address\ue0f1\ue0f1\ue0f2javascript:x", False),
        ("\ue0f0base\ue0f2javascript:x", False),
        ("\ue0f0file\ue0f1a:b.md\ue0f1#c\ue0f2", True),
    ],
    ids=range(15),
)
def test_a_link_leads_to_pages_and_mailboxes_alone(url: str, *, is_so: bool) -> None:
    assert is_harmless(url) is is_so


def test_marks_that_were_forged_fill_nothing() -> None:
    forged = "\ue0f0zz\ue0f1a\ue0f1b\ue0f2 \ue0f0m0\ue0f2 \ue0f0 \ue0f0apart9\ue0f2 &#xE0F0;file&#57585;x"

    assert strict_inline(forged) == "\ufffdzz\ufffda\ufffdb\ufffd \ufffd \ufffd  \ufffdfile\ufffdx"


def test_a_sandbox_takes_the_place_of_its_mark_and_its_scripts_are_known() -> None:
    apart = set_apart("<p>a</p><script>b()</script><script type='application/json'>{}</script>", "T & U")
    assert apart is not None

    body = strict_body(Body(f"<div>{mark_of(0)}</div>{mark_of(5)}", excerpt=mark_of(0)), [apart])

    assert body.html == f"<div>{apart.frame}</div>"
    assert apart.frame.startswith('<iframe class="apart" sandbox="allow-scripts" title="T &amp; U"')
    assert (body.scripts, len(apart.scripts), body.excerpt) == (apart.scripts, 1, "")


def test_what_is_too_large_for_a_sandbox_gets_none() -> None:
    assert set_apart("<script>" + "x" * 8_000_000 + "</script>", "T") is None
    assert isinstance(set_apart("<script>x</script>", "T"), Apart)


PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
DRAWS = "<div id=a></div><script>draw()</script>"


@pytest.mark.parametrize(
    ("bundle", "shows"),
    [
        ({"text/html": DRAWS, "image/png": PICTURE}, '<div class="output output-image"><img src="/assets/g/'),
        ({"text/html": DRAWS, "text/plain": "a"}, '<div class="output output-apart"><div><iframe class="apart"'),
        ({"text/html": '<script src="https://cdn.example/a.js"></script>'}, "needs code from cdn.example, which"),
        ({"text/html": '<script>require(["a"], f)</script>'}, "needs code from another file, which"),
        ({"application/vnd.plotly.v1+json": {}, "text/html": DRAWS}, '<iframe class="apart"'),
        ({"application/vnd.plotly.v1+json": {}, "text/html": "<b>a</b>"}, "An interactive figure (Plotly) stood here"),
        ({"application/vnd.jupyter.widget-view+json": {"model_id": "a"}}, "An interactive widget stood here"),
        ({"text/html": "<b>a</b><style>b{}</style>"}, '<div class="output output-html"><b>a</b></div>'),
        ({"text/html": "<iframe src='https://a.example'></iframe>", "text/plain": "a"}, "<pre>a</pre>"),
        ({"text/html": "<table class='colab-df-x'><tr><td>1</td></tr></table><script>x</script>"}, "<td>1</td>"),
    ],
    ids=["picture", "apart", "elsewhere", "require", "plotly", "plotly-json", "widget", "html", "embedded", "colab"],
)
def test_interactive_outputs_are_a_picture_or_stand_apart(
    tmp_site: SiteBuilder, bundle: dict[str, object], shows: str
) -> None:
    output: dict[str, object] = {"output_type": "display_data", "metadata": {}, "data": bundle}

    page = tmp_site({"_notebooks/2024-01-02-a.ipynb": notebook(code_cell("x", output))}, "--untrusted").page(
        "/posts/a/"
    )

    assert shows in page
    assert "<script>draw" not in page
    assert "allow-same-origin" not in page


def test_a_picture_of_another_host_is_told_of_and_not_loaded(tmp_site: SiteBuilder) -> None:
    html = '<img src="https://b.example/b.png" srcset="https://c.example/c.png 2x">'
    cells = (markdown_cell("![a](https://a.example/a.png)"), code_cell("x", display(text_html=html)))

    page = tmp_site({"_notebooks/2024-01-02-a.ipynb": notebook(*cells)}, "--untrusted").page("/posts/a/")

    assert 'aria-label="a (on a.example, not loaded here)"' in page
    assert "A picture (on b.example, not loaded here)" in page
    assert "https://" not in page.partition("<main")[2].partition("</main>")[0]


def test_attachments_and_pictures_of_the_blog_stay(tmp_site: SiteBuilder) -> None:
    attached = {"a.png": {"image/png": PICTURE}}
    text = '![a](attachment:a.png) <img src="attachment:a.png" alt="b"> ![c](../images/c.svg)'
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="3" height="4"/>'
    cell = {**markdown_cell(text), "attachments": attached}
    files = {"_notebooks/2024-01-02-a.ipynb": notebook(cell), "images/c.svg": drawing}

    page = tmp_site(files, "--untrusted").page("/posts/a/")

    assert page.count('<img src="/assets/g/') == 2
    assert '<img src="/images/c.svg" alt="c" width="3" height="4"' in page


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["math-displayed", "math-inline-and-dollars", "tables", "callouts-by-word", "footnotes"]
)
def test_harmless_posts_look_as_they_do_in_a_blog(tmp_path: Path, name: str) -> None:
    """The strict profile costs nobody their formulas, tables, callouts and notes."""
    built(parse((Path(__file__).parents[1] / "golden" / f"{name}.txt").read_text("utf-8")), tmp_path)

    def prose(*words: str) -> dict[str, str]:
        pages = {path: text.decode() for path, text in run(tmp_path, *words).files().items() if path.endswith(".html")}
        mains = {
            path: text.partition('<div class="prose"')[2].partition("</article>")[0] for path, text in pages.items()
        }
        # What nh3 writes otherwise and browsers read alike.
        return {
            path: re.sub(r' rel="[^"]*"|\s+|&quot;|&#x27;|"|\'|/(?=>)|;|</mspace>', "", text)
            for path, text in mains.items()
        }

    assert prose("--untrusted") == prose()

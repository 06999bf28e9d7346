"""What a page shows of each kind of output."""

from dataclasses import replace

import pytest

from generator.formats.names import content_name
from generator.model.body import Ref, RefKind
from generator.model.document import Asset, Picture
from generator.model.notebook import Display, Failure, Stream
from generator.model.outline import CellFlags, FigureWish
from generator.model.reading import ReadingRules, Trust
from tests.readers.notebook.making import base64_text, code, outputs_of, png, read_cells, shows

PICTURE = png(40, 20)
NAME = content_name(PICTURE, "png")
HOLE = Ref(RefKind.ASSET, NAME).hole
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="10"><rect/></svg>'

TRACEBACK = '<div class="output output-error"><pre class="traceback">{}</pre></div>'
NOTE = '<div class="output output-note"><p>An interactive {} stood here; it is not part of this page.</p></div>'

DATAFRAME = """<div>
<style scoped>
    .dataframe tbody tr th:only-of-type { vertical-align: middle; }
</style>
<table border="1" class="dataframe">
  <thead><tr><th></th><th>a</th></tr></thead>
  <tbody><tr><th>0</th><td>1</td></tr></tbody>
</table>
<p>1 rows × 1 columns</p>
</div>"""


def problems_of(*outputs: Display) -> list[tuple[str, str]]:
    return [(problem.kind, str(problem.at)) for problem in read_cells(code("", *outputs)).document.problems]


def test_a_picture_becomes_a_file_named_after_its_content() -> None:
    reading = read_cells(code("plot()", shows(png=base64_text(PICTURE), plain="<Figure>")))

    image = f'<img src="{HOLE}" alt="Figure made by the code above" width="40" height="20"'
    assert f'<div class="output output-image">{image} loading="lazy" decoding="async"></div>' in reading.body.html
    assert [(blob.name, blob.content) for blob in reading.blobs] == [(NAME, PICTURE)]
    assert reading.document.assets == (Asset(NAME, len(PICTURE), 40, 20),)
    assert reading.document.pictures == (Picture(NAME, True, 40, 20, None),)


def test_the_same_picture_is_kept_once() -> None:
    shown = shows(png=base64_text(PICTURE))

    assert len(read_cells(code("", shown, shown)).blobs) == 1


@pytest.mark.parametrize(
    ("about", "wish", "attributes"),
    [
        ({"width": 20, "height": 10}, None, ' width="20" height="10"'),
        ({"width": 20}, None, ' width="20" height="10"'),
        ({}, "80", ' width="80" height="40"'),
        ({}, "50%", ' width="40" height="20" style="width: 50%"'),
        ({"width": "wide", "height": -1}, "huge", ' width="40" height="20"'),
    ],
)
def test_a_picture_is_as_large_as_its_output_or_author_says(about: object, wish: str | None, attributes: str) -> None:
    output = Display({"image/png": base64_text(PICTURE)}, {"image/png": about})
    flags = CellFlags("", figure=FigureWish(width=wish, alt="A"))

    assert f'alt="A"{attributes} loading' in read_cells(code("", output), flags=(flags,)).body.html


def test_a_caption_makes_a_figure_with_a_place_to_link_to() -> None:
    flags = CellFlags("", figure=FigureWish(caption="What *grew*", label="fig-growth"))
    html = read_cells(code("", shows(png=base64_text(PICTURE))), flags=(flags,)).body.html

    assert '<figure class="cell-figure" id="fig-growth">' in html
    assert 'alt="What *grew*"' in html
    assert "<figcaption>What <em>grew</em></figcaption>" in html


def test_what_claims_to_be_a_picture_and_is_none_gives_way_to_the_next_best() -> None:
    output = shows(png="bm90IGEgcGljdHVyZQ==", plain="<Figure>")

    assert outputs_of(output) == '<div class="output output-text"><pre>&lt;Figure&gt;</pre></div>'
    assert problems_of(output) == [("broken-image", "_notebooks/a.ipynb, cell 1")]


def test_a_dataframe_scrolls_in_a_region_of_its_own_without_pandas_dress() -> None:
    reading = read_cells(code("", shows(html=DATAFRAME, plain="   a\n0  1")))

    assert reading.body.html == (
        '<div class="cell">\n<div class="cell-output">\n<div class="output output-html"><div>\n'
        '<div class="table-scroll" role="region" tabindex="0" aria-label="Table 1"><table class="dataframe">\n'
        "  <thead><tr><td></td><th>a</th></tr></thead>\n"
        "  <tbody><tr><th>0</th><td>1</td></tr></tbody>\n</table></div>\n"
        "<p>1 rows × 1 columns</p>\n</div></div>\n</div>\n</div>\n\n"
    )
    assert reading.body.markdown == "# A\n\n```text\n   a\n0  1\n```\n"


def test_colab_keeps_its_table_and_loses_its_buttons() -> None:
    html = f'<div id="df-1"><div class="colab-df-container">{DATAFRAME}<button>!</button><script>x</script></div></div>'

    assert outputs_of(shows(html=html)).count("<table") == 1
    assert "script" not in outputs_of(shows(html=html)) and "button" not in outputs_of(shows(html=html))


def test_html_cannot_end_the_boxes_around_it() -> None:
    assert outputs_of(shows(html="</div><div><b>x</b>")) == '<div class="output output-html"><div><b>x</b></div></div>'


def test_scripts_stay_in_a_trusted_blog_and_their_hosts_are_known() -> None:
    html = '<div id="v"></div><script>load("https://cdn.example.org/npm/v@5", "http://www.w3.org/2000/svg")</script>'
    reading = read_cells(code("", shows(html=html)))

    assert html in reading.body.html
    assert reading.document.hosts == ("cdn.example.org",)


def test_nothing_active_passes_the_strict_profile() -> None:
    strict = ReadingRules(trust=Trust.STRICT)
    html = '<b onclick="x()">bold</b><style>b { color: red }</style>'
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script><path d="M0 0"/></svg>'

    assert outputs_of(shows(html=html), rules=strict) == '<div class="output output-html"><b>bold</b></div>'
    (blob,) = read_cells(code("", shows(svg=svg)), rules=strict).blobs
    assert b"<path" in blob.content
    assert b"script" not in blob.content


def test_a_drawing_becomes_a_file_and_one_with_links_stays_in_the_page() -> None:
    linked = DRAWING.replace("<rect/>", '<a href="https://example.org"><rect/></a>')

    assert 'width="30" height="10" loading="lazy"' in outputs_of(shows(svg=DRAWING))
    assert outputs_of(shows(svg=linked)) == f'<div class="output output-svg">{linked}</div>'


def test_a_drawing_without_a_namespace_gets_one() -> None:
    bare = DRAWING.replace(' xmlns="http://www.w3.org/2000/svg"', "")

    assert read_cells(code("", shows(svg=f"<?xml version='1.0'?>{bare}"))).blobs[0].content == DRAWING.encode()


@pytest.mark.parametrize(
    ("output", "html"),
    [
        (
            Stream("stdout", "\x1b[32mok\x1b[0m\n"),
            '<div class="output output-stream stream-stdout"><pre><span class="ansi-green-fg">ok</span></pre></div>',
        ),
        (
            Stream("stderr", "UserWarning: x\n"),
            '<div class="output output-stream stream-stderr"><pre>UserWarning: x</pre></div>',
        ),
        (Stream("stdout", "\r10%\r20%"), '<div class="output output-stream stream-stdout"><pre>20%</pre></div>'),
        (
            Failure("ValueError", "no", ("\x1b[31mValueError\x1b[0m: no",)),
            TRACEBACK.format('<span class="ansi-red-fg">ValueError</span>: no'),
        ),
        (
            Failure("ValueError", "no", ()),
            TRACEBACK.format("ValueError: no"),
        ),
        (
            shows(json={"a": [1]}),
            """<div class="output output-json"><details><summary>JSON</summary><pre tabindex="0">{
  "a": [
    1
  ]
}</pre></details></div>""",
        ),
        (shows(plain="1 < 2"), '<div class="output output-text"><pre>1 &lt; 2</pre></div>'),
        (
            shows(plain="a line that is longer than a narrow phone"),
            '<div class="output output-text"><pre tabindex="0">a line that is longer than a narrow phone</pre></div>',
        ),
        (shows(markdown="**bold**"), '<div class="output output-markdown"><p><strong>bold</strong></p></div>'),
        (
            shows(widget={"model_id": "x"}, plain="HBox(children=(…))"),
            NOTE.format("widget"),
        ),
    ],
)
def test_each_kind_of_output_has_its_own_shape(output: Stream | Failure | Display, html: str) -> None:
    assert outputs_of(output) == html


def test_formulas_are_preferred_to_pictures_of_them() -> None:
    html = outputs_of(shows(latex=r"$\displaystyle x^2$", png=base64_text(PICTURE), plain="x**2"))

    assert "<math" in html and "<img" not in html


def test_liquid_is_never_evaluated_in_outputs() -> None:
    reading = read_cells(code("", shows(markdown="{{ site.title }} {% raw %}"), shows(html="<i>{{ x }}</i>")))

    assert "{{ site.title }} {% raw %}" in reading.body.html
    assert "<i>{{ x }}</i>" in reading.body.html
    assert reading.document.problems == ()


def test_pieces_of_one_stream_are_one_progress_bar() -> None:
    pieces = [Stream("stderr", f"\r{percent}%") for percent in range(0, 101, 10)]

    assert outputs_of(*pieces) == '<div class="output output-stream stream-stderr"><pre>100%</pre></div>'


def test_a_long_log_is_shown_from_both_ends_in_a_box_that_scrolls() -> None:
    log = "".join(f"line {number}\n" for number in range(20_000))
    html = outputs_of(Stream("stdout", log))

    assert html.startswith('<div class="output output-stream stream-stdout output-scroll"><pre tabindex="0">line 0\n')
    assert html.endswith("line 19999</pre></div>")
    assert "characters are left out here" in html
    assert len(html) < 51_000


def test_a_script_is_not_shown_and_said_so() -> None:
    output = shows(javascript="alert(1)", plain="<IPython.core.display.Javascript object>")

    assert read_cells(code("", output)).body.html == ""
    assert problems_of(output) == [("script-output", "_notebooks/a.ipynb, cell 1")]


def test_loaders_of_libraries_show_nothing() -> None:
    output = Display({"application/vnd.bokehjs_load.v0+json": "", "text/html": "<div>Loading BokehJS</div>"})

    assert read_cells(code("", output)).body.html == ""


def test_a_figure_of_vega_is_drawn_where_something_can_draw_it() -> None:
    output = shows(vega={"description": "Two bars", "mark": "bar"}, plain="alt.Chart(...)")

    assert 'alt="Two bars" width="30" height="10"' in outputs_of(output, draw_vega=lambda spec: DRAWING.encode())
    assert outputs_of(output, draw_vega=lambda spec: None) == NOTE.format("figure (Vega)")
    assert outputs_of(output) == NOTE.format("figure (Vega)")


def test_an_interactive_figure_shows_the_picture_it_brings_along() -> None:
    output = shows(
        plotly={"data": []}, html="<div><script>require(['plotly'])</script></div>", png=base64_text(PICTURE)
    )
    alone = shows(plotly={"data": []}, html="<div><script>require(['plotly'])</script></div>")

    assert "<img" in outputs_of(output)
    assert "An interactive figure (Plotly) stood here" in outputs_of(alone)


def test_pictures_inside_html_become_files_too() -> None:
    reading = read_cells(code("", shows(html=f'<img width="9" src="data:image/png;base64,{base64_text(PICTURE)}">')))

    assert [blob.content for blob in reading.blobs] == [PICTURE]
    assert f'src="{HOLE}"' in reading.body.html


def test_home_folders_are_not_shown() -> None:
    assert "/home/someone" not in outputs_of(Stream("stderr", "/home/someone/x.py:1: UserWarning"))


def test_outputs_of_streams_the_author_turned_off_are_not_shown() -> None:
    flags = replace(CellFlags(""), shows_stderr=False)
    reading = read_cells(code("", Stream("stderr", "noise"), Stream("stdout", "kept")), flags=(flags,))

    assert "noise" not in reading.body.html + reading.body.markdown
    assert "kept" in reading.body.html

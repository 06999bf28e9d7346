"""Every way on which a stranger's text gets into a page; each takes hostile texts and lays out a blog of them."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from urllib.parse import quote

from tests.building import code_cell, display, markdown_cell, notebook, stream
from tests.strict.run_channels import blocks, snapshots

Files = dict[str, str | bytes | dict[str, object]]
Channel = Callable[[Sequence[str]], Files]

_CELLS = 50
"""Cells of one notebook: enough to make few notebooks, and few enough that one text does not hide all others."""
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_DAY = "_notebooks/2024-01-02-n{}.ipynb"


def _of_cells(make: Callable[[int, str], dict[str, object]]) -> Channel:
    """A channel of notebooks with a cell for each text."""

    def laid_out(texts: Sequence[str]) -> Files:
        cells = [make(number, text) for number, text in enumerate(texts)]
        return {_DAY.format(start): notebook(*cells[start : start + _CELLS]) for start in range(0, len(cells), _CELLS)}

    return laid_out


def _of_posts(make: Callable[[int, Sequence[str]], str], *, each: int) -> Channel:
    """A channel of posts, each with so many texts."""

    def laid_out(texts: Sequence[str]) -> Files:
        starts = range(0, len(texts), each)
        return {f"_posts/2024-01-02-p{start}.md": make(start, texts[start : start + each]) for start in starts}

    return laid_out


def _front(words: str, **values: object) -> Channel:
    """A channel of front matter, in which each TEXT is another hostile text; and a body."""
    shape = json.dumps({"title": "T", **values})
    places = shape.count('"TEXT"')

    def made(_: int, texts: Sequence[str]) -> str:
        pieces = shape.split('"TEXT"')
        filled = "".join(piece + json.dumps(texts[number % len(texts)]) for number, piece in enumerate(pieces[:-1]))
        return f"---\n{filled}{pieces[-1]}\n---\n{words}\n"

    return _of_posts(made, each=places)


def _output(bundle: Mapping[str, object], about: Mapping[str, object] | None = None) -> dict[str, object]:
    return {"output_type": "display_data", "metadata": dict(about or {}), "data": dict(bundle)}


def _markdown_cell(_: int, text: str) -> dict[str, object]:
    return markdown_cell(text)


def _raw_cell(number: int, text: str) -> dict[str, object]:
    format_of = ("text/html", "text/markdown")[number % 2]
    return {"cell_type": "raw", "metadata": {"raw_mimetype": format_of}, "source": text}


def _html_output(number: int, text: str) -> dict[str, object]:
    return code_cell("x", display(text_html=("", "<b>a</b>")[number % 2] + text, text_plain=text))


def _other_output(number: int, text: str) -> dict[str, object]:
    kind = ("text/markdown", "text/latex", "text/plain", "application/json", "text/vnd.plotly.v1+html")[number % 5]
    return code_cell("x", _output({kind: {text: text} if kind == "application/json" else f"$ {text} $"}))


def _svg_output(_: int, text: str) -> dict[str, object]:
    return code_cell("x", _output({"image/svg+xml": _drawing(text), "text/plain": text}))


def _drawing(text: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9">{text}</svg>'


def _attachment(number: int, text: str) -> dict[str, object]:
    mime = ("image/png", "image/svg+xml", "text/html", text)[number % 4]
    content = _drawing(text) if mime == "image/svg+xml" else base64.b64encode((PNG, text.encode())[number % 2]).decode()
    cell = markdown_cell(f"![{text}](attachment:a.png) <img src='attachment:{text}'> ![b](attachment:b)")
    return {**cell, "attachments": {"a.png": {mime: content}, "b": {"image/png": content}, text: {mime: content}}}


def _error(number: int, text: str) -> dict[str, object]:
    failure: dict[str, object] = {
        "output_type": "error",
        "ename": text,
        "evalue": text,
        "traceback": [text, f"\x1b[31m{text}\x1b[0m"],
    }
    return code_cell("x", failure if number % 2 else {**failure, "traceback": []}, stream(text), stream(text, "stderr"))


def _widget(number: int, text: str) -> dict[str, object]:
    mime = (
        "application/vnd.jupyter.widget-view+json",
        "application/vnd.plotly.v1+json",
        "application/vnd.bokehjs_exec.v0+json",
        "application/vnd.vegalite.v5+json",
        text,
    )[number % 5]
    about = {text: {"alt": text, "width": text}, "image/png": {"alt": text, "width": text, "height": f"{number}{text}"}}
    picture = base64.b64encode(PNG).decode() if number % 2 else text
    bundle = {mime: {"model_id": text, "data": [text], "description": text}, "image/png": picture, "text/html": text}
    return code_cell("x", _output(bundle, about))


def _heading(number: int, text: str) -> dict[str, object]:
    line = " ".join(text.split())
    return markdown_cell(f"## {line}\n\n### a {{#{line.replace(' ', '')}}}\n\n[b](#{line}) {{: #{number} .{line} }}\n")


def _link(_: int, text: str) -> dict[str, object]:
    line = " ".join(text.split()).replace('"', "'")
    return markdown_cell(
        f'[a](b "{line}") ![{line}](images/x.png "{line}") <img src="../images/x.png" alt="{line}" title="{line}">\n\n'
        f'[c]({line}) ![d](../images/{line}) [{line}][e]\n\n[e]: https://foreign.example/ "{line}"\n'
    )


def _fence(_: int, text: str) -> dict[str, object]:
    line = " ".join(text.split())
    return markdown_cell(f"```{line}\n{text}\n```\n\n~~~{{.python title='{line}'}}\n{text}\n~~~\n\n`{line}`\n")


def _cell_metadata(_: int, text: str) -> dict[str, object]:
    line = " ".join(text.split())
    source = (
        f"#| fig-cap: {json.dumps(text)}\n#| label: {line}\n#| fig-alt: {line}\n#| code-summary: {line}\nx  # {line}"
    )
    picture = {"image/png": base64.b64encode(PNG).decode()}
    told = {"tags": [text], "alt": text, "name": text, text: text, "collapsed": text}
    return {**code_cell(source, _output(picture), **told), "id": "a", "execution_count": None}


def _notebook_metadata(texts: Sequence[str]) -> Files:
    """Names of kernels and languages, lexers, titles and authors: one notebook for each four texts."""
    files: Files = {}
    for number in range(0, len(texts), 4):
        one, two, three, four = (texts[(number + place) % len(texts)] for place in range(4))
        about = {
            "kernelspec": {"name": one, "display_name": two, "language": three if number % 8 else "python"},
            "language_info": {"name": two, "pygments_lexer": four, "mimetype": one, "file_extension": three},
            "title": three,
            "authors": [{"name": four}],
            "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {one: {"state": {"value": two}}}}},
            four: one,
        }
        cells = (markdown_cell(f"# T{number}"), code_cell("x", stream("a")))
        files[_DAY.format(number)] = {"nbformat": 4, "nbformat_minor": 4, "metadata": about, "cells": list(cells)}
    return files


def _file_names(texts: Sequence[str]) -> Files:
    """Names of sources, and of the pictures they show; characters that no file name can hold are left out."""
    names = [
        str(number) + "".join(one for one in text if one not in "/\\\0\n\r")[:80] for number, text in enumerate(texts)
    ]
    files: Files = {f"images/{name}.png": PNG for name in names}
    for start in range(0, len(names), 5):
        shown = "\n\n".join(f"![a](../images/{quote(name)}.png)" for name in names[start : start + 5])
        files[f"_posts/2024-01-02-{names[start]}.md"] = f"{shown}\n\n# {start}\n"
    return files


def _drawings(texts: Sequence[str]) -> Files:
    files: Files = {f"images/d{number}.svg": _drawing(text) for number, text in enumerate(texts)}
    shown = "\n\n".join(f"![d](../images/d{number}.svg)" for number in range(len(texts)))
    return {**files, "_posts/2024-01-02-drawings.md": f"# D\n\n{shown}\n"}


def _data_files(texts: Sequence[str]) -> Files:
    """Files a browser would run, under every ending that comes to mind."""
    endings = (
        "html",
        "HTM",
        "xhtml",
        "xml",
        "js",
        "mjs",
        "kml",
        "rdf",
        "svgz",
        "css",
        "xsl",
        "mml",
        "webmanifest",
        "a",
    )
    files: Files = {f"images/f{number}.{endings[number % len(endings)]}": text for number, text in enumerate(texts)}
    links = "\n".join(f"- [a](../{path})" for path in files)
    return {**files, "_posts/2024-01-02-files.md": f"# F\n\n{links}\n"}


def _tags(texts: Sequence[str]) -> Files:
    """Many in each post: every tag makes a page of its own."""
    values = {"tags": ["TEXT"] * 24, "categories": "TEXT"}
    return _front("A", **values)(texts)


def _post(_: int, texts: Sequence[str]) -> str:
    return "# P\n\n" + "\n\nBetween.\n\n".join(texts)


CHANNELS: Mapping[str, Channel] = MappingProxyType(
    {
        "Markdown cell": _of_cells(_markdown_cell),
        "raw cell": _of_cells(_raw_cell),
        "HTML output": _of_cells(_html_output),
        "other outputs": _of_cells(_other_output),
        "SVG output": _of_cells(_svg_output),
        "attachment": _of_cells(_attachment),
        "error and ANSI": _of_cells(_error),
        "widget state and output metadata": _of_cells(_widget),
        "heading": _of_cells(_heading),
        "link titles and alt": _of_cells(_link),
        "code fence": _of_cells(_fence),
        "cell metadata": _of_cells(_cell_metadata),
        "notebook metadata": _notebook_metadata,
        "Markdown post": _of_posts(_post, each=4),
        "title": _front("A", title="TEXT", subtitle="TEXT", description="TEXT"),
        "author": _front("A", author=[{"name": "TEXT", "url": "TEXT", "orcid": "TEXT"}, "TEXT"], license="TEXT"),
        "picture and language": _front(
            "A", image="TEXT", image_alt="TEXT", lang="TEXT", doi="TEXT", series="TEXT", layout="TEXT"
        ),
        "addresses": _front("A", permalink="TEXT", redirect_to="TEXT", redirect_from=["TEXT"], slug="TEXT"),
        "switches": _front(
            "{{ page.profile }} <script>alert(1)</script>",
            trusted="TEXT",
            profile="TEXT",
            scripts=["TEXT"],
            trust="trusted",
            untrusted=False,
            strict=False,
            sanitize=False,
        ),
        "tags": _tags,
        "file names": _file_names,
        "SVG file": _drawings,
        "other files": _data_files,
        "snapshots of runs": snapshots,
        "blocks about runs": blocks,
    }
)

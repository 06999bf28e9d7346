"""A seeded blog to measure with: no two equal cells, figures or tables in it."""

import base64
import json
import random
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

_SYLLABLES = "ka lo mi ren tos val due per sin qua for mar tel bro cu wen dis lat nor pex zu hal gre om".split()
_SEED = 20201120
_FIRST_DAY = date(2020, 1, 1)
_FORMULAS = (
    r"\frac{{\partial {a}}}{{\partial t}} = \alpha_{{{n}}} \nabla^2 {a}",
    r"\sum_{{i=1}}^{{{n}}} \sqrt{{{a}_i^2 + {b}_i^2}} \le \int_0^\infty e^{{-{n}x}}\,dx",
    r"\mathbf{{{a}}}^\top \Sigma_{{{n}}}^{{-1}} \mathbf{{{b}}} \in \mathbb{{R}}",
    r"P({a} \mid {b}) = \frac{{P({b} \mid {a})\,P({a})}}{{P({b})}} + \varepsilon_{{{n}}}",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of the corpus, before any tool's own dressing.

    Args:
        notebook: None for a Markdown post.
        text: a Markdown post's text; empty for a notebook.
    """

    slug: str
    title: str
    day: date
    notebook: dict[str, object] | None = None
    text: str = ""


def notebooks(count: int) -> Iterator[Entry]:
    """Notebooks of about 25 cells and 200 kB each."""
    for number in range(count):
        maker = _Maker(random.Random(_SEED + number), f"nb{number}")
        title = maker.title()
        day = _FIRST_DAY + timedelta(days=number % 2000)
        yield Entry(f"notebook-{number:05}", title, day, notebook=maker.notebook(title))


def posts(count: int, size: int = 10_000) -> Iterator[Entry]:
    """Markdown posts of about size bytes each."""
    for number in range(count):
        maker = _Maker(random.Random(-_SEED - number), f"post{number}")
        title = maker.title()
        day = _FIRST_DAY + timedelta(days=number % 2000)
        yield Entry(f"post-{number:05}", title, day, text=maker.post(title, size))


# What the peers do not make; without it the work is the same.
_PLAIN = "search: false\ndraw_charts: false\n"


def write_blog(
    folder: Path, notebook_count: int, post_count: int, *, post_size: int = 10_000, is_plain: bool = True
) -> None:
    """The corpus as an inkmill blog.

    Args:
        is_plain: pages, lists, feeds and sitemap alone.
    """
    (folder / "_notebooks").mkdir(parents=True)
    (folder / "_posts").mkdir()
    config = "title: A blog to measure with\nurl: https://blog.example\nbaseurl: ''\npermalink: /posts/:title/\n"
    (folder / "_config.yml").write_text(config + (_PLAIN if is_plain else ""))
    for entry in notebooks(notebook_count):
        path = folder / "_notebooks" / f"{entry.day}-{entry.slug}.ipynb"
        path.write_text(json.dumps(entry.notebook, indent=1))
    for entry in posts(post_count, post_size):
        (folder / "_posts" / f"{entry.day}-{entry.slug}.md").write_text(entry.text)


class _Maker:
    """Makes content of one document; everything it makes holds a word nobody else's has."""

    def __init__(self, chance: random.Random, name: str) -> None:
        self._chance = chance
        self._name = name
        self._made = 0

    def _unique(self) -> str:
        self._made += 1
        return f"{self._name}x{self._made}"

    def _word(self) -> str:
        return "".join(self._chance.choice(_SYLLABLES) for _ in range(self._chance.randint(1, 4)))

    def _sentence(self) -> str:
        words = [self._word() for _ in range(self._chance.randint(6, 18))]
        words[self._chance.randrange(len(words))] = self._chance.choice(("**{}**", "*{}*", "`{}`", "{}")).format(
            words[0]
        )
        return (" ".join(words) + ".").capitalize()

    def _paragraph(self) -> str:
        return " ".join(self._sentence() for _ in range(self._chance.randint(2, 6)))

    def title(self) -> str:
        return " ".join(self._word() for _ in range(4)).capitalize() + f" {self._name}"

    def _formula(self) -> str:
        pattern = self._chance.choice(_FORMULAS)
        return pattern.format(
            a=self._chance.choice("uvwxyz"), b=self._chance.choice("abcdkm"), n=self._chance.randint(2, 999)
        )

    def _markdown(self, *, has_math: bool) -> str:
        parts = [f"## {self._word().capitalize()} {self._unique()}", self._paragraph()]
        if has_math:
            parts += [f"Inline ${self._formula()}$ and displayed:", f"$$\n{self._formula()}\n$$"]
        if self._chance.random() < 0.3:
            parts.append("\n".join(f"- {self._sentence()}" for _ in range(4)))
        if self._chance.random() < 0.2:
            parts.append(f"See [{self._word()}](https://example.org/{self._unique()}) for more.")
        return "\n\n".join(parts)

    def _code(self) -> str:
        name, other, unique = self._word(), self._word(), self._unique()
        return "\n".join(
            [
                "import math",
                f"# {self._sentence()}",
                f"def {name}_{unique}({other}, scale={self._chance.random():.3f}):",
                f'    """{self._sentence()}"""',
                f"    values = [math.sin(x * scale) for x in range({self._chance.randint(10, 9999)})]",
                f"    return {{'{other}': sum(values) / len(values), 'n': {self._chance.randint(1, 10**6)}}}",
                "",
                f"for step in range({self._chance.randint(2, 90)}):",
                f"    print(f'{{step}}: {{{name}_{unique}(step)}}')",
            ]
        )

    def notebook(self, title: str) -> dict[str, object]:
        cells: list[dict[str, object]] = [_markdown_cell(f"# {title}\n\n{self._paragraph()}")]
        markdown_cells = 0
        for _ in range(24):
            if self._chance.random() < 0.38:
                cells.append(_markdown_cell(self._markdown(has_math=markdown_cells % 3 == 0)))
                markdown_cells += 1
            else:
                cells.append(self._code_cell(len(cells)))
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        language = {"name": "python", "version": "3.11.2", "file_extension": ".py", "mimetype": "text/x-python"}
        return {
            "cells": cells,
            "metadata": {"kernelspec": kernel, "language_info": language},
            "nbformat": 4,
            "nbformat_minor": 4,
        }

    def _code_cell(self, count: int) -> dict[str, object]:
        draw = self._chance.random()
        if draw < 0.22:
            outputs = [_display({"image/png": self._png(), "text/plain": f"<Figure {self._unique()}>"})]
        elif draw < 0.44:
            outputs = [_display({"text/html": self._table(), "text/plain": self._unique()})]
        elif draw < 0.79:
            outputs = [{"output_type": "stream", "name": "stdout", "text": self._stream()}]
        elif draw < 0.84:
            outputs = [_display({"application/vnd.vegalite.v5+json": self._chart(), "text/plain": "alt.Chart(...)"})]
        elif draw < 0.89:
            outputs = [self._error()]
        else:
            outputs = []
        return {
            "cell_type": "code",
            "execution_count": count,
            "metadata": {},
            "outputs": outputs,
            "source": self._code(),
        }

    def _png(self) -> str:
        """A palette PNG of 640 × 480 pixels and 30 to 60 kB: flat, with as many noisy rows as that takes."""
        noisy = self._chance.randint(30_000, 60_000) // 640
        rows = [b"\0" + (self._chance.randbytes(640) if row < noisy else bytes(640)) for row in range(480)]
        palette = bytes(value for shade in range(256) for value in (shade, shade, 255 - shade))
        header = struct.pack(">IIBBBBB", 640, 480, 8, 3, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(b"".join(rows), 1)), (b"IEND", b""))
        png = b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
            for kind, content in chunks
        )
        return base64.b64encode(png).decode()

    def _table(self) -> str:
        columns = [self._word() for _ in range(6)]
        head = "".join(f"<th>{column}</th>" for column in columns)
        rows = "\n".join(
            f"    <tr>\n      <th>{row}</th>\n"
            + "".join(f"      <td>{self._chance.gauss(0, 100):.6f}</td>\n" for _ in columns)
            + "    </tr>"
            for row in range(self._chance.randint(5, 20))
        )
        style = "<style scoped>\n    .dataframe tbody tr th { vertical-align: top; }\n</style>"
        return (
            f'<div>\n{style}\n<table border="1" class="dataframe">\n  <thead>\n'
            f'    <tr style="text-align: right;"><th></th>{head}</tr>\n  </thead>\n'
            f"  <tbody>\n{rows}\n  </tbody>\n</table>\n<p>{self._unique()}</p>\n</div>"
        )

    def _stream(self) -> str:
        return "".join(
            f"{self._unique()} step {step}: loss={self._chance.random():.6f} <{self._word()}>\n"
            for step in range(self._chance.randint(2, 30))
        )

    def _chart(self) -> dict[str, object]:
        values = [{"x": number, "y": round(self._chance.gauss(0, 1), 4)} for number in range(40)]
        return {
            "$schema": "https://vega.github.io/schema/vega-lite/v5.20.1.json",
            "description": self._unique(),
            "data": {"values": values},
            "mark": "line",
            "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
        }

    def _error(self) -> dict[str, object]:
        value = f"unsupported operand {self._unique()}"
        red, green, blue, off = "\x1b[0;31m", "\x1b[0;32m", "\x1b[0;34m", "\x1b[0m"
        source = f"{green}----> 2{red} {self._word()}{off} {blue}+{off} {blue}'{self._word()}'{off}"
        frames = [
            f"{red}{'-' * 75}{off}",
            f"{red}TypeError{off}                                 Traceback (most recent call last)",
            f"{green}<ipython-input-1-{self._unique()}>{off} in <module>\n      1 {green}import{off} math\n{source}\n",
            f"{red}TypeError{off}: {value}",
        ]
        return {"output_type": "error", "ename": "TypeError", "evalue": value, "traceback": frames}

    def post(self, title: str, size: int) -> str:
        parts = [f"# {title}"]
        length = 0
        while length < size:
            part = self._markdown(has_math=len(parts) % 3 == 0)
            if self._chance.random() < 0.2:
                part += f"\n\n```python\n{self._code()}\n```"
            parts.append(part)
            length += len(part)
        return "\n\n".join(parts) + "\n"


def _markdown_cell(source: str) -> dict[str, object]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _display(bundle: dict[str, object]) -> dict[str, object]:
    return {"output_type": "display_data", "data": bundle, "metadata": {}}

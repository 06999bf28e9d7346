"""What a terminal would show of a cell's printed text: colours, carriage returns, backspaces, cursor moves."""

import re
from dataclasses import dataclass
from html import escape
from itertools import groupby

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_TOKEN = re.compile(
    "(?P<csi>\x1b\\[(?P<codes>[0-9;:?<=>!]*)[ -/]*(?P<end>[@-~]))"
    "|(?P<osc>\x1b[\\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\\\)?)"
    "|(?P<escape>\x1b[ -/]*[0-~]?)"
    "|(?P<newline>\r*\n)"
    "|(?P<return>\r+)"
    "|(?P<back>\x08+)"
    "|(?P<junk>[\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]+)"
    "|(?P<text>[^\x00-\x08\x0a-\x1f\x7f]+)"
)
_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
# Cursor moves and blanking reach no further right: a hostile stream must cost neither time nor memory.
_LAST_COLUMN = 500


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of characters looks.

    Args:
        foreground, background: 0 to 15, one of the terminal's own colours, or ``#rrggbb``.
    """

    foreground: int | str | None = None
    background: int | str | None = None
    is_bold: bool = False
    is_italic: bool = False
    is_underlined: bool = False
    is_inverse: bool = False


_PLAIN = Style()
Run = tuple[Style, str]


def on_a_terminal(text: str) -> tuple[str, str]:
    """What is left to see, as HTML for inside a ``<pre>`` and without colours.

    Colours are classes (``ansi-red-fg``), shades that have no name are inline styles.
    """
    if not _CONTROL.search(text):
        return escape(text, quote=False), text
    rows = _rows(text)
    html = "\n".join("".join(map(_span, row)) for row in rows)
    return html, "\n".join("".join(characters for _, characters in row) for row in rows)


def _rows(text: str) -> list[list[Run]]:
    screen = _Screen()
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "text":
            screen.write(match[0])
        elif kind == "newline":
            screen.line_feed()
        elif kind == "return":
            screen.column = 0
        elif kind == "back":
            screen.column = max(0, screen.column - len(match[0]))
        elif kind == "csi":
            screen.control(match["codes"], match["end"])
    return [row.runs() for row in screen.rows]


class _Row:
    """One line: runs while it only grows, single characters once something in it is overwritten."""

    def __init__(self) -> None:
        self.length = 0
        self._grown: list[Run] = []
        self._cells: list[tuple[Style, str]] | None = None

    def write(self, column: int, style: Style, text: str) -> None:
        if column > self.length:
            self.write(self.length, _PLAIN, " " * (column - self.length))
        if self._cells is None and column < self.length:
            self._cells = [(style, character) for style, run in self._grown for character in run]
        if self._cells is None:
            self._grown.append((style, text))
        else:
            self._cells[column : column + len(text)] = [(style, character) for character in text]
        self.length = max(self.length, column + len(text))

    def cut(self, length: int) -> None:
        """Forget everything from this column on."""
        if self._cells is None:
            self._cells = [(style, character) for style, text in self._grown for character in text]
        del self._cells[length:]
        self.length = min(self.length, length)

    def runs(self) -> list[Run]:
        if self._cells is None:
            return self._grown
        grouped = groupby(self._cells, key=lambda cell: cell[0])
        return [(style, "".join(character for _, character in cells)) for style, cells in grouped]


class _Screen:
    """Rows and a cursor."""

    def __init__(self) -> None:
        self.rows = [_Row()]
        self.row = 0
        self.column = 0
        self.style = _PLAIN
        self._styled: dict[tuple[Style, str], Style] = {}

    def write(self, text: str) -> None:
        self.rows[self.row].write(self.column, self.style, text)
        self.column += len(text)

    def line_feed(self) -> None:
        self.row += 1
        self.column = 0
        if self.row == len(self.rows):
            self.rows.append(_Row())

    def control(self, codes: str, end: str) -> None:
        if end == "m":
            before = (self.style, codes)
            if before not in self._styled:
                self._styled[before] = _styled(self.style, codes)
            self.style = self._styled[before]
            return
        count = int(codes) if codes.isascii() and codes.isdigit() and len(codes) < 6 else None
        if end in "AF":
            self.row = max(0, self.row - (count or 1))
        elif end in "BE":
            self.row = min(len(self.rows) - 1, self.row + (count or 1))
        elif end == "C":
            self.column = min(_LAST_COLUMN, self.column + (count or 1))
        elif end == "D":
            self.column = max(0, self.column - (count or 1))
        elif end == "G":
            self.column = min(_LAST_COLUMN, max(1, count or 1) - 1)
        elif end == "K":
            self._erase_line(count or 0)
        if end in "EF":
            self.column = 0

    def _erase_line(self, part: int) -> None:
        row = self.rows[self.row]
        if part == 1:
            row.write(0, _PLAIN, " " * min(self.column, row.length, _LAST_COLUMN))
        elif part == 2 or (part == 0 and self.column < row.length):
            row.cut(0 if part == 2 else self.column)


def _styled(style: Style, codes: str) -> Style:
    """The style after one ``ESC [ codes m``."""
    words = codes.replace(":", ";").split(";")
    numbers = [int(word) if word.isascii() and word.isdigit() and len(word) < 6 else 0 for word in words]
    foreground, background = style.foreground, style.background
    bold, italic, underlined, inverse = style.is_bold, style.is_italic, style.is_underlined, style.is_inverse
    while numbers:
        match numbers.pop(0):
            case 0:
                foreground = background = None
                bold = italic = underlined = inverse = False
            case 1 | 22 as code:
                bold = code == 1
            case 3 | 23 as code:
                italic = code == 3
            case 4 | 24 as code:
                underlined = code == 4
            case 7 | 27 as code:
                inverse = code == 7
            case 38 | 48 as code:
                colour = _extended(numbers)
                foreground, background = (colour, background) if code == 38 else (foreground, colour)
            case 39:
                foreground = None
            case 49:
                background = None
            case code if 30 <= code <= 37 or 90 <= code <= 97:
                foreground = code - 30 if code < 90 else code - 82
            case code if 40 <= code <= 47 or 100 <= code <= 107:
                background = code - 40 if code < 100 else code - 92
            case _:
                pass
    return Style(foreground, background, bold, italic, underlined, inverse)


def _extended(numbers: list[int]) -> int | str | None:
    """A colour of the 256, or one in full, eaten from the front of numbers."""
    kind = numbers.pop(0) if numbers else 0
    if kind == 2 and len(numbers) >= 3:
        red, green, blue = (min(255, numbers.pop(0)) for _ in range(3))
        return f"#{red:02x}{green:02x}{blue:02x}"
    if kind != 5 or not numbers:
        return None
    index = numbers.pop(0)
    if index < 16:
        return index
    if index < 232:
        steps = (0, 95, 135, 175, 215, 255)
        cube = index - 16
        return f"#{steps[cube // 36]:02x}{steps[cube // 6 % 6]:02x}{steps[cube % 6]:02x}"
    shade = min(255, 8 + 10 * (index - 232))
    return f"#{shade:02x}{shade:02x}{shade:02x}"


def _span(run: Run) -> str:
    style, text = run
    html = escape(text, quote=False)
    if style == _PLAIN:
        return html
    foreground, background = style.foreground, style.background
    if style.is_inverse:
        foreground, background = background, foreground
    classes = [
        *_colour_class(foreground, "fg", style.is_inverse),
        *_colour_class(background, "bg", style.is_inverse),
        *(["ansi-bold"] if style.is_bold else ()),
        *(["ansi-italic"] if style.is_italic else ()),
        *(["ansi-underline"] if style.is_underlined else ()),
    ]
    # As variables, so that the style sheet can keep any shade legible in light and dark.
    shades = (("--fg", foreground), ("--bg", background))
    styles = "; ".join(f"{name}: {shade}" for name, shade in shades if isinstance(shade, str))
    attributes = f' class="{" ".join(classes)}"' * bool(classes) + f' style="{styles}"' * bool(styles)
    return f"<span{attributes}>{html}</span>" if attributes else html


def _colour_class(colour: int | str | None, side: str, is_inverse: bool) -> list[str]:
    if isinstance(colour, int):
        return [f"ansi-{_NAMES[colour % 8]}{'-intense' * (colour > 7)}-{side}"]
    if isinstance(colour, str):
        return [f"ansi-shade-{side}"]
    return [f"ansi-default-inverse-{side}"] if colour is None and is_inverse else []

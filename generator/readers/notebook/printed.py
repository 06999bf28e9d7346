"""Printed text: streams, plain values, tracebacks."""

import re

from generator.formats.secrets import hide_home_paths
from generator.model.notebook import Failure, Output, Stream
from generator.readers.notebook.page import Showing
from generator.readers.notebook.parts import OutputPart
from generator.readers.notebook.terminal import on_a_terminal
from generator.templating import Html

# What a page carries of one output: a log of more is not read, and makes phones stumble.
_MOST_CHARACTERS = 50_000
_SHOWN_AT_THE_END = 10_000
# A narrow phone shows about this many characters of a line; longer ones scroll, and must be reachable by keyboard.
_NARROW = 40
_STREAMS = frozenset({"stdout", "stderr", "stdin"})
_LANGUAGE = re.compile(r"[^\s`<>&]*(?: [^\s`<>&]+)*")
_FENCE = re.compile(r"`{3,}")


def stream(showing: Showing, output: Stream) -> OutputPart | None:
    """What a cell printed; None when nothing of it is left."""
    text = hide_home_paths(output.text)
    showing.write_text(text)
    if not text.strip():
        return None
    name = output.name if output.name in _STREAMS else "stdout"
    return _text_part(f"output-stream stream-{name}", text)


def without_lines(output: Stream, words: tuple[str, ...]) -> Stream:
    """The stream without the lines that hold one of the words, as nbdev's ``filter_stream`` leaves them out."""
    if not words:
        return output
    lines = output.text.splitlines(keepends=True)
    return Stream(output.name, "".join(line for line in lines if not any(word in line for word in words)))


def plain(showing: Showing, value: object) -> OutputPart | None:
    """A plain-text value."""
    if not isinstance(value, str) or not value.strip():
        return None
    text = hide_home_paths(value)
    showing.write_text(text)
    return _text_part("output-text", text)


def failure(showing: Showing, output: Failure) -> OutputPart:
    """An exception, with its traceback if the kernel gave one."""
    text = hide_home_paths("\n".join(output.traceback) or f"{output.name}: {output.value}".strip(": "))
    showing.write_text(text)
    return _text_part("output-error", text, pre_class="traceback")


def merged(outputs: tuple[Output, ...]) -> list[Output]:
    """Outputs with neighbouring pieces of one stream joined, as a progress bar is printed in many."""
    joined: list[Output] = []
    pieces: list[str] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if isinstance(output, Stream) and isinstance(last, Stream) and last.name == output.name:
            pieces.append(output.text)
            continue
        if pieces and isinstance(last, Stream):
            joined[-1] = Stream(last.name, last.text + "".join(pieces))
        pieces = []
        joined.append(output)
    if pieces and joined and isinstance(joined[-1], Stream):
        joined[-1] = Stream(joined[-1].name, joined[-1].text + "".join(pieces))
    return joined


def fenced(text: str, language: str = "") -> str:
    """A Markdown code block that no text can end."""
    longest = max((len(run) for run in _FENCE.findall(text)), default=2)
    fence = "`" * max(3, longest + 1)
    # A name with a line end in it would end the fence's own line.
    named = language if _LANGUAGE.fullmatch(language) else ""
    return f"{fence}{named}\n{text}\n{fence}"


def bounded(text: str) -> tuple[str, bool]:
    """The beginning and the end of a text that is too long for a page, and whether it was."""
    if len(text) <= _MOST_CHARACTERS:
        return text, False
    head_end = text.rfind("\n", 0, _MOST_CHARACTERS - _SHOWN_AT_THE_END) + 1 or _MOST_CHARACTERS - _SHOWN_AT_THE_END
    tail_start = text.find("\n", len(text) - _SHOWN_AT_THE_END) + 1 or len(text) - _SHOWN_AT_THE_END
    left_out = f"… {tail_start - head_end:,} characters are left out here …\n"
    return text[:head_end] + left_out + text[tail_start:], True


def needs_keyboard(text: str) -> bool:
    """Whether a line is longer than a narrow screen, so that its box scrolls sideways."""
    return len(text) > _NARROW and any(len(line) > _NARROW for line in text.splitlines())


def _text_part(classes: str, text: str, *, pre_class: str = "") -> OutputPart:
    text, is_long = bounded(text.strip("\n") if "\r" in text else text.rstrip("\n"))
    html, bare = on_a_terminal(text)
    attributes = f' class="{pre_class}"' if pre_class else ""
    if is_long or needs_keyboard(bare):
        attributes += ' tabindex="0"'
    classes = f"{classes} output-scroll" if is_long else classes
    return OutputPart(classes, Html(f"<pre{attributes}>{html}</pre>"), fenced(bare, "text"))

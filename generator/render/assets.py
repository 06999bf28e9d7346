"""Our own style sheet, scripts and icon, under names that say what is in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from generator.formats.names import content_name
from generator.markup.sealed_frames import source_of
from generator.model.output import OutputFile

_OF_NOTICE = "25-notice.css"
_SCRIPTS = (("script_source", "site"), ("search_source", "search"))
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LINE_BREAK = re.compile(r"\s*\n\s*")
_AROUND = re.compile(r"\s*([{};,])\s*")


@dataclass(frozen=True, slots=True)
class Assets:
    """Output paths of what pages load, and the files themselves.

    Args:
        script_source, search_source: of a content security policy, and so the digests of our scripts.
    """

    style: str
    script: str
    search_script: str
    icon: str
    script_source: str
    search_source: str
    files: tuple[OutputFile, ...]


def assets_of(sources: Mapping[str, bytes], custom_css: str, *, has_notice: bool = False) -> Assets:
    """The files of our own that every site needs.

    Args:
        has_notice: pages say that they are not the published blog; other sites need no styles for that.
        sources: ``*.css``, joined in the order of their names; ``site.js``, ``search.js``, ``icon.svg``.
        custom_css: the blog's own, last and outside our layers, so that it wins.
    """
    names = (name for name in sorted(sources) if name.endswith(".css") and (has_notice or name != _OF_NOTICE))
    styles = (sources[name].decode() for name in names)
    style = squeezed("\n".join(styles)) + ("\n" + custom_css if custom_css else "")
    contents = {
        "style": _named(style.encode(), "css"),
        "script": _named(sources["site.js"], "js"),
        "search_script": _named(sources["search.js"], "js"),
        "icon": _named(sources["icon.svg"], "svg"),
    }
    files = tuple(_file(path, content) for path, content in contents.values())
    digests = {name: source_of(sources[f"{file}.js"]) for name, file in _SCRIPTS}
    return Assets(**{kind: path for kind, (path, _) in contents.items()}, **digests, files=files)


def squeezed(css: str) -> str:
    """CSS without comments and indentation; strings of ours hold neither, nor braces with spaces."""
    return _AROUND.sub(r"\1", _LINE_BREAK.sub("\n", _COMMENT.sub("", css))).strip()


def _named(content: bytes, extension: str) -> tuple[str, bytes]:
    return f"assets/g/{content_name(content, extension)}", content


def _file(path: str, content: bytes) -> OutputFile:
    return OutputFile(path, path.rsplit("/", 1)[-1].split(".")[0], partial(bytes, content))

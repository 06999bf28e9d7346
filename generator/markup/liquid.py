"""The subset of Liquid that old blogs use: one tag or output at a time, as written between its braces."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from generator.location import Location
from generator.markup.liquid_filters import apply_filter
from generator.markup.liquid_includes import included
from generator.markup.scope import Scope
from generator.markup.tokens import ADDRESS_MARK, BASE_MARK
from generator.model.body import Ref, RefKind

Show = Callable[[str, str, Mapping[str, str]], str | None]
"""``show(embed name, target, options)``: the embed's HTML, None when it cannot be shown."""

# Values of the whole site are known only after every document has been read.
_WHOLE_SITE = frozenset(
    """posts pages tags categories related_posts static_files collections documents html_pages data time
    html_files""".split()
)
_PROGRAMS = frozenset(
    """assign capture endcapture case when endcase for endfor break continue cycle if elsif else endif unless endunless
    increment decrement tablerow endtablerow echo liquid render layout block endblock""".split()
)
_WORD = re.compile(r"-?\s*(?P<word>[A-Za-z_][\w-]*)\s*(?P<rest>.*?)\s*-?\Z", re.DOTALL)
_VALUE = re.compile(
    r"""\s*(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<number>-?\d+(?:\.\d+)?)(?![\w.])|(?P<path>[A-Za-z_][\w.-]*+))\s*"""
)
_FILTER = re.compile(
    r"""\|\s*(?P<name>\w+)\s*(?::(?P<arguments>(?:\s*(?:"[^"]*+"|'[^']*+'|[^\s,|"']++)\s*,?)*+))?\s*"""
)
_ARGUMENT = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^\s,]+))\s*,?""")
_FNDETAIL = re.compile(
    r"""-?\s*(["'])(?P<text>.*)\1\s*\|\s*fndetail\s*:\s*["']?(?P<label>[^\s"']+)["']?\s*-?\Z""", re.DOTALL
)
_EMBED_TAGS: Mapping[str, str] = MappingProxyType(
    {"youtube": "youtube", "twitter": "twitter", "tweet": "twitter", "gist": "gist"}
)

BLOCK_TAGS = frozenset({"include", "include_relative", "youtube", "twitter", "tweet", "gist", "bibliography"})
"""Tags whose result stands by itself, not within a line."""


@dataclass(frozen=True, slots=True)
class Liquid:
    """One ``{% tag %}`` or ``{{ output }}``.

    Args:
        source: with braces.
    """

    source: str
    at: Location

    @property
    def is_tag(self) -> bool:
        """Whether it is a tag and not an output."""
        return self.source.startswith("{%")

    @property
    def inner(self) -> str:
        """Without braces."""
        return self.source[2:-2]

    @property
    def is_block(self) -> bool:
        """Whether its result stands by itself."""
        if not self.is_tag:
            return "fndetail" in self.source and _FNDETAIL.match(self.inner) is not None
        match = _WORD.match(self.inner)
        return match is not None and match["word"] in BLOCK_TAGS


@dataclass(frozen=True, slots=True)
class LiquidReader:
    """What evaluating needs from its surroundings.

    Args:
        inline: inline Markdown to HTML.
        show: see Show.
    """

    scope: Scope
    inline: Callable[[str], str]
    show: Show

    def html(self, liquid: Liquid) -> str:
        """What the page shows; the source itself, with a warning, for what is not understood."""
        shown = self._tag(liquid) if liquid.is_tag else self._output(liquid)
        return escape(liquid.source, quote=False) if shown is None else shown

    def text(self, liquid: Liquid) -> str | None:
        """Its plain text, where it is one; None for everything else, and never a warning."""
        return None if liquid.is_tag else self._plain(liquid)

    def _tag(self, liquid: Liquid) -> str | None:
        match = _WORD.match(liquid.inner)
        if match is None:
            return self._unknown(liquid, "it has no name")
        word, rest = match["word"], match["rest"]
        if word == "fn":
            return self._reference(rest) if rest else self._unknown(liquid, "`fn` needs a number")
        if word in ("link", "post_url"):
            return self._link(word, rest, liquid.at) or self._unknown(liquid, f"`{word}` needs the name of a source")
        if word in ("include", "include_relative"):
            shown = included(rest, self.inline, self.show, self._value_of)
            return shown if shown is not None else self._unknown(liquid, f"`include {rest.split(' ')[0]}` is not known")
        if word in _EMBED_TAGS:
            return self._embed(liquid, word, rest)
        if word == "octicon":
            return ""
        return self._unknown_tag(liquid, word)

    def _unknown_tag(self, liquid: Liquid, word: str) -> str | None:
        if word in ("cite", "bibliography", "reference", "quote", "citation"):
            reason = f"`{word}` belongs to a plugin for citations, which is not here"
        elif word in _PROGRAMS:
            reason = f"`{word}` is part of a program, and programs are not run inside a document"
        elif word in ("raw", "comment", "highlight"):
            return self._unfinished(liquid, word)
        elif word in ("endraw", "endcomment", "endhighlight"):
            reason = f"nothing that `{word}` ends has begun"
        else:
            reason = f"the tag `{word}` is not known"
        self._repeatable(liquid, word, reason)
        return None

    def _repeatable(self, liquid: Liquid, word: str, reason: str) -> None:
        """A warning where a tag is met first; from then on it is only counted."""
        known = self.scope.unknown_tags
        if word in known:
            known[word] = (known[word][0], known[word][1] + 1)
            return
        self._unknown(liquid, reason)
        known[word] = (self.scope.problems[-1], 0)

    def _unfinished(self, liquid: Liquid, word: str) -> str | None:
        self.scope.warn(
            "unfinished-liquid",
            f"`{liquid.source}` is never ended",
            liquid.at,
            f"write `{{% end{word} %}}` where it ends",
        )
        return None

    def _unknown(self, liquid: Liquid, reason: str) -> str | None:
        shown = " ".join(liquid.source.split())
        shown = shown if len(shown) <= 60 else shown[:57] + "…"
        self.scope.warn(
            "unknown-liquid",
            f"`{shown}` is shown as it stands: {reason}",
            liquid.at,
            "write what it should say, or put it between `{% raw %}` and `{% endraw %}` if it should stand there",
        )
        return None

    def _reference(self, rest: str) -> str:
        label = rest.strip("\"'")
        identity = self.scope.claim_id(f"fnref-{label}")
        self._take(label)
        name = escape(label)
        link = f'<a href="#fn-{name}" role="doc-noteref">{name}</a>'
        return f'<sup id="{escape(identity)}" class="footnote-ref">{link}</sup>'

    def _take(self, label: str) -> None:
        if label.isascii() and label.isdigit() and len(label) < 6:
            self.scope.footnotes.taken.add(int(label))

    def _detail(self, label: str, text: str) -> str:
        identity = self.scope.claim_id(f"fn-{label}")
        self._take(label)
        name = escape(label)
        back = (
            f'<a href="#fnref-{name}" class="footnote footnotes" role="doc-backlink" aria-label="Back to {name}">↩</a>'
        )
        return f'<div class="footnotes"><p id="{escape(identity)}">{name}. {self.inline(text)} {back}</p></div>'

    def _link(self, word: str, rest: str, at: Location) -> str | None:
        target = unquote(rest.strip().strip("\"'")).lstrip("/")
        if not target:
            return None
        kind = RefKind.FILE if word == "link" else RefKind.POST
        ref = Ref(kind, target, written=f"{{% {word} {rest} %}}", at=at)
        self.scope.refs.append(ref)
        return ref.hole

    def _embed(self, liquid: Liquid, word: str, rest: str) -> str | None:
        words = rest.split()
        target = words[0].strip("\"'<>") if words else ""
        if not target:
            return self._unknown(liquid, f"`{word}` needs an address")
        options = {"file": words[1]} if word == "gist" and len(words) > 1 else {}
        shown = self.show(_EMBED_TAGS[word], target, options)
        return shown if shown is not None else self._unknown(liquid, f"`{target}` is nothing `{word}` can show")

    def _output(self, liquid: Liquid) -> str | None:
        detail = _FNDETAIL.match(liquid.inner) if "fndetail" in liquid.inner else None
        if detail is not None:
            return self._detail(detail["label"], detail["text"])
        text = self._plain(liquid)
        if text is not None:
            return escape(text)
        return self._unknown_output(liquid)

    def _unknown_output(self, liquid: Liquid) -> str | None:
        match = _VALUE.match(liquid.inner.strip("-"))
        path = match["path"] if match else None
        if path is None:
            # `{{}}` and `{{ 1 }}` are braces, not Liquid anybody means.
            return None
        root, _, key = path.partition(".")
        if root == "site" and key.split(".")[0] in _WHOLE_SITE:
            return self._unknown(liquid, f"`{path}` is about the whole site, and cannot be had inside a document")
        if root in ("site", "page"):
            where = "_config.yml" if root == "site" else "the front matter"
            return self._unknown(liquid, f"{where} has no `{key}`, or a filter is not known")
        return self._unknown(liquid, f"`{path}` is not known")

    def _plain(self, liquid: Liquid) -> str | None:
        inner = liquid.inner.removeprefix("-").removesuffix("-")
        match = _VALUE.match(inner)
        if match is None:
            return None
        value: Any = self._first(match)
        position = match.end()
        while value is not None and position < len(inner):
            step = _FILTER.match(inner, position)
            if step is None:
                return None
            arguments = [self._argument(*groups) for groups in _ARGUMENT.findall(step["arguments"] or "")]
            value = apply_filter(step["name"], value, arguments)
            position = step.end()
        return None if value is None else written(value)

    def _first(self, match: re.Match[str]) -> Any:
        if match["path"]:
            return self._value_of(match["path"])
        return match["number"] or (match["double"] if match["double"] is not None else match["single"])

    def _argument(self, double: str, single: str, bare: str) -> Any:
        if not bare:
            return double or single
        value = self._value_of(bare) if bare[0].isalpha() else None
        return bare if value is None else value

    def _value_of(self, path: str) -> Any:
        """A value by its dotted path; None when there is none (or it is about the whole site)."""
        root, _, rest = path.partition(".")
        if path == "site.baseurl":
            return BASE_MARK
        if path == "site.url":
            return ADDRESS_MARK
        if root == "page" and rest == "url":
            return Ref(RefKind.FILE, self.scope.source_path).hole
        if root not in ("site", "page") or not rest:
            return None
        value: Any = self.scope.rules.site_values if root == "site" else self.scope.page_values
        for key in rest.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return None if isinstance(value, Mapping) else value


def tell_repeats(scope: Scope) -> None:
    """Say with the warning about a tag how many more there are of it."""
    for word, (first, more) in scope.unknown_tags.items():
        if more and first in scope.problems:
            told = replace(first, problem=f"{first.problem} … and {more} more `{word}`")
            scope.problems[scope.problems.index(first)] = told
    scope.unknown_tags.clear()


def written(value: Any) -> str:
    """A value as Liquid writes it.

    >>> written(True), written(["a", "b"]), written(2.0)
    ('true', 'ab', '2.0')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "".join(written(item) for item in value)
    return value.isoformat() if isinstance(value, date) else str(value)

"""Hostile texts, made from rules: what runs × where it stands × how it is written."""

from collections.abc import Iterator
from itertools import cycle, product

FOREIGN = "https://foreign.example"
"""A host that nothing may be asked of."""

_SCRIPT = "document.title='ran{n}';alert({n})"

_TAGS_THAT_LOAD = (
    *("img src=x", "svg", "body", "video src=x", "audio src=x", "iframe src=x", "object data=x", "embed src=x"),
    *("input type=image src=x", "link rel=stylesheet href=x", "image src=x", "script src=x"),
)
_TAGS_ONE_TOUCHES = (
    *("a href=#", "div", "button autofocus", "details open", "select autofocus", "textarea autofocus", "marquee"),
    *("math", "form", "table", "input autofocus", "p", "isindex", "keygen", "dialog open"),
)
_LOADING = ("onerror", "onload", "onloadstart", "ONERROR", "onbegin", "onpageshow")
_TOUCHING = ("onclick", "onfocus", "onmouseover", "ontoggle", "onanimationstart", "onpointerrawupdate", "onstart")
_HANDLER_SHAPES = (
    '<{tag} {on}="{js}">',
    "<{tag} {on}='{js}'>",
    "<{tag} {on}={js}>",
    "<{tag}/{on}={js}//",
    '<{tag}\n\t{on}\n=\n"{js}"\n>',
    '<{tag} {on}="&#97;{js}">',
    '<{tag} x="\'{on}="{js}">',
    "<{tag} a=`>{on}={js}",
    '<{tag} {on}="{js}" {on}="x"></{tag}>',
    "<{tag} title=\"><img {on}='{js}'>\">",
)

_SCHEMES = (
    "javascript:{js}",
    "vbscript:{js}",
    "livescript:{js}",
    "data:text/html,<script>{js}</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{js}'/>",
    "data:application/xhtml+xml,<script xmlns='http://www.w3.org/1999/xhtml'>{js}</script>",
    "blob:https://foreign.example/1",
    "file:///etc/passwd",
    "about:blank",
    "//foreign.example/{n}.png",
    "https:foreign.example/{n}.png",
    "/\\foreign.example/{n}.png",
    "\\\\foreign.example\\{n}.png",
    "ws://foreign.example/{n}",
    "view-source:javascript:{js}",
)


def _plain(url: str) -> str:
    return url


def _mixed_case(url: str) -> str:
    return "".join(one.upper() if place % 2 else one.lower() for place, one in enumerate(url))


def _with_tab(url: str) -> str:
    return url[:4] + "&Tab;" + url[4:]


def _with_line_end(url: str) -> str:
    return url[:3] + "&#10;" + url[3:]


def _with_control(url: str) -> str:
    return "&#1; " + url


def _with_numbers(url: str) -> str:
    return "".join(f"&#{ord(one):07d}" for one in url[:11]) + url[11:]


def _with_colon(url: str) -> str:
    return url.replace(":", "&colon;", 1)


def _escaped(url: str) -> str:
    return url.replace(":", "\\:", 1)


def _with_zero_width(url: str) -> str:
    return url[:2] + "\u200b\ufeff" + url[2:]


def _behind_an_address(url: str) -> str:
    return "{{ site.url }}" + url


def _behind_a_base(url: str) -> str:
    return "{{ site.baseurl }}" + url


def _as_a_hole(url: str) -> str:
    return f"&#xE0F0;address&#xE0F1;&#xE0F1;{url}&#xE0F2;"


def _as_a_mark(url: str) -> str:
    return f"&#57584;address&#57586;{url}"


_DISGUISES = (
    *(_plain, _mixed_case, _with_tab, _with_line_end, _with_control, _with_numbers, _with_colon, _escaped),
    *(_with_zero_width, _behind_an_address, _behind_a_base, _as_a_hole, _as_a_mark),
)
_URL_PLACES = (
    '<a href="{url}">a</a>',
    '<img src="{url}" alt=a>',
    "[a]({url})",
    "![a]({url})",
    "[a](<{url}> 'b')",
    "[a{n}]\n\n[a{n}]: {url}",
    '<iframe src="{url}"></iframe>',
    '<svg><a xlink:href="{url}"><text>a</text></a></svg>',
    '<math href="{url}"><mi href="{url}">a</mi></math>',
    '<form action="{url}"><button formaction="{url}">a</button></form>',
    '<object data="{url}"></object><embed src="{url}">',
    '<base href="{url}">',
    '<meta http-equiv=refresh content="0;url={url}">',
    '<link rel=stylesheet href="{url}">',
    '<img srcset="{url} 1x" src=x>',
    '<video poster="{url}" src="{url}"><source src="{url}"></video>',
    '<table background="{url}"><td background="{url}">',
    '<blockquote cite="{url}">a</blockquote>',
    '<a href=# ping="{url}">a</a>',
    '<map><area href="{url}"></map>',
    '<svg><use href="{url}"/><image href="{url}"/><animate attributeName=href values="{url}"/></svg>',
    "<{url}>",
    "[![a]({url})]({url}){{: target=_top}}",
)

# What a parser makes into something else than it was when it is written and parsed once more.
_SHELLS = (
    "<math><style>{x}</style></math>",
    "<svg><style>{x}</style></svg>",
    "<svg></p><style><a id='</style>{x}'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;{x}'>",
    "<form><math><mtext></form><form><mglyph><style></math>{x}",
    "<noscript><p title='</noscript>{x}'></noscript>",
    "<template>{x}</template>",
    "<textarea></textarea>{x}</textarea>",
    "<title></title>{x}",
    "<xmp><p title='</xmp>{x}'></xmp>",
    "<noembed><a title='</noembed>{x}'></noembed>",
    "<select><option>{x}</select>",
    "<table><tr><td>{x}<table>{x}",
    "<svg><foreignObject>{x}</foreignObject></svg>",
    "<svg><desc>{x}</desc><title>{x}</title></svg>",
    "<math><annotation-xml encoding='text/html'>{x}</annotation-xml></math>",
    "<!--><{x}-->",
    "<!--x--!>{x}-->",
    "<!-- -- >{x}<!-- -->",
    "<![CDATA[{x}]]>",
    "<svg><![CDATA[><{x}]]></svg>",
    "<?xml {x}?>",
    "<!doctype html [<!ENTITY a '{x}'>]>&a;",
    "</p></div></article></main>{x}",
    "<plaintext>{x}",
    "<p\x00>{x}",
    "<a title='`'>{x}`'>",
    "`{x}\n\n{x}`",
    "    {x}\n\n{x}",
    "```\n{x}\n```\n{x}",
    "$$\\text{{{x}}}$$ $\\href{{javascript:a}}{{x}}$",
    "> {x}\n> - {x}\n>   1. {x}",
    "[^{n}]: {x}\n\na[^{n}]",
    "*[a{n}]: {x}\n\na{n}",
    "| a |\n|---|\n| {x} |",
    "{{% raw %}}{x}{{% endraw %}}",
    "{{{{ '{x}' }}}}",
    "{{% include alert.html text='{x}' %}}",
    "{{% include youtube.html content='{x}' %}}",
    "{{% twitter {x} %}}",
    "{{< video {x} >}}",
    "::: {{.callout-note title='{x}'}}\n{x}\n:::",
    "## a {{#a{n} onclick=alert({n}) style='position:fixed'}}\n\n{x}",
    "![{x}]({x} '{x}'){{: {x}}}",
    "\ue0f0apart0\ue0f2{x}\ue0f0m0\ue0f2\ue0f0file\ue0f1x\ue0f1\ue0f2",
    "&#xE0F0;apart0&#xE0F2;{x}&#xE0F0;m9&#xE0F2;&#xE0F0;zz&#xE0F1;b&#xE0F1;c&#xE0F2;",
)
_KERNELS = (
    "<script>{js}</script>",
    "<img src=x onerror={js}>",
    "<svg onload={js}>",
    "<iframe srcdoc='<script>{js}</script>'>",
    "<style>@import '//foreign.example/{n}';</style>",
    "<a href=javascript:{js}>a</a>",
)
_SCRIPTS = (
    "<script>{js}</script>",
    "<ScRiPt>{js}</sCrIpT>",
    "<script/x>{js}</script>",
    "<<script>{js}//<</script>",
    "<script\n>{js}</script\n>",
    "<scr<script>ipt>{js}</scr</script>ipt>",
    "<script>{js}",
    "<script type=module>{js}</script>",
    "<script type='text/ecmascript'>{js}</script>",
    '<script type=importmap>{{"imports":{{}}}}</script>',
    "<script src='https://foreign.example/{n}.js'></script>",
    "<script src=//foreign.example/{n}.js integrity=x></script>",
    "<script src='data:,{js}'></script>",
    "<svg><script>{js}</script></svg>",
    "<svg><script href='data:,{js}'/></svg>",
    "<svg xmlns:a='http://www.w3.org/1999/xhtml'><a:script>{js}</a:script></svg>",
    '"><script>{js}</script>',
    "'><script>{js}</script>",
    "</title><script>{js}</script>",
    "</script><script>{js}</script>",
    "</textarea></style></noscript><script>{js}</script>",
    "--><script>{js}</script>",
    "]]><script>{js}</script>",
    "&lt;script&gt;{js}&lt;/script&gt;",
    "%3Cscript%3E{js}%3C/script%3E",
    "\\u003cscript\\u003e{js}\\u003c/script\\u003e",
    "\x1b[31m<script>{js}</script>\x1b[0m",
    "\x1b]8;;javascript:{js}\x07a\x1b]8;;\x07",
    '\x1b]8;;"><img src=x onerror={js}>\x1b\\a\x1b]8;;\x1b\\',
    "\uff1cscript\uff1e{js}\uff1c/script\uff1e",
    "+ADw-script+AD4-{js}+ADw-/script+AD4-",
    "\u202e<script>{js}</script>",
    "\ufeff<script>{js}</script>",
)
_STYLES = (
    "position:fixed;inset:0;z-index:9",
    "width:expression({js})",
    "background:url(javascript:{js})",
    "background-image:url(https://foreign.example/{n})",
    "behavior:url(#default#time2)",
    "-moz-binding:url(//foreign.example/{n}#a)",
    "list-style:url('//foreign.example/{n}')",
    "color:red;}}</style><script>{js}</script>",
    "co\\6cor:u\\72l(//foreign.example/{n})",
    "content:'</style><img src=x onerror={js}>'",
    "@import url(//foreign.example/{n})",
    "font:1px/1 url(//foreign.example/{n})",
)
_STYLE_PLACES = (
    '<p style="{css}">a</p>',
    "<style>p{{{css}}}</style><p>a</p>",
    '<svg style="{css}"><rect style="{css}"/></svg>',
    'a\n{{: style="{css}"}}',
    "[a](b){{style='{css}'}}",
    '<math><mi style="{css}">a</mi></math>',
)
_OTHERS = (
    "<form name=body><input name=firstChild><button>a</button></form>",
    "<img name=cookie><img id=getElementById name=querySelector>",
    "<a id=self name=origin href='javascript:null'>a</a>",
    "<dialog open>a</dialog><portal src='//foreign.example'></portal>",
    "<frameset onload={js}><frame src='javascript:{js}'></frameset>",
    "<applet code=x><param name=a value=b></applet>",
    "<input type=password><input type=hidden form=a><output for=a>",
    "<button popovertarget=a>a</button><div popover id=a>b</div>",
    "<custom-element is=x slot=y part=z>a</custom-element>",
    "<p is=x contenteditable draggable=true accesskey=x tabindex=1 inputmode=url>a</p>",
    "<meta name=referrer content=unsafe-url><meta charset=utf-7>",
    "<link rel=preconnect href='//foreign.example'><link rel=manifest href=x>",
    "<link rel=dns-prefetch href='//foreign.example'><link rel=modulepreload href='//foreign.example/{n}.js'>",
    "<video autoplay controls><track src='//foreign.example/{n}'></video>",
    "<svg><animate onbegin={js} attributeName=x dur=1s><set attributeName=onmouseover to={js}></svg>",
    "<a href='https://foreign.example' target=_blank rel=opener download>a</a>",
    "<p class='skip-link notice site-header'>a</p>",
    "<xss:script xmlns:xss='http://www.w3.org/1999/xhtml'>{js}</xss:script>",
    "<object type='text/x-scriptlet' data='//foreign.example/{n}'></object>",
    "<iframe sandbox='allow-scripts allow-same-origin' srcdoc='<script>{js}</script>'></iframe>",
    "<iframe class='apart' sandbox='allow-scripts' srcdoc='&lt;script&gt;top.{js}&lt;/script&gt;'></iframe>",
)


def payloads() -> tuple[str, ...]:
    """All of them, different from one another; each holds its own number where it would run."""
    return tuple(dict.fromkeys(text for number, shape in enumerate(_shapes()) if (text := _numbered(shape, number))))


def _numbered(shape: str, number: int) -> str:
    return shape.replace("⟦js⟧", _SCRIPT.replace("{n}", str(number))).replace("⟦n⟧", str(number))


def _shapes() -> Iterator[str]:
    """Shapes, with ⟦js⟧ and ⟦n⟧ still open."""
    js, n = "⟦js⟧", "⟦n⟧"
    for tags, handlers in ((_TAGS_THAT_LOAD, _LOADING), (_TAGS_ONE_TOUCHES, _TOUCHING)):
        shapes = cycle(_HANDLER_SHAPES)
        for tag, handler in product(tags, handlers):
            yield next(shapes).format(tag=tag, on=handler, js=js)
    # Each disguise meets each place, and so does each scheme; all three of each with each would be 5,000.
    disguises, schemes = cycle(_DISGUISES), cycle(_SCHEMES)
    for place, scheme in product(_URL_PLACES, _SCHEMES[:4]):
        yield place.format(url=next(disguises)(scheme.format(js=js, n=n)), n=n)
    for place, disguise in product(_URL_PLACES, _DISGUISES[::2]):
        yield place.format(url=disguise(next(schemes).format(js=js, n=n)), n=n)
    for shell, kernel in product(_SHELLS, _KERNELS[:4]):
        yield shell.format(x=kernel.format(js=js, n=n), n=n)
    for css, place in product(_STYLES, _STYLE_PLACES):
        yield place.format(css=css.format(js=js, n=n))
    for shape in (*_KERNELS, *_SCRIPTS, *_OTHERS):
        yield shape.format(js=js, n=n)

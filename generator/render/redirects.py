"""Pages that do nothing but lead to where something moved."""

from functools import partial

from generator.errors import ContentError
from generator.formats.names import safe_output_path
from generator.model.output import OutputFile
from generator.render.frame import Frame
from generator.render.links import in_the_open
from generator.render.notice import notice_of
from generator.render.policy import still_policy
from generator.render.views import RedirectView


def redirect_files(frame: Frame) -> list[OutputFile]:
    """One page for each old address of the site."""
    files = []
    for old, new in sorted(frame.site.redirects.items()):
        try:
            files.append(redirect_file(safe_output_path(old), new, frame))
        except ContentError:
            # Nothing can be served at such an address, so nothing was.
            continue
    return files


def redirect_file(path: str, target: str, frame: Frame) -> OutputFile:
    """A page at path that leads to target: a site path or a whole URL."""
    return OutputFile(path, frame.key("redirect", target), partial(_redirect, target, frame))


def _redirect(target: str, frame: Frame) -> bytes:
    rules = frame.rules
    view = RedirectView(
        lang=rules.lang,
        href=frame.base.href(target),
        canonical=in_the_open(rules).href(target) if rules.is_public else "",
        policy="" if rules.trusts_html else still_policy(),
        notice=notice_of(rules),
    )
    return frame.render("redirect.html", view)

"""That a page is not the published blog: of a pull request, or of somebody nobody has looked at."""

from generator.render.links import may_lead_to
from generator.render.rules import RenderRules
from generator.render.views import LinkView, NoticeView

# What git and GitHub show of a commit.
_SHORT_SHA = 7


def notice_of(rules: RenderRules) -> NoticeView | None:
    """The notice for every page; None on those of the published blog."""
    preview = rules.preview
    if preview is not None:
        href = preview.link if may_lead_to(preview.link, rules) else ""
        link = LinkView(f"pull request #{preview.number}", href)
        return NoticeView("Preview of ", link, preview.sha[:_SHORT_SHA], f"{preview.live}/")
    if not rules.trusts_html:
        return NoticeView("Content that nobody has reviewed", None, "", "")
    return None

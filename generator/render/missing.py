"""The page for addresses that lead nowhere."""

from dataclasses import replace
from functools import partial

from generator.model.output import OutputFile
from generator.render.frame import Frame
from generator.render.lists import Cards, card_view
from generator.render.meta import head_of
from generator.render.views import NotFoundView

_NEWEST_SHOWN = 5
_URL = "/404.html"


def not_found_file(frame: Frame, cards: Cards) -> OutputFile:
    """GitHub Pages serves this file for every address it does not know."""
    urls = frame.site.listed[:_NEWEST_SHOWN]
    key = frame.key("404", cards.digest_of(urls), frame.font_for(cards.has_math(urls)))
    return OutputFile("404.html", key, partial(_page, urls, frame, cards))


def _page(urls: tuple[str, ...], frame: Frame, cards: Cards) -> bytes:
    head = head_of(frame.rules, _URL, "Page not found", "")
    head = replace(head, is_indexed=False, canonical="", math_font=frame.font_for(cards.has_math(urls)))
    shown = tuple(card_view(card, frame) for card in cards.of(urls))
    return frame.render("404.html", NotFoundView(frame.chrome(_URL), head, shown))

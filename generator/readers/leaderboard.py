"""The board below a post whose layout is ``leaderboard``."""

from generator.markup.dialect import Dialect
from generator.markup.scope import Scope
from generator.model.front_matter import FrontMatter


def leaderboard_html(front: FrontMatter, dialect: Dialect, scope: Scope) -> str:
    """What a block of that name would show at the end of the text, on lines of its own; empty for other layouts."""
    if front.leaderboard is None:
        return ""
    return "\n" + dialect.embed("leaderboard", front.leaderboard.text, front.leaderboard.at, scope)

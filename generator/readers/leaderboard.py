"""The board below a post whose layout is ``leaderboard``."""

from generator.markup.dialect import Dialect
from generator.markup.scope import Scope
from generator.model.front_matter import FrontMatter
from generator.readers.twin import inert


def leaderboard_html(front: FrontMatter, dialect: Dialect, scope: Scope) -> str:
    """What a block of that name would show at the end of the text, on lines of its own; empty for other layouts."""
    if front.leaderboard is None:
        return ""
    return "\n" + dialect.embed("leaderboard", front.leaderboard.text, front.leaderboard.at, scope)


def leaderboard_twin(front: FrontMatter, scope: Scope) -> tuple[str, ...]:
    """The same for the Markdown twin: the board, or what is ranked by what where no run is known."""
    if front.leaderboard is None:
        return ()
    if shown := scope.blocks_in_text.get(front.leaderboard.at):
        return (inert(shown) if scope.is_strict else shown,)
    # No line of it can end the fence: each begins with a brace or a quotation mark.
    lines = [line for line in front.leaderboard.text.split("\n") if line.strip()]
    return ("\n".join(("```leaderboard", *lines, "```")),)

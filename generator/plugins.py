"""The seams: readers, embeds and site outputs by name, our own through the same door as anyone's."""

from collections.abc import Mapping
from types import MappingProxyType

from generator.markup.embeds import built_in_embeds
from generator.model.embed import Embed, EmbedFragment, EmbedFunction
from generator.model.reading import Companions


def embeds() -> Mapping[str, EmbedFunction]:
    """Embed functions by the word that calls them."""
    return MappingProxyType({**built_in_embeds(), "wandb": _runs, "leaderboard": _leaderboard})


def _runs(embed: Embed, companions: Companions) -> EmbedFragment:
    """Runs of an experiment; imported when the first block is met, since most blogs have none."""
    from generator.experiments.page.figure import figure

    return figure(embed, companions)


def _leaderboard(embed: Embed, companions: Companions) -> EmbedFragment:
    from generator.experiments.board.leaderboard import leaderboard

    return leaderboard(embed, companions)

"""The seams: readers, embeds and site outputs by name, our own through the same door as anyone's."""

from collections.abc import Mapping

from generator.markup.embeds import built_in_embeds
from generator.model.embed import EmbedFunction


def embeds() -> Mapping[str, EmbedFunction]:
    """Embed functions by the word that calls them."""
    return built_in_embeds()

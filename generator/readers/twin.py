"""The Markdown twin of a document: what its page says, for readers that prefer text."""

from collections.abc import Sequence

from generator.model.front_matter import FrontMatter


def twin_of(front: FrontMatter, pieces: Sequence[str]) -> str:
    """Title, summary and the shown pieces, in order."""
    head = [f"# {front.title}"] if front.title else []
    if front.description:
        head.append("> " + " ".join(front.description.split()))
    return "\n\n".join([*head, *(piece for piece in pieces if piece.strip())]) + "\n"

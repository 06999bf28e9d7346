"""Text from outside made short: for a message, a table, a file."""


def cut(text: str, most: int) -> str:
    """At most so many characters, the last one an ellipsis where some are missing.

    >>> cut("learning", 5), cut("lr", 5)
    ('lear…', 'lr')
    """
    return text if len(text) <= most else f"{text[: max(0, most - 1)]}…"


def one_line(text: str, most: int = 200) -> str:
    r"""The same on one line, without what moves a cursor or rings a bell.

    >>> one_line("a\n\x1b[31mb")
    'a [31mb'
    """
    return cut(" ".join("".join(one if one.isprintable() else " " for one in text).split()), most)

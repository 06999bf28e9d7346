"""What a runner makes of the lines that a step prints."""

from collections.abc import Iterable


def obeyed(lines: Iterable[str]) -> list[str]:
    """The commands a runner would obey (Runner.Worker's ActionCommandManager): none until the word comes back.

    The old kind, ``##[name]``, may stand anywhere in a line.
    """
    word, seen = None, []
    for line in (part for whole in lines for part in whole.splitlines() or [""]):
        command = line.lstrip()
        if word is not None:
            word = None if command == f"::{word}::" else word
        elif command.startswith("::stop-commands::"):
            word = command.removeprefix("::stop-commands::")
        elif command.startswith("::") or "##[" in command:
            seen.append(command)
    return seen

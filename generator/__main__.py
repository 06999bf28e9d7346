"""``python -m generator`` is the command ``inkmill``."""

import sys


def run() -> int:
    """The command; importing it takes long enough to be stopped by Ctrl-C."""
    try:
        from generator.cli import main

        return main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(run())

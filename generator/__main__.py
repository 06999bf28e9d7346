"""``python -m generator`` is the command ``inkmill``."""

import sys

from generator.cli import main

sys.exit(main())

"""The settings of the blog that a step stands in, for steps that make no page."""

from pathlib import Path

from generator.errors import MachineError, SettingsError
from generator.settings.read import FILE, read_settings
from generator.settings.values import Settings


def settings_here() -> Settings:
    """What ``_config.yml`` says; as everywhere, a blog without one has the usual settings.

    Raises:
        SettingsError: it cannot be used; the first thing that is wrong with it is named.
        MachineError: it cannot be read.
    """
    path = Path(FILE)
    try:
        text = path.read_text(encoding="utf-8-sig") if path.is_file() else None
    except UnicodeDecodeError:
        raise SettingsError(f"{FILE} is not UTF-8", mend="save it as UTF-8") from None
    except OSError as failure:
        raise MachineError(f"{FILE} cannot be read ({failure.strerror})", mend="look at its rights") from failure
    settings, problems = read_settings(text)
    if settings is None:
        first = problems[0]
        raise SettingsError(first.problem, at=first.at, mend=first.mend)
    return settings

"""Files that the engine writes into other people's repositories: `templates/repository/`."""

from pathlib import Path
from string import Template

from generator.errors import MachineError

_PACKAGE = Path(__file__).resolve().parent.parent


def repository_text(name: str) -> str:
    """A file of `templates/repository/` as it is.

    Raises:
        MachineError: it is missing.
    """
    # Inside the installed package, or beside it in a checkout.
    for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates"):
        path = folder / "repository" / name
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise MachineError(f"inkmill's template repository/{name} is missing", mend="install inkmill again")


def filled(name: str, /, **values: str) -> str:
    """A file of `templates/repository/` with its ``$names`` filled in; each has to be given."""
    return Template(repository_text(name)).substitute(values)

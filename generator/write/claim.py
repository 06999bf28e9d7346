"""Whether a folder may be replaced by the site: nobody's files are destroyed by a slip of the keyboard."""

from pathlib import Path

from generator.errors import UsageError

# In the head of every page that templates/base.html makes.
_OUR_MARK = b'content="inkmill'
_HEAD_BYTES = 8192


def claim(output: Path, *, source: Path, private: Path, is_default: bool, is_known: bool) -> None:
    """Make sure that output may be replaced.

    Args:
        output: absolute, as are the others.
        private: the store's folder.
        is_default: nobody named it; ``_site`` is the site's by agreement.
        is_known: the state speaks of it.

    Raises:
        UsageError: it holds the source or something that inkmill did not make.
    """
    place = output.resolve()
    for kept, what in ((source, "the source directory"), (private, "the store"), (Path.home(), "your home folder")):
        if kept.resolve().is_relative_to(place):
            raise UsageError(
                f"the output folder `{output}` holds {what}, and would be replaced as a whole",
                mend="name a folder of its own, such as `--output _site`",
            )
    if place.is_relative_to(private.resolve()):
        raise UsageError(f"the output folder `{output}` lies in the store", mend="name one outside of it")
    if place.exists() and not place.is_dir():
        raise UsageError(f"the output `{output}` is a file", mend="name a folder, or delete the file")
    if not (is_default or is_known or _is_free(place) or _is_ours(place)):
        raise UsageError(
            f"the output folder `{output}` holds files that inkmill did not make, and would replace",
            mend="empty it yourself, or name another with `--output`",
        )


def _is_free(place: Path) -> bool:
    return not place.exists() or next(place.iterdir(), None) is None


def _is_ours(place: Path) -> bool:
    """Whether the folder looks like a site of ours whose store was deleted."""
    if (place / ".git").exists():
        return False
    for name in ("index.html", "404.html"):
        try:
            with place.joinpath(name).open("rb") as page:
                if _OUR_MARK in page.read(_HEAD_BYTES):
                    return True
        except OSError:
            continue
    return False

"""Where a file of the repository is published when a document shows it or links to it."""

_NOTEBOOKS = "_notebooks/"
# fastpages copied the pictures of its notebooks there, and their addresses are known to the world.
_FROM_NOTEBOOKS = "images/copied_from_nb/"


def published_path(path: str) -> str:
    """The site path, without leading slash, of the repository file at path.

    Below ``_notebooks`` it is where fastpages copied to. Any other folder that begins with ``_`` or ``.`` would
    not be served by every host, so its file goes below ``assets/``. All else keeps its place.

    >>> published_path("_notebooks/my_icons/a.png"), published_path("data/a.csv")
    ('images/copied_from_nb/my_icons/a.png', 'data/a.csv')
    >>> published_path("docs/_posts/2020/a.png"), published_path(".github/logo.svg")
    ('assets/docs/posts/2020/a.png', 'assets/github/logo.svg')
    """
    if path.startswith(_NOTEBOOKS):
        path = _FROM_NOTEBOOKS + path.removeprefix(_NOTEBOOKS)
    segments = path.split("/")
    if not any(segment.startswith(("_", ".")) for segment in segments[:-1]):
        return path
    bared = [segment.lstrip("_.") or "folder" for segment in segments[:-1]]
    prefix = () if bared[0] in ("assets", "images") else ("assets",)
    return "/".join((*prefix, *bared, segments[-1]))

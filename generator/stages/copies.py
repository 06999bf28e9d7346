"""Files of the repository on their way to the site; of a stranger's only those that a browser does not run."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from generator.formats.svg import inert_svg
from generator.model.output import CopiedFile, OutputFile, Planned
from generator.model.request import BuildRequest
from generator.sources.disk import read_file

# A list of what may pass, since every type that ends in `+xml` is a page to browsers, and there are hundreds.
_INERT = frozenset(
    """png jpg jpeg gif webp avif ico bmp tif tiff mp4 webm mp3 ogg wav woff woff2 ttf otf
    txt md csv tsv json jsonl geojson yml yaml toml bib tex py r jl sql ipynb docx xlsx ods pdf
    parquet feather arrow npy npz zip gz""".split()
)


def copies(
    request: BuildRequest, files: Mapping[str, str], digest_of: Callable[[str], str | None]
) -> Iterator[Planned]:
    """The author's own files: repository path to site path.

    Below the path of a preview no file names the site's host; in the strict profile drawings are looked through, and
    whatever a browser could run when somebody opens it stays behind.
    """
    for source, path in files.items():
        if request.preview is not None and path == "CNAME":
            continue
        if not request.untrusted:
            yield CopiedFile(path, source)
        elif path.lower().endswith(".svg"):
            drawing = inert_svg(read_file(request.source, source))
            if drawing is not None:
                key = hashlib.sha256(f"drawing\0{digest_of(source)}".encode()).hexdigest()
                yield OutputFile(path, key, partial(bytes, drawing))
        elif path.rpartition(".")[2].lower() in _INERT and "." in path.rpartition("/")[2]:
            yield CopiedFile(path, source)

"""Whatever was published before, the output is what a clean build would give."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.model.output import Planned
from tests.write.building import build, page, tree_of

_NAMES = st.sampled_from(["a", "b", "c.html", "d"])
_PATHS = st.lists(_NAMES, min_size=1, max_size=3).map("/".join)
_TEXTS = st.sampled_from(["", "1", "2", "long " * 50])


def _is_possible(site: dict[str, str]) -> bool:
    return not any(other.startswith(f"{path}/") for path in site for other in site)


_SITES = st.dictionaries(_PATHS, _TEXTS, max_size=6).filter(_is_possible)


def _planned(site: dict[str, str]) -> list[Planned]:
    return [page(path, text) for path, text in site.items()]


@settings(max_examples=40)
@given(st.lists(_SITES, min_size=2, max_size=5))
def test_builds_on_top_of_one_another_equal_a_clean_one(sites: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        blog = Path(folder)
        for number, site in enumerate(sites):
            published = build(blog, _planned(site))

            clean = blog / f"clean-{number}"
            clean.mkdir()
            build(clean, _planned(site))
            assert tree_of(blog / "_site") == tree_of(clean / "_site")
            assert tree_of(blog / "_site")[0] == {path: text.encode() for path, text in site.items()}
            assert published.records.keys() == site.keys()
            assert published.written + published.kept == len(site)

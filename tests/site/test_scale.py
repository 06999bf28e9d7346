"""A large blog is assembled by look-ups: nothing is compared with everything."""

import pytest

from tests.site.making import document, file_ref, site_of


# Comparing all with all would take many minutes.
@pytest.mark.timeout(120)
def test_ten_thousand_posts_with_broken_links_are_assembled_at_once() -> None:
    paths = [f"_posts/2020-{number % 12 + 1:02}-01-post-{number}.md" for number in range(10_000)]
    documents = [
        document(
            path, refs=(file_ref(paths[number - 1]), file_ref(f"_posts/nowhere-{number}.md")), tags=(f"t{number}",)
        )
        for number, path in enumerate(paths)
    ]

    site = site_of(*documents)

    assert (len(site.posts), len(site.problems)) == (10_000, 10_000)

"""Pages that are made from something else are as it is now."""

import pytest

from tests.workflows import rights_page, threat_page

PAGES = {"rights": (rights_page.PAGE, rights_page.page), "threats": (threat_page.PAGE, threat_page.page)}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_generated_page_is_as_it_would_be_made_now(name: str, request: pytest.FixtureRequest) -> None:
    path, make = PAGES[name]
    made = make()
    is_so = path.exists() and path.read_text(encoding="utf-8") == made
    if not is_so and request.config.getoption("--update-golden"):
        path.write_text(made, encoding="utf-8")

    assert is_so, f"{path.name} is not what it is made from: pytest --update-golden writes it anew"

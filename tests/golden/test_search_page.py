"""docs/search.md is printed from the search tables; `make golden` rewrites it."""

import os
from pathlib import Path

from builders import search_page

PAGE = Path(__file__).parents[2] / "docs" / "search.md"


def test_the_search_page_is_printed_from_the_tables() -> None:
    if os.environ.get("GOLDEN") == "write":
        PAGE.write_text(search_page.page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == search_page.page()

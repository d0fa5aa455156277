"""Whether a page that is open can be used by all: what axe finds, and small screens."""

from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RUN_AXE = """async (rules) => {
  const only = rules || ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, {runOnly: only, resultTypes: ["violations"]});
  return found.violations.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ")).join(", "));
}"""
UNFOLD = "document.querySelectorAll('details').forEach(part => { part.open = true })"
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"


def accessibility(page: Page) -> Iterator[str]:
    """What axe finds, with all parts unfolded; in the dark only contrast can differ."""
    page.evaluate(UNFOLD)
    page.evaluate(AXE)
    yield from page.evaluate(RUN_AXE)
    page.emulate_media(color_scheme="dark")
    yield from (f"dark: {found}" for found in page.evaluate(RUN_AXE, ["color-contrast"]))


def widths(page: Page) -> Iterator[str]:
    """Whether the page scrolls sideways on a small screen, or zoomed to 400 % on a large one."""
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        if (pixels := page.evaluate(SIDEWAYS)) > 0:
            yield f"{pixels} pixels too wide at {width}"

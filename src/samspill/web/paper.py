"""Pages as PDF/UA: tagged, so that a screen reader reads them as it reads the page.

WeasyPrint needs Pango from the system; without it all else works, and asking for a PDF says so.
https://doc.courtbouillon.org/weasyprint/stable/ · https://pdfa.org/resource/pdfua-in-a-nutshell/
"""

import base64
from functools import cache
from importlib import resources

from samspill.base.errors import Unavailable

STYLE = "paper.css"
FONT = "@font-face { font-family: Inter; src: url(data:font/woff2;base64,%s) }"


def pdf(html: str) -> bytes:
    """The PDF of a page whose style is that of paper; it may fetch nothing.

    Raises `Unavailable` when the system has no Pango.
    """
    try:
        import weasyprint  # type: ignore[import-untyped]
        from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]
    except OSError:
        raise Unavailable(
            "PDFs cannot be made here: the system package libpango is missing. "
            "Print from the browser instead",
            "PDF kan ikke lages her: systempakken libpango mangler. Skriv ut fra nettleseren",
            expected="apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        ) from None
    fetcher = URLFetcher(allowed_protocols=["data"])
    page = weasyprint.HTML(string=html, url_fetcher=fetcher)
    sheet = weasyprint.CSS(string=_style(), url_fetcher=fetcher)
    made: bytes = page.write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1")
    return made


@cache
def _style() -> str:
    """The style of paper, with the font of the pages."""
    built = resources.files("samspill_built") / "static" / "inter.woff2"
    font = FONT % base64.b64encode(built.read_bytes()).decode()
    return font + resources.files("samspill.web").joinpath("static", STYLE).read_text()

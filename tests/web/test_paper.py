"""PDFs that a screen reader can read: the rules of PDF/UA-1 that a program can check.

https://pdfa.org/resource/the-matterhorn-protocol/
"""

import base64
import io
import time
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from samspill.base.errors import Unavailable
from samspill.web import paper

PAGE = """<!doctype html><html lang="nb"><head><meta charset="utf-8"><title>Oppsummering</title>
</head><body><h1>Kari Nordmann</h1><h2>Legemidler</h2>{table}<p>Č đ ŋ š ŧ ž á æ ø å</p>
<img src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E"
 alt="QR-kode"></body></html>"""
TABLE = "<table><thead><tr><th scope='col'>Hva</th></tr></thead><tbody>{rows}</tbody></table>"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ROWS = "<tr><td>Metformin</td></tr>"


@pytest.fixture(scope="module")
def made() -> PdfReader:
    html = PAGE.format(table=TABLE.format(rows=ROWS * 80))
    try:
        return PdfReader(io.BytesIO(paper.pdf(html)))
    except Unavailable as missing:
        pytest.skip(str(missing))


def tags(file: PdfReader) -> dict[str, list[Any]]:
    """The elements of the structure tree by what they are."""
    found: dict[str, list[Any]] = {}
    waiting = [file.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        one = waiting.pop().get_object()
        if not hasattr(one, "get"):
            waiting += one if isinstance(one, list) else []
            continue
        found.setdefault(str(one.get("/S", "")), []).append(one)
        if "/K" in one:
            kids = one["/K"]
            waiting += kids if isinstance(kids, list) else [kids] if hasattr(kids, "get") else []
    return found


def faults(file: PdfReader) -> list[str]:
    root = file.trailer["/Root"]
    found = []
    if not root.get("/MarkInfo", {}).get("/Marked"):
        found.append("not marked as tagged")
    if root.get("/Lang") != "nb":
        found.append("no language")
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        found.append("shows the name of the file for its title")
    if not (file.metadata and file.metadata.title):
        found.append("no title")
    if b'pdfuaid:part="1"' not in (xmp := root["/Metadata"].get_object().get_data()):
        found.append("does not say that it is PDF/UA-1" if xmp else "no metadata")
    marks = tags(file)
    found += [f"no {each}" for each in ("/H1", "/H2", "/P", "/Table", "/TH") if each not in marks]
    found += ["a picture without words" for one in marks.get("/Figure", []) if not one.get("/Alt")]
    found += ["a page without tags" for page in file.pages if "/StructParents" not in page]
    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        for page in file.pages
        for font in page["/Resources"]["/Font"].values()
    ]
    found += ["a font that is not embedded" for one in fonts if "/FontFile2" not in one.get_object()
              and "/FontFile3" not in one.get_object()]  # fmt: skip
    return found


def test_it_keeps_the_rules_of_pdf_ua(made: PdfReader) -> None:
    assert len(made.pages) > 1
    assert faults(made) == []


def test_the_rules_see_a_plain_pdf() -> None:
    weasyprint = pytest.importorskip("weasyprint", exc_type=OSError)
    plain = weasyprint.HTML(string="<title>x</title><p>x").write_pdf(pdf_tags=False)
    file = PdfReader(io.BytesIO(plain))
    assert not file.trailer["/Root"].get("/MarkInfo", {}).get("/Marked")


def test_it_holds_the_letters_of_northern_sami(made: PdfReader) -> None:
    text = "".join(page.extract_text() for page in made.pages)
    assert "Č đ ŋ š ŧ ž á æ ø å" in text
    assert "Metformin" in text


def test_it_fetches_nothing(made: PdfReader, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(PICTURE)
    page = '<html lang="nb"><title>x</title><img src="{}" alt="words instead"><p>left</p></html>'
    own = PdfReader(io.BytesIO(paper.pdf(page.format(f"file://{tmp_path}/secret.png"))))
    assert "words instead" in own.pages[0].extract_text()


def test_it_is_made_in_time(made: PdfReader) -> None:
    started = time.perf_counter()
    paper.pdf(PAGE.format(table=TABLE.format(rows=ROWS * 30)))
    assert time.perf_counter() - started < 3, "1 s on a quiet machine"

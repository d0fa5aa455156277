"""Answers over HTTP: packed, guarded, and never leading away from this site."""

import gzip
from io import BytesIO

import brotli  # type: ignore[import-untyped]
import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from samspill.web import answers, static


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:1", "", "/a\nb"],
)
def test_a_redirect_stays_within_the_site(address: str) -> None:
    assert answers.see_other(address).headers["location"] == "/"


def test_a_redirect_to_a_page_of_ours_is_kept() -> None:
    assert answers.see_other("/helse?vis=vaccine").headers["location"] == "/helse?vis=vaccine"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("br, gzip", "br"), ("gzip", "gzip"), ("", ""), ("br;q=0, gzip", "gzip"), ("identity", "")],
)
def test_a_page_is_packed_as_the_browser_allows(accepted: str, encoding: str) -> None:
    html = "<p>Æ</p>" * 500
    response = answers.page(html, accepted)
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding]
    assert response.headers.get("content-encoding", "") == encoding
    assert unpack(response.body).decode() == html


def test_a_page_says_how_it_may_be_used() -> None:
    headers = answers.page("<p>", "").headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


def test_static_files_carry_their_digest_and_name_each_other_by_it() -> None:
    files = static.load()
    address = files.address("app.css")
    assert address.startswith("/static/app.")
    assert address != "/static/app.css"
    assert files.address("inter.woff2").encode() in files.content("app.css")


def test_the_font_has_the_letters_of_norway() -> None:
    font = TTFont(BytesIO(static.load().content("inter.woff2")))
    letters = "æøåÆØÅéèêóòôüöäčđŋšŧžáČĐŊŠŦŽÁ–«»…−≤≥µ²³⁹"
    assert {ord(letter) for letter in letters} <= set(font.getBestCmap())

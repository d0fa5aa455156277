"""A form is taken only when we made it, for this reader, on this site."""

import asyncio

import pytest
from starlette.requests import Request

from samspill.base.errors import Forbidden, InvalidRequest, TooLarge
from samspill.web import forms

SECRET = forms.new_secret()


def a_request(body: bytes = b"", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8000"), *raw],
    }

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(scope, receive)


async def read(body: bytes) -> forms.Form:
    return await forms.read(a_request(body))


def test_a_token_is_new_each_time_and_fits_its_secret() -> None:
    one, other = forms.token(SECRET), forms.token(SECRET)
    assert one != other
    forms.check(a_request(), SECRET, {forms.TOKEN: one})


@pytest.mark.parametrize(
    "token",
    ["", ".", "a.b", "ÆØÅ.ÆØÅ", pytest.param(forms.token("another secret"), id="of another")],
)
def test_a_form_without_our_token_is_refused(token: str) -> None:
    with pytest.raises(Forbidden):
        forms.check(a_request(), SECRET, {forms.TOKEN: token})


def test_a_reader_without_a_secret_is_refused() -> None:
    with pytest.raises(Forbidden):
        forms.check(a_request(), "", {forms.TOKEN: forms.token("")})


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:8001"},
        {"origin": "null"},
    ],
)
def test_a_form_from_another_site_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Forbidden):
        forms.check(a_request(**headers), SECRET, {forms.TOKEN: forms.token(SECRET)})


@pytest.mark.parametrize(
    "headers",
    [{"sec_fetch_site": "same-origin", "origin": "null"}, {"origin": "http://127.0.0.1:8000"}],
)
def test_a_form_of_our_own_is_taken(headers: dict[str, str]) -> None:
    forms.check(a_request(**headers), SECRET, {forms.TOKEN: forms.token(SECRET)})


def test_fields_are_read_in_utf_8() -> None:
    form = asyncio.run(read(b"sok=%C3%86re+og+%C3%A5l&vis=&vis=result"))
    assert form == {"sok": "Ære og ål", "vis": "result"}


def test_a_form_that_is_too_large_is_refused() -> None:
    with pytest.raises(TooLarge):
        asyncio.run(read(b"a=" + b"x" * forms.LARGEST))


def parts(file: bytes) -> Request:
    lines = (
        b"--b",
        b'Content-Disposition: form-data; name="tekst"',
        b"",
        "Ære".encode(),
        b"--b",
        b'Content-Disposition: form-data; name="fil"; filename="../../a.json"',
        b"Content-Type: application/json",
        b"",
        file,
        b"--b--",
        b"",
    )
    return a_request(b"\r\n".join(lines), content_type="multipart/form-data; boundary=b")


async def read_parts(file: bytes) -> forms.Form:
    return await forms.read(parts(file))


def test_a_file_in_a_form_is_its_text() -> None:
    assert asyncio.run(read_parts(b"{}")) == {"tekst": "Ære", "fil": "{}"}


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        asyncio.run(read_parts(b"\xff\xfe"))


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(TooLarge):
        asyncio.run(read_parts(b"x" * forms.LARGEST_WITH_FILE))

"""The server interface as we use it. https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md"""

import typing
from collections.abc import AsyncIterator, Iterable


class Headers(typing.Protocol):
    """The headers of a request, with lower-case names."""

    def get(self, name: str) -> str | None: ...
    def items(self) -> Iterable[tuple[str, str]]: ...


class Scope(typing.Protocol):
    """What is known of a request before its body; the path is decoded once."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Headers


class Stream(typing.Protocol):
    """An answer in pieces."""

    async def send_bytes(self, data: bytes) -> None: ...


class Protocol(typing.Protocol):
    """The body of the request, and ways to answer it."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    async def client_disconnect(self) -> None: ...
    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...
    def response_str(self, status: int, headers: list[tuple[str, str]], body: str) -> None: ...
    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> Stream: ...

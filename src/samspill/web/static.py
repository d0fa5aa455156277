"""Files that never change under their name: styles, scripts, the font, icons.

Each file is served under a name with the digest of its content, so a browser fetches it once.
What others publish lies in the package `samspill_built` (see build_hook/assets.py), ours in the
folder `static` beside this module.
"""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable

import brotli  # type: ignore[import-untyped]
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from samspill.base.errors import Misconfigured, NotFound
from samspill.web import headers

PREFIX = "/static/"
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "webmanifest": "application/manifest+json",
    "woff2": "font/woff2",
}


@dataclass(frozen=True)
class File:
    """One file; packed with brotli at most once."""

    name: str
    content: bytes
    packed: bytes = b""
    """The brotli copy that came with it."""

    @cached_property
    def address(self) -> str:
        stem, _, kind = self.name.rpartition(".")
        return f"{PREFIX}{stem}.{hashlib.sha256(self.content).hexdigest()[:10]}.{kind}"

    @cached_property
    def brotli(self) -> bytes:
        return self.packed or bytes(brotli.compress(self.content))

    @property
    def kind(self) -> str:
        return self.name.rpartition(".")[2]


class Static:
    """All static files, found by name or by address."""

    def __init__(self, files: list[File], icons: dict[str, str]) -> None:
        self._by_name = {file.name: file for file in files}
        self._by_address = {file.address: file for file in files}
        self._icons = {name: _as_inline(svg) for name, svg in icons.items()}

    def address(self, name: str) -> str:
        """Where a file is served: `app.css` → `/static/app.0f3c….css`."""
        return self._by_name[name].address

    def content(self, name: str) -> bytes:
        return self._by_name[name].content

    def icon(self, name: str) -> Markup:
        """An icon as SVG within the page; it is decoration and hidden from screen readers."""
        return self._icons[name]

    async def serve(self, request: Request) -> Response:
        """The endpoint under `/static/`."""
        file = self._by_address.get(request.url.path)
        if file is None:
            raise NotFound("No such file", "Filen finnes ikke")
        answer = Response(file.content, headers=headers.IMMUTABLE, media_type=TYPES[file.kind])
        accepts_brotli = "br" in request.headers.get("accept-encoding", "")
        if file.kind == "woff2" or not accepts_brotli:
            return answer
        packed = Response(file.brotli, headers=headers.IMMUTABLE, media_type=TYPES[file.kind])
        packed.headers["content-encoding"] = "br"
        packed.headers["vary"] = "accept-encoding"
        return packed


def load() -> Static:
    """Read all files; raises Misconfigured when the package was installed without its assets."""
    ours = resources.files("samspill.web") / "static"
    try:
        built = resources.files("samspill_built") / "static"
        files = [*_files(built), *_files(ours)]
        icons = {
            entry.name.removesuffix(".svg"): entry.read_text()
            for entry in (built / "icons").iterdir()
        }
    except (ModuleNotFoundError, FileNotFoundError) as missing:
        raise Misconfigured(
            "The web assets are missing: install the package again (pip install .)",
            "Filene til nettsidene mangler: installer pakken på nytt (pip install .)",
        ) from missing
    return Static(_joined(files), icons)


def _joined(files: list[File]) -> list[File]:
    """The same files, where styles name other files by their addresses: url(inter.woff2)."""
    addresses = {f"url({file.name})".encode(): f"url({file.address})".encode() for file in files}

    def join(file: File) -> File:
        content = file.content
        for named, address in addresses.items():
            content = content.replace(named, address)
        return file if content == file.content else replace(file, content=content, packed=b"")

    return [join(file) if file.kind == "css" else file for file in files]


def _files(folder: Traversable) -> list[File]:
    found = {entry.name: entry for entry in folder.iterdir() if entry.is_file()}
    return [
        File(
            name,
            entry.read_bytes(),
            found[f"{name}.br"].read_bytes() if f"{name}.br" in found else b"",
        )
        for name, entry in found.items()
        if name.rpartition(".")[2] in TYPES
    ]


def _as_inline(svg: str) -> Markup:
    return Markup(svg.strip().replace("<svg ", '<svg class="icon" aria-hidden="true" ', 1))

"""Packages of strangers are read without writing, following links, or running out of memory."""

import gzip
import io
import tarfile
import tracemalloc
from pathlib import Path

import pytest

from samspill.base.errors import InvalidContent, TooLarge
from samspill.fhir.definitions import packages


def test_an_archive_is_read_in_memory_and_only_from_its_package_folder() -> None:
    data = _archive({"package/a.json": b'{"resourceType": "Basic"}', "../b.json": b"{}", "c": b""})

    assert list(packages.read_archive(data)) == [b'{"resourceType": "Basic"}']


def test_links_in_an_archive_are_not_followed() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        link = tarfile.TarInfo("package/a.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)

    assert list(packages.read_archive(buffer.getvalue())) == []


def test_what_is_no_archive_is_refused() -> None:
    with pytest.raises(InvalidContent):
        list(packages.read_archive(b"not an archive"))


def test_a_truncated_archive_is_refused() -> None:
    data = _archive({"package/a.json": b'{"resourceType": "Basic"}' * 1000})

    with pytest.raises(InvalidContent):
        list(packages.read_archive(data[: len(data) // 2]))


@pytest.mark.parametrize(
    "name", ["/package/a.json", "package/../../a.json", "package/deep/a.json", "package/.a.json"]
)
def test_other_paths_are_left_alone(name: str) -> None:
    assert list(packages.read_archive(_archive({name: b"{}"}))) == []


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packages, "MOST_BYTES", 100 << 20)
    zeros = bytes(25 << 20)
    bomb = _archive({f"package/{n}.txt": zeros for n in range(5)})

    assert len(bomb) < 1 << 20
    tracemalloc.start()
    with pytest.raises(TooLarge):
        list(packages.read_archive(bomb))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 64 << 20


def test_a_header_that_claims_to_be_huge_is_refused() -> None:
    header = tarfile.TarInfo("package/a.json")
    header.size = 1 << 40
    data = gzip.compress(header.tobuf() + bytes(1024))

    with pytest.raises(TooLarge):
        list(packages.read_archive(data))


def test_more_files_than_are_allowed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MOST_FILES", 100)
    data = _archive({f"package/{n}.json": b"" for n in range(packages.MOST_FILES + 1)})

    with pytest.raises(TooLarge):
        list(packages.read_archive(data))


def test_links_in_a_folder_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "outside.json").write_text('{"resourceType": "Basic", "id": "outside"}')
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link.json").symlink_to(tmp_path / "outside.json")

    assert list(packages.read(tmp_path / "folder")) == []


def _archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()

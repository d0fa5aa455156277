"""Packages are copied safely, several versions side by side, and locked by hash."""

import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from builders.shared import folder
from samspill.base.errors import Misconfigured
from samspill.fhir.definitions import Definitions
from samspill.interactions import packages

URL = "http://example.org/ValueSet/colours"


def a_package(path: Path, version: str = "1.0.0", **manifest: Any) -> Path:
    """A .tgz with a value set that has the version of the package, and a patient."""
    about = {"name": "example.colours", "version": version, "fhirVersions": ["4.0.1"], **manifest}
    value_set = {"resourceType": "ValueSet", "url": URL, "version": version, "status": "active"}
    files = {
        "package/package.json": about,
        "package/ValueSet-colours.json": value_set,
        "package/Patient-example.json": {"resourceType": "Patient"},
        "../../outside.json": value_set,
    }
    with tarfile.open(path, mode="w:gz") as archive:
        for name, content in files.items():
            data = json.dumps(content).encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_only_definitions_are_kept_and_nothing_is_written_outside(
    data: Path, tmp_path: Path
) -> None:
    package, _ = packages.install(data, a_package(tmp_path / "a.tgz"))

    with tarfile.open(package.path) as archive:
        assert archive.getnames() == ["package/package.json", "package/00001.json"]
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {
        "a.tgz",
        "packages.lock",
        "example.colours#1.0.0.tgz",
    }


def test_the_lock_is_as_sha256sum_reads_it(data: Path, tmp_path: Path) -> None:
    packages.install(data, a_package(tmp_path / "a.tgz"))

    sha256, path = (data / "packages.lock").read_text().split()
    assert sha256 == hashlib.sha256((data / path).read_bytes()).hexdigest()


def test_versions_stand_side_by_side_and_the_newest_is_meant_when_none_is_named(
    data: Path, tmp_path: Path
) -> None:
    for version in ("1.10.0", "1.9.0", "1.10.0-draft"):
        packages.install(data, a_package(tmp_path / "a.tgz", version))
    found = packages.installed(data)
    definitions = Definitions.load().with_packages(*(each.path for each in found))

    assert [each.version for each in found] == ["1.9.0", "1.10.0-draft", "1.10.0"]
    assert (definitions.find(URL) or {})["version"] == "1.10.0"
    assert (definitions.find(f"{URL}|1.9.0") or {})["version"] == "1.9.0"


def test_what_a_package_builds_on_is_named_when_it_is_missing(data: Path, tmp_path: Path) -> None:
    needs = {"hl7.fhir.r4.core": "4.0.1", "example.colours": "1.0.x", "example.shapes": "2.0.0"}
    packages.install(data, a_package(tmp_path / "a.tgz", dependencies=needs))

    [(_, need)] = packages.missing(packages.installed(data))
    assert str(need) == "example.shapes#2.0.0"


@pytest.mark.parametrize("harm", ["changed", "missing"])
def test_a_package_that_is_not_what_was_installed_is_refused(
    data: Path, tmp_path: Path, harm: str
) -> None:
    package, _ = packages.install(data, a_package(tmp_path / "a.tgz"))
    if harm == "changed":
        package.path.write_bytes(package.path.read_bytes() + b" ")
    else:
        package.path.unlink()

    with pytest.raises(Misconfigured, match="missing or was changed"):
        packages.installed(data)


def test_a_lock_that_leads_elsewhere_is_refused(data: Path) -> None:
    data.mkdir()
    (data / "packages.lock").write_text(f"{'0' * 64}  packages/../../etc#1.tgz\n")

    with pytest.raises(Misconfigured, match=r"Line 1"):
        packages.installed(data)


@pytest.mark.parametrize(
    "manifest",
    [
        {"name": "../outside"},
        {"name": "a/b"},
        {"version": "1/../../2"},
        {"version": ""},
        {"fhirVersions": ["5.0.0"]},
        {"dependencies": "none"},
    ],
)
def test_a_manifest_that_cannot_be_right_is_refused(
    data: Path, tmp_path: Path, manifest: dict[str, Any]
) -> None:
    with pytest.raises(Misconfigured):
        packages.install(data, a_package(tmp_path / "a.tgz", **manifest))
    assert not data.exists()


@pytest.mark.parametrize("content", [b"", b"not an archive"])
def test_what_is_no_package_is_refused(data: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.tgz").write_bytes(content)

    with pytest.raises(Misconfigured):
        packages.install(data, tmp_path / "a.tgz")


def test_a_profile_that_cannot_be_read_is_refused_before_anyone_validates(
    data: Path, tmp_path: Path
) -> None:
    (tmp_path / "profiles").mkdir()
    profile = {
        "resourceType": "StructureDefinition",
        "url": "http://example.org/StructureDefinition/broken",
        "version": "1.0.0",
        "type": "Patient",
        "derivation": "constraint",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "differential": {"element": [{"path": 7}]},
    }
    (tmp_path / "profiles" / "broken.json").write_text(json.dumps(profile))

    with pytest.raises(Misconfigured, match="cannot be installed"):
        packages.install(data, tmp_path / "profiles")


def test_a_removed_package_is_gone(data: Path, tmp_path: Path) -> None:
    package, _ = packages.install(data, a_package(tmp_path / "a.tgz"))
    packages.remove(data, "example.colours#1.0.0")

    assert packages.installed(data) == ()
    assert not package.path.exists()
    with pytest.raises(Misconfigured, match="not installed"):
        packages.remove(data, "example.colours#1.0.0")


def test_a_package_is_found_by_name_in_a_folder_and_no_registry_is_asked(tmp_path: Path) -> None:
    path = a_package(tmp_path / "example.colours-1.0.0.tgz")

    assert packages.find(tmp_path, "example.colours#1.0.0") == path
    with pytest.raises(Misconfigured, match="has no package"):
        packages.find(tmp_path, "example.colours#2.0.0")
    with pytest.raises(Misconfigured, match="no registry"):
        packages.find(None, "example.colours#1.0.0")


def test_the_norwegian_base_is_installed_from_its_folder(data: Path) -> None:
    package, left_out = packages.install(data, folder("norway", "no-basis"), version="2.2.0")
    definitions = Definitions.load().with_packages(package.path)

    assert str(package) == "no-basis#2.2.0"
    assert left_out == 1
    profile = definitions.structure("http://hl7.no/fhir/StructureDefinition/no-basis-Patient")
    assert any(each.id == "Patient.identifier:FNR" for each in profile.elements)

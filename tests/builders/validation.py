"""Validators for tests, and the outcome of a validation in short."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from samspill.base import json as our_json
from samspill.base.errors import Issue, SamspillError
from samspill.fhir import xml
from samspill.fhir.definitions import Definitions
from samspill.fhir.validation import Validator

Resource = dict[str, Any]


@cache
def core() -> Validator:
    """A validator over the core definitions."""
    return Validator(Definitions.load())


def errors(issues: list[Issue]) -> list[str]:
    """The errors among issues, each in a line."""
    return [
        f"{each.expression}: {each.text.en} ({each.rule})"
        for each in issues
        if each.severity in ("error", "fatal")
    ]


def read(path: Path, *, is_strict: bool = True) -> Resource:
    """A resource from a file of JSON or XML; raises what the reader raises."""
    data = path.read_bytes()
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return our_json.parse_resource(data)
    if is_strict:
        return xml.parse(data, core().definitions)
    return xml.read(data, core().definitions).resource


def with_supporting(paths: list[Path]) -> Validator:
    """A validator that also knows these resources, and those in these Bundles."""
    if not paths:
        return core()
    found: list[Resource] = []
    for path in paths:
        resource = read(path, is_strict=False)
        found.append(resource)
        found += [e["resource"] for e in resource.get("entry", ()) if "resource" in e]
    return Validator(core().definitions.with_resources(found))


def judge(validate: Callable[[], list[Issue]]) -> list[str]:
    """The errors of a validation, also where the content cannot be read at all."""
    try:
        return errors(validate())
    except SamspillError as fault:
        return errors(list(fault.issues))


def manifest(folder: Path) -> list[Resource]:
    cases: list[Resource] = json.loads((folder / "manifest.json").read_text())["cases"]
    return cases

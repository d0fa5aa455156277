"""HL7's cases of FHIRPath Patch and JSON Patch.

https://github.com/FHIR/fhir-test-cases (r4/patch)
"""

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from builders import shared
from samspill.base.errors import InvalidResource, SamspillError
from samspill.fhir import patch, xml
from samspill.fhir.definitions import Definitions
from samspill.fhir.patch import json_patch

DATA = shared.folder("patch")
DEFINITIONS = Definitions.load()
JSON_CASES = json.loads((DATA / "json-patch.json").read_text())
FHIRPATH_CASES = list(ElementTree.parse(DATA / "fhirpath-patch.xml").getroot().iter("case"))


@pytest.mark.parametrize("case", JSON_CASES, ids=lambda case: case["comment"])
def test_a_case_of_json_patch(case: dict[str, Any]) -> None:
    before = json.dumps(case["doc"])
    if "error" in case:
        with pytest.raises(SamspillError):
            json_patch.apply(case["doc"], case["patch"])
    else:
        assert json_patch.apply(case["doc"], case["patch"]) == case["expected"]
    assert json.dumps(case["doc"]) == before


def resource(case: ElementTree.Element, name: str) -> dict[str, Any] | None:
    found = case.find(name)
    return None if found is None else xml.parse(ElementTree.tostring(found[0]), DEFINITIONS)


def said(value: dict[str, Any]) -> dict[str, Any]:
    """With the white space of the narrative made one."""
    narrative = value.get("text", {})
    div = re.sub(r"\s+", "", narrative.get("div", "")).replace(":html", "").replace("html:", "")
    return {**value, "text": {**narrative, "div": div}}


@pytest.mark.parametrize("case", FHIRPATH_CASES, ids=lambda case: case.get("name"))
def test_a_case_of_fhirpath_patch(case: ElementTree.Element) -> None:
    before, changes = resource(case, "input"), resource(case, "diff")
    expected = resource(case, "output")
    assert before is not None
    assert changes is not None
    if expected is None:
        with pytest.raises(InvalidResource):
            patch.apply(before, changes, DEFINITIONS)
    else:
        assert said(patch.apply(before, changes, DEFINITIONS)) == said(expected)
    assert before == resource(case, "input")

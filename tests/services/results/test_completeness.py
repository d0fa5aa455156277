"""Every element of a report goes where the table in docs/results.md says, or is listed as left."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from builders import kith_messages, shared
from samspill.base import json
from samspill.norway import kith
from samspill.services.results.mapping import report, rules, tree, versions
from samspill.services.results.mapping.tree import Node
from samspill.services.results.mapping.versions import Version

PAGE = (Path(__file__).parents[3] / "docs" / "results.md").read_text()
TABLE = dict(re.findall(r"^\| `(\w+/\w+)` \| (value\??|code|left) \|", PAGE, re.MULTILINE))
FILES = ("lab", "kith/eksempel/Svarrapport", "kith/acceptance/svarrapport")


def leaves(node: Node, parent: str) -> Iterator[tuple[str, Node]]:
    for name, children in node.children.items():
        for child in children:
            if child.children:
                # Where the person stayed is left as a whole.
                if name != "AdmLocation":
                    yield from leaves(child, name)
            elif child.value:
                yield f"{parent}/{name}", child


def written(version: Version) -> str:
    found = versions.effective([version])
    mapped = report.to_fhir(found)
    source = report.provenance(mapped, version, {}, "2026-01-01T00:00:00Z")
    return json.format([mapped.resources, list(mapped.cast.values()), source]).decode()


def sought(node: Node) -> str:
    """What must be found of a value: times may stand in another zone, numbers as FHIR has them."""
    value = node.value.removeprefix("tel:")
    if node.name == "Base64Container":
        return "".join(value.split())
    if re.match(r"\d{4}-\d\d-\d\dT", value):
        return value[:10]
    return json.format(value).decode()[1:-1]


def test_the_table_names_every_element() -> None:
    shapes = {**kith.SHAPES, **kith.OLDER["1.3"]}
    named = {
        f"{parent}/{name.partition(':')[0]}"
        for parent, shape in shapes.items()
        for particle in shape.split()
        for name in particle.rstrip("?*+").split("|")
        if ":" in name
    }
    assert named == set(TABLE)


@pytest.mark.parametrize("version", ["1.3", "1.4"])
@pytest.mark.parametrize("seed", range(40))
def test_all_that_a_random_message_says_is_in_the_record(seed: int, version: str) -> None:
    read = tree.read(kith_messages.message(seed, version))
    assert read.faults == ()
    (came,) = versions.of(read.root, "source")
    text = written(came)
    lost = [where for where, node in leaves(came.report, "ServReport")
            if TABLE[where] == "value" and sought(node) not in text]  # fmt: skip
    assert not lost


def test_all_that_the_given_messages_say_is_in_the_record() -> None:
    paths = [path for name in FILES for path in shared.folder("norway", name).rglob("*.xml")]
    lost, count = [], 0
    for path in paths:
        read = tree.read(path.read_bytes())
        if any(fault.refuses for fault in (*read.faults, *rules.faults(read))):
            continue
        for came in versions.of(read.root, "source"):
            text, count = written(came), count + 1
            lost += [
                (path.name, where, sought(node)[:60])
                for where, node in leaves(came.report, "ServReport")
                if TABLE[where].startswith("value") and sought(node) not in text
            ]
    assert count > 90
    # A part that is said of nobody: the one who had it is not named.
    assert lost == [("Case3-28a.xml", "RelServProv/Relation", "ALE")]

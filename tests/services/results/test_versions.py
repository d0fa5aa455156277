"""What holds of a report follows from the set of its versions: order and repetition count not."""

from random import Random

import pytest

from builders.kith_messages import report, result
from samspill.base import json
from samspill.services.results.mapping import report as mapping
from samspill.services.results.mapping import tree, versions
from samspill.services.results.mapping.versions import Version


def version(data: bytes) -> Version:
    (made,) = versions.of(tree.read(data).root, "source")
    return made


def random_versions(chance: Random) -> list[Version]:
    return [
        version(
            report(
                id=f"M{n}",
                made=f"2026-01-01T{chance.randrange(8, 12):02}:00:00",
                issued=f"2026-01-0{chance.randrange(1, 3)}",
                kind=chance.choice("NMMAOC"),
                status=chance.choice("PFFA"),
                results="".join(
                    result(
                        id if chance.random() < 0.8 else "",
                        str(chance.randrange(1, 9)),
                        kind=chance.choice("NMHC"),
                        status=chance.choice(("2", "3", "4", "15", "")),
                    )
                    for id in chance.sample("abcd", chance.randrange(4))
                ),
            )
        )
        for n in range(chance.randrange(1, 6))
    ]


@pytest.mark.parametrize("seed", range(200))
def test_order_and_repetition_do_not_count(seed: int) -> None:
    chance = Random(seed)
    made = random_versions(chance)
    ends = set()
    for _ in range(4):
        came = [*made, *chance.choices(made, k=2)]
        chance.shuffle(came)
        mapped = mapping.to_fhir(versions.effective(came))
        ends.add(json.format([mapped.resources, mapped.cast]))
    assert len(ends) == 1


@pytest.mark.parametrize(
    ("before", "kind", "status", "expected"),
    [
        ("", "N", "P", "preliminary"),
        ("", "N", "F", "final"),
        ("", "N", "S", "registered"),
        ("", "A", "F", "appended"),
        ("", "N", "A", "appended"),
        ("", "M", "F", "corrected"),
        ("P", "M", "F", "final"),
        ("P", "M", "P", "preliminary"),
        ("F", "M", "F", "corrected"),
        ("F", "A", "A", "appended"),
        ("F", "C", "F", "entered-in-error"),
        ("", "C", "P", "entered-in-error"),
    ],
)
def test_the_matrix_of_report_statuses(before: str, kind: str, status: str, expected: str) -> None:
    came = [version(report(id="M2", made="2026-01-01T12:00:00", kind=kind, status=status))]
    if before:
        came.append(version(report(id="M1", made="2026-01-01T11:00:00", status=before)))
    assert versions.effective(came).status == expected


@pytest.mark.parametrize(
    ("before", "kind", "status", "value", "expected"),
    [
        ("", "N", "3", "4.0", "final"),
        ("", "M", "3", "4.0", "corrected"),
        ("3", "M", "3", "4.0", "final"),
        ("3", "M", "3", "4.1", "corrected"),
        ("2", "M", "3", "4.1", "final"),
        ("3", "C", "3", "4.0", "entered-in-error"),
        ("3", "M", "14", "4.0", "cancelled"),
        ("15", "N", "15", "4.0", "registered"),
        ("3", "M", "13", "4.0", "amended"),
        ("3", "M", "99", "4.0", "unknown"),
    ],
)
def test_the_matrix_of_result_statuses(
    before: str, kind: str, status: str, value: str, expected: str
) -> None:
    now = result("a", value, kind=kind, status=status)
    came = [version(report(id="M2", made="2026-01-01T12:00:00", kind="M", results=now))]
    if before:
        was = result("a", "4.0", status=before)
        came.append(version(report(id="M1", made="2026-01-01T11:00:00", results=was)))
    (item,) = versions.effective(came).items
    assert item.status == expected


def test_results_within_and_below_others_are_their_members() -> None:
    inner = result("b", "1")
    number = "<IdResultItem>c</IdResultItem>"
    below = result("c", "2").replace(number, f"{number}<RefIdResultItem>a</RefIdResultItem>")
    outer = result("a", "3").replace("</ResultItem>", f"{inner}</ResultItem>")
    mapped = mapping.to_fhir(versions.effective([version(report(results=outer + below))]))
    named = {
        each["identifier"][0]["value"]: each
        for each in mapped.resources
        if each["resourceType"] == "Observation"
    }
    members = [each["reference"] for each in named["a"]["hasMember"]]
    assert members == [f"Observation/{named[id]['id']}" for id in "bc"]
    assert [each["reference"] for each in mapped.resources[-1]["result"]] == [
        f"Observation/{named['a']['id']}"
    ]

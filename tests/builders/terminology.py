"""The cases of the terminology ecosystem: what they send, and whether an answer is as expected.

Expected answers hold marks: `$id$` and the like stand for any value of that kind, `$optional$` for
what may be absent. Lists are compared without regard to order.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from builders import shared

KINDS = {
    "id": r".+",
    "uuid": r"(urn:uuid:)?[0-9a-f-]{36}",
    "instant": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*",
    "date": r"\d{4}.*",
    "version": r".+",
    "url": r".+",
    "token": r".+",
    "string": r".*",
    "semver": r"\d+\.\d+.*",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One request and the answers that are right."""

    name: str
    suite: str
    operation: str
    body: dict[str, Any]
    """The Parameters resource that is sent."""
    accept: str
    answers: tuple[dict[str, Any], ...]
    is_refused: bool

    @property
    def parameters(self) -> list[tuple[str, Any]]:
        """Name and value of each parameter, as an operation is called with them."""
        return [
            (row["name"], next(value for key, value in row.items() if key != "name"))
            for row in self.body["parameter"]
        ]


@lru_cache
def cases() -> tuple[Case, ...]:
    """All cases of the shared material."""
    folder = shared.folder("terminology")
    default = _read(folder / "parameters-default.json")
    return tuple(
        _case(folder, suite, test, default)
        for suite in _read(folder / "test-cases.json")["suites"]
        for test in suite["tests"]
    )


def _case(folder: Path, suite: Any, test: Any, default: Any) -> Case:
    known = [_read(folder / name) for name in suite["setup"]]
    request = _read(folder / test["request"])
    rows = [*request["parameter"], *default["parameter"]]
    rows += [{"name": "tx-resource", "resource": each} for each in known]
    names = [name for name in test if name == "response" or name.startswith("response:")]
    return Case(
        name=test["name"],
        suite=suite["name"],
        operation=test["operation"],
        body={"resourceType": "Parameters", "parameter": rows},
        accept=test.get("Accept-Language", ""),
        answers=tuple(_read(folder / test[name]) for name in names),
        is_refused="http-code" in test,
    )


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8-sig"))


def failure(case: Case, answer: dict[str, Any]) -> str:
    """How the answer differs from what is expected, or "" where it does not."""
    found = [next(differences(expected, answer, ""), "") for expected in case.answers]
    return "" if "" in found else found[0]


def differences(expected: Any, given: Any, where: str) -> Iterator[str]:
    """Each place where the answer is not as expected."""
    match expected:
        case dict():
            yield from _of_objects(expected, given, where)
        case list():
            yield from _of_lists(expected, given, where)
        case str():
            if not (isinstance(given, str) and _fits(expected, given)):
                yield f"{where}: {expected!r} but {given!r}"
        case _:
            if type(expected) is not type(given) or expected != given:
                yield f"{where}: {expected!r} but {given!r}"


def _of_objects(expected: dict[str, Any], given: Any, where: str) -> Iterator[str]:
    if not isinstance(given, dict):
        yield f"{where}: an object but {given!r}"
        return
    optional = set(expected.get("$optional-properties$", ()))
    for name, value in expected.items():
        if name.startswith("$"):
            continue
        if name in given:
            yield from differences(value, given[name], f"{where}.{name}")
        elif name not in optional and not _is_optional(value):
            yield f"{where}.{name}: missing"
    yield from (f"{where}.{name}: unexpected" for name in given if name not in expected)


def _of_lists(expected: list[Any], given: Any, where: str) -> Iterator[str]:
    left = list(given) if isinstance(given, list) else []
    if len(expected) == len(left) == 1:
        yield from differences(expected[0], left[0], f"{where}[0]")
        return
    for each in expected:
        found = next((g for g in left if not any(differences(each, g, where))), None)
        if found is not None:
            left.remove(found)
        elif not _is_optional(each):
            named = [g for g in left if _name(each) == _name(g) != ""]
            for near in named[:1]:
                left.remove(near)
                yield from differences(each, near, f"{where}({_name(each)})")
            if not named:
                yield f"{where}: missing {_short(each)}"
    yield from (f"{where}: unexpected {_short(each)}" for each in left)


def _name(value: Any) -> str:
    """What tells one member of a list from the others."""
    return str(value.get("name") or value.get("code") or "") if isinstance(value, dict) else ""


def _is_optional(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_optional(each) for each in value)
    return isinstance(value, dict) and "$optional$" in value


def _fits(expected: str, given: str) -> bool:
    mark = re.fullmatch(r"\$([a-z]+)(?::(.*))?\$", expected)
    if mark is None:
        return expected == given
    kind, rest = mark[1], mark[2] or ""
    match kind:
        case "choice":
            return given in rest.split("|")
        case "fragments":
            return all(part in given for part in rest.split("|"))
        case "external":
            _, _, part = rest.partition(":")
            return part in given
    return re.fullmatch(KINDS[kind], given) is not None


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:700]

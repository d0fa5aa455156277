"""JSON Patch: changes to a JSON document, all or none. https://www.rfc-editor.org/rfc/rfc6902"""

import re
from typing import Any

from samspill.base.errors import InvalidRequest
from samspill.fhir.patch.documents import (
    Json,
    copied,
    inapplicable,
    is_same,
    malformed,
    refuse_length,
    refuse_size,
    size,
)

POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)*")
INDEX = re.compile(r"0|[1-9][0-9]{0,8}")

Path = tuple[str, ...]

MAX_OPERATIONS = 1000


def apply(document: Json, operations: list[dict[str, Any]]) -> Json:
    """The changed document; the given one stays as it is."""
    if not isinstance(operations, list):
        raise InvalidRequest("A JSON Patch is a list", "En JSON Patch er en liste")
    refuse_length(operations, MAX_OPERATIONS)
    document = copied(document)
    total = size(document)
    for at, operation in enumerate(operations):
        step = _Step(at, operation)
        document = step.apply(document)
        total += step.added
        refuse_size(total)
    return document


class _Step:
    """One operation, with its place in the patch for the one who must mend it."""

    def __init__(self, at: int, operation: dict[str, Any]) -> None:
        if not isinstance(operation, dict):
            raise malformed(at, "An operation is an object", "En operasjon er et objekt")
        self.at = at
        self.operation = operation
        self.added = 0

    def apply(self, document: Json) -> Json:
        path = self.pointer("path")
        match self.operation.get("op"):
            case "add":
                return self.add(document, path, self.value())
            case "remove":
                return self.remove(document, path)
            case "replace":
                return self.replace(document, path, self.value())
            case "move":
                return self.move(document, self.pointer("from"), path)
            case "copy":
                found = copied(self.find(document, self.pointer("from")))
                self.added += size(found)
                return self.add(document, path, found)
            case "test":
                return self.test(document, path)
        expected = "add, remove, replace, move, copy, test"
        raise malformed(self.at, "Unknown operation", "Ukjent operasjon", expected)

    def pointer(self, name: str) -> Path:
        """https://www.rfc-editor.org/rfc/rfc6901"""
        text = self.operation.get(name)
        if not isinstance(text, str) or not POINTER.fullmatch(text):
            raise malformed(
                self.at, f"{name} is no JSON Pointer", f"{name} er ingen JSON Pointer", "/name/0"
            )
        parts = text.split("/")[1:]
        return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)

    def value(self) -> Json:
        if "value" not in self.operation:
            raise malformed(self.at, "There is no value", "Det er ingen verdi", "value")
        found = copied(self.operation["value"])
        self.added += size(found)
        return found

    def find(self, document: Json, path: Path) -> Json:
        """The value at a path, which must be there."""
        for part in path:
            if isinstance(document, dict) and part in document:
                document = document[part]
            elif isinstance(document, list):
                document = document[self.index(part, len(document) - 1)]
            else:
                raise self.missing()
        return document

    def index(self, part: str, highest: int) -> int:
        if not INDEX.fullmatch(part) or int(part) > highest:
            raise self.missing()
        return int(part)

    def add(self, document: Json, path: Path, value: Json) -> Json:
        if not path:
            return value
        holder, last = self.find(document, path[:-1]), path[-1]
        if isinstance(holder, dict):
            holder[last] = value
        elif isinstance(holder, list):
            place = len(holder) if last == "-" else self.index(last, len(holder))
            holder.insert(place, value)
        else:
            raise self.missing()
        return document

    def remove(self, document: Json, path: Path) -> Json:
        self.find(document, path)
        if not path:
            return None
        holder, last = self.find(document, path[:-1]), path[-1]
        del holder[last if isinstance(holder, dict) else int(last)]
        return document

    def replace(self, document: Json, path: Path, value: Json) -> Json:
        self.find(document, path)
        if not path:
            return value
        holder, last = self.find(document, path[:-1]), path[-1]
        holder[last if isinstance(holder, dict) else int(last)] = value
        return document

    def move(self, document: Json, source: Path, target: Path) -> Json:
        found = self.find(document, source)
        if source == target:
            return document
        if target[: len(source)] == source:
            raise inapplicable(
                self.at,
                "A value cannot move into itself",
                "En verdi kan ikke flyttes inn i seg selv",
            )
        return self.add(self.remove(document, source), target, found)

    def test(self, document: Json, path: Path) -> Json:
        if not is_same(self.find(document, path), self.value()):
            raise inapplicable(self.at, "The test does not hold", "Testen holder ikke")
        return document

    def missing(self) -> Exception:
        return inapplicable(
            self.at,
            "There is nothing at the path, or no place for a value",
            "Det er ingenting på stien, eller ingen plass til en verdi",
        )

"""Where each kind of event leads to on the citizen's pages."""

from functools import partial

from samspill.portals.citizen import layout, words
from samspill.portals.shared.events import Manner
from samspill.portals.shared.languages import Language
from samspill.services.care_record.model import Event


def manner(language: Language) -> Manner:
    return Manner(language, partial(_name, language), address)


def address(event: Event) -> str:
    match event.kind:
        case "result" | "measurement" if len(event.codes) == 1:
            return f"{layout.RESULTS}/{event.codes[0]}"
        case "result" | "measurement":
            return layout.RESULTS
        case "document":
            return f"{layout.DOCUMENTS}/{event.id}"
        case "medicine":
            return layout.MEDICINES
        case _:
            return ""


def _name(language: Language, code: str, given: str) -> str:
    return words.name(code, given, language)

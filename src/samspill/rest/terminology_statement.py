"""The TerminologyCapabilities: which code systems are known here, and what can be asked of them.

https://hl7.org/fhir/R4/terminologycapabilities.html
"""

from collections.abc import Iterator

from samspill import VERSION
from samspill.base import clock
from samspill.base.json import Resource
from samspill.fhir.terminology import expand
from samspill.interactions.session import Session


def statement(session: Session, base: str) -> Resource:
    """The statement as of now."""
    platform = session.platform
    return {
        "resourceType": "TerminologyCapabilities",
        "status": "active",
        "date": clock.instant(platform.clock()),
        "kind": "instance",
        "software": {"name": "Samspill", "version": VERSION},
        "implementation": {"description": platform.settings.name, "url": base},
        "lockedDate": False,
        "codeSystem": list(_systems(session)),
        "expansion": {
            "hierarchical": True,
            "paging": True,
            "incomplete": False,
            "parameter": [{"name": name} for name in PARAMETERS],
            "textFilter": "Each word must begin a word of the code, the display or a designation; "
            "case, accents and order do not count.",
        },
        "codeSearch": "explicit",
        "validateCode": {"translations": False},
        "translation": {"needsMap": True},
        "closure": {"translation": False},
    }


def _systems(session: Session) -> Iterator[Resource]:
    """Those with concepts: of the record, beside it, and of the definitions."""
    platform = session.platform
    loaded = {each.url for each in platform.concepts.loaded()}
    stored = {url for type, url in platform.recorded.addresses() if type == "CodeSystem" and url}
    found = {url: set(platform.library.versions("CodeSystem", url)) for url in loaded | stored}
    for resource in platform.definitions.all("CodeSystem"):
        if resource.get("content") not in ("not-present", "supplement") and "url" in resource:
            found.setdefault(resource["url"], set()).add(resource.get("version", ""))
    for url in sorted(found):
        versions = [{"code": each} for each in sorted(found[url]) if each]
        yield {"uri": url, **({"version": versions} if versions else {}), "subsumption": True}


PARAMETERS = (*expand.REPEATED, "displayLanguage", "filter", "property", "useSupplement")
"""What `$expand` understands."""

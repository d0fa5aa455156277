"""The codes that the population uses, as fragments of their systems, with words for searching.

The names are those of the tables of facts, in words of our own; whole systems are loaded by the
operator. https://hl7.org/fhir/R4/codesystem-definitions.html#CodeSystem.content
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from samspill.base.json import Resource
from samspill.norway import codes
from samspill.population.facts.analyses import ANALYSES
from samspill.population.facts.diseases import DISEASES, ILLNESSES, Disease
from samspill.population.facts.medicines import MEDICINES

ADDRESS = "urn:samspill:demo:"
VERSION = "demo"
LEVELS_OF_ATC = (1, 3, 4, 5)


def all_resources() -> Iterator[Resource]:
    """Four code systems, a map from ICPC-2 to ICD-10 and a value set of diagnoses."""
    yield code_system("icpc-2", codes.ICPC_2, "ICPC-2, koder i demoen", _icpc_2())
    yield code_system("icd-10", codes.ICD_10, "ICD-10, koder i demoen", _icd_10())
    yield code_system("atc", codes.ATC, "ATC, koder i demoen", _atc())
    yield code_system("nlk", codes.NLK, "Norsk laboratoriekodeverk, koder i demoen", _nlk())
    yield _icpc_to_icd()
    yield _diagnoses()


def code_system(id: str, url: str, title: str, concepts: Iterable[Resource]) -> Resource:
    held = {each["code"]: each for each in concepts}
    return {
        "resourceType": "CodeSystem",
        "id": f"demo-{id}",
        "language": "nb",
        "url": url,
        "version": VERSION,
        "name": "Demo" + "".join(part for part in id.title() if part.isalnum()),
        "title": title,
        "status": "active",
        "experimental": True,
        "caseSensitive": True,
        "content": "fragment",
        "concept": [held[code] for code in sorted(held)],
    }


def _concept(code: str, display: str, *names: str, definition: str = "") -> Resource:
    concept: Resource = {"code": code, "display": display}
    if definition:
        concept["definition"] = definition
    others = [each for each in dict.fromkeys(names) if each != display]
    if others:
        concept["designation"] = [{"language": "nb", "value": each} for each in others]
    return concept


def _icpc_2() -> Iterator[Resource]:
    for key, disease in DISEASES.items():
        yield _concept(*disease.icpc, disease.name, *WORDS.get(key, ()))
    for illness in ILLNESSES:
        yield _concept(*illness.icpc, illness.name)


def _icd_10() -> Iterator[Resource]:
    """Categories stand over their subdivisions."""
    below: dict[str, list[Resource]] = {}
    for key, disease in DISEASES.items():
        code, display = disease.icd
        concept = _concept(code, display, disease.name, *WORDS.get(key, ()))
        below.setdefault(code[:3], []).append(concept)
    for category, concepts in below.items():
        if concepts[0]["code"] == category:
            yield concepts[0]
        else:
            name = next(d.name for d in DISEASES.values() if d.icd[0].startswith(category))
            yield {**_concept(category, name), "concept": concepts}


def _atc() -> Iterator[Resource]:
    """Substances, under the codes that theirs begin with."""
    tree: dict[str, Resource] = {}
    for medicine in MEDICINES.values():
        above: Resource | None = None
        for code in (*(medicine.atc[:length] for length in LEVELS_OF_ATC), medicine.atc):
            if code not in tree:
                is_substance = code == medicine.atc
                tree[code] = (
                    _concept(code, medicine.substance, definition=medicine.purpose)
                    if is_substance
                    else _concept(code, f"ATC-gruppe {code}")
                )
                if above is not None:
                    above.setdefault("concept", []).append(tree[code])
            above = tree[code]
    yield from (each for code, each in tree.items() if len(code) == LEVELS_OF_ATC[0])


def _nlk() -> Iterator[Resource]:
    for analysis in ANALYSES.values():
        yield _concept(analysis.code, analysis.name)


def _icpc_to_icd() -> Resource:
    elements = [
        {
            "code": disease.icpc[0],
            "display": disease.icpc[1],
            "target": [
                {"code": disease.icd[0], "display": disease.icd[1], "equivalence": "relatedto"}
            ],
        }
        for disease in _by_icpc()
    ]
    group = {"source": codes.ICPC_2, "target": codes.ICD_10, "element": elements}
    return {
        "resourceType": "ConceptMap",
        "id": "demo-icpc-2-icd-10",
        "url": f"{ADDRESS}icpc-2-icd-10",
        "version": VERSION,
        "name": "DemoIcpcIcd",
        "title": "Fra ICPC-2 til ICD-10, diagnosene i demoen",
        "status": "active",
        "experimental": True,
        "group": [group],
    }


def _by_icpc() -> list[Disease]:
    return list({each.icpc[0]: each for each in DISEASES.values()}.values())


def _diagnoses() -> Resource:
    return {
        "resourceType": "ValueSet",
        "id": "demo-diagnoser",
        "url": f"{ADDRESS}diagnoser",
        "version": VERSION,
        "name": "DemoDiagnoser",
        "title": "Diagnoser i demoen",
        "status": "active",
        "experimental": True,
        "compose": {"include": [{"system": codes.ICPC_2}, {"system": codes.ICD_10}]},
    }


WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "diabetes": ("sukkersyke", "type 2-diabetes"),
        "copd": ("kols", "røykelunger"),
        "fibrillation": ("uregelmessig hjerterytme",),
        "heart-disease": ("trange blodårer i hjertet",),
        "stroke": ("slag", "drypp"),
        "depression": ("nedstemthet",),
        "hypothyroidism": ("lavt stoffskifte",),
        "knee-arthritis": ("slitasjegikt",),
        "osteoporosis": ("beinskjørhet",),
        "dementia": ("alderdomssløvhet",),
        "reflux": ("halsbrann",),
        "hay-fever": ("høysnue",),
        "gout": ("podagra",),
        "iron-deficiency": ("blodmangel",),
    }
)
"""What people also say, by the key of the disease."""

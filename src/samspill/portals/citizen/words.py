"""The plain twin of medical words: what a blood test is called at the kitchen table.

By code of the Norwegian laboratory code system (NPU and NOR) or LOINC. The explanations are general
and say nothing about the reader's own value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from samspill.portals.shared.languages import Language, marked


@dataclass(frozen=True, slots=True)
class Word:
    """A plain name, and what the examination tells; both in Bokmål, said through a language."""

    name: str
    meaning: str = ""


def name(code: str, given: str, language: Language) -> str:
    """The plain name, else the name that the record gives."""
    return language.say(WORDS[code].name) if code in WORDS else given


def meaning(code: str, language: Language) -> str:
    """One or two sentences, or "" where we have none."""
    word = WORDS.get(code, UNKNOWN)
    return language.say(word.meaning) if word.meaning else ""


UNKNOWN = Word("")

GLUCOSE = Word(
    marked("Blodsukker (glukose)"),
    marked("Viser blodsukkeret akkurat da prøven ble tatt. Det stiger etter måltider."),
)
HAEMOGLOBIN = Word(
    marked("Blodprosent (hemoglobin)"),
    marked("Viser hvor mye oksygen blodet kan bære. Lav verdi kan gjøre deg sliten."),
)
KIDNEY = Word(
    marked("Nyrefunksjon (eGFR)"),
    marked("Regnes ut fra kreatinin, alder og kjønn. Høy verdi er bra."),
)
HEART = Word(
    marked("Hjertebelastning (NT-proBNP)"),
    marked("Stiger når hjertet må jobbe hardt, for eksempel ved hjertesvikt."),
)
OXYGEN = Word(marked("Oksygenmetning"), marked("Hvor mye oksygen det er i blodet."))

WORDS: Mapping[str, Word] = MappingProxyType(
    {
        "NPU27300": Word(
            marked("Langtidsblodsukker (HbA1c)"),
            marked(
                "Viser hvordan blodsukkeret har vært i snitt de siste to til tre månedene. "
                "Ett enkelt svar sier lite. Se på retningen over tid."
            ),
        ),
        "NPU02192": GLUCOSE,
        "NPU02187": GLUCOSE,
        "NPU22089": GLUCOSE,
        "NPU22069": GLUCOSE,
        "15074-8": GLUCOSE,
        "NOR05172": HAEMOGLOBIN,
        "NPU02319": HAEMOGLOBIN,
        "NPU28309": HAEMOGLOBIN,
        "NPU04998": Word(
            marked("Kreatinin"),
            marked("Viser hvor godt nyrene renser blodet. Mye muskler gir også høyere verdi."),
        ),
        "NOR25909": KIDNEY,
        "NPU30400": KIDNEY,
        "NPU30456": KIDNEY,
        "NPU03230": Word(marked("Kalium"), marked("Et salt som hjerte og muskler trenger.")),
        "NPU03429": Word(marked("Natrium"), marked("Et salt som styrer væsken i kroppen.")),
        "NPU19748": Word(
            marked("Betennelse (CRP)"),
            marked("Stiger ved infeksjon og betennelse, og faller når kroppen blir frisk."),
        ),
        "NPU21571": HEART,
        "NPU58093": HEART,
        "NPU01566": Word(marked("Kolesterol"), marked("Alt fettet av typen kolesterol i blodet.")),
        "NPU01568": Word(
            marked("LDL-kolesterol"),
            marked("Fettet som kan legge seg i årene. Lav verdi er bra for hjertet."),
        ),
        "NPU01567": Word(
            marked("HDL-kolesterol"), marked("Fettet som rydder i årene. Høy verdi er bra.")
        ),
        "NPU04094": Word(
            marked("Triglyserider"), marked("Fett fra maten. Prøven tas helst fastende.")
        ),
        "NPU03577": Word(
            marked("Stoffskifte (TSH)"),
            marked("Styrer skjoldbruskkjertelen. Høy verdi betyr ofte lavt stoffskifte."),
        ),
        "NPU03579": Word(
            marked("Stoffskifte (fritt T4)"), marked("Hormonet som skjoldbruskkjertelen lager.")
        ),
        "NPU19763": Word(
            marked("Jernlager (ferritin)"), marked("Viser hvor mye jern kroppen har på lager.")
        ),
        "NPU01700": Word(marked("Vitamin B12"), marked("Trengs for blod og nerver.")),
        "NPU10267": Word(
            marked("Vitamin D"), marked("Trengs for skjelettet. Vi får det fra sol og fisk.")
        ),
        "NPU19651": Word(
            marked("Leverprøve (ALAT)"), marked("Stiger når leverceller er irritert.")
        ),
        "NPU19657": Word(
            marked("Leverprøve (gamma-GT)"), marked("Stiger når lever eller galle er plaget.")
        ),
        "NPU02593": Word(
            marked("Hvite blodceller (leukocytter)"),
            marked("Cellene som forsvarer kroppen. De blir flere ved infeksjon."),
        ),
        "NPU03568": Word(
            marked("Blodplater (trombocytter)"), marked("Cellene som stopper blødninger.")
        ),
        "NPU01685": Word(
            marked("Blodfortynning (INR)"),
            marked("Viser hvor lang tid blodet bruker på å levre seg."),
        ),
        "85354-9": Word(
            marked("Blodtrykk"),
            marked("Det høye tallet er trykket når hjertet slår, det lave når det hviler."),
        ),
        "8867-4": Word(marked("Puls"), marked("Hvor mange ganger hjertet slår i minuttet.")),
        "29463-7": Word(marked("Vekt")),
        "8302-2": Word(marked("Høyde")),
        "39156-5": Word(marked("Kroppsmasseindeks (KMI)"), marked("Vekt i forhold til høyde.")),
        "2708-6": OXYGEN,
        "59408-5": OXYGEN,
        "8310-5": Word(marked("Temperatur")),
        "9279-1": Word(marked("Pust"), marked("Hvor mange ganger du puster i minuttet.")),
    }
)

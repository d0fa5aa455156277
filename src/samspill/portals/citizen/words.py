"""The plain twin of medical words: what a blood test is called at the kitchen table.

By code of the Norwegian laboratory code system (NPU and NOR) or LOINC. The explanations are general
and say nothing about the reader's own value.
"""

from dataclasses import dataclass

from samspill.portals.shared.languages import Language


@dataclass(frozen=True, slots=True)
class Word:
    """A plain name, and what the examination tells."""

    name: str
    meaning: str


def name(code: str, given: str, language: Language) -> str:
    """The plain name, else the name that the record gives."""
    word = _word(code, language)
    return word.name if word else given


def meaning(code: str, language: Language) -> str:
    """One or two sentences, or "" where we have none."""
    word = _word(code, language)
    return word.meaning if word else ""


def _word(code: str, language: Language) -> Word | None:
    say = language.say
    match code:
        case "NPU27300":
            return Word(
                say("Langtidsblodsukker (HbA1c)"),
                say(
                    "Viser hvordan blodsukkeret har vært i snitt de siste to til tre månedene. "
                    "Ett enkelt svar sier lite. Se på retningen over tid."
                ),
            )
        case "NPU02192" | "NPU02187" | "NPU22089" | "NPU22069" | "15074-8":
            return Word(
                say("Blodsukker (glukose)"),
                say("Viser blodsukkeret akkurat da prøven ble tatt. Det stiger etter måltider."),
            )
        case "NOR05172" | "NPU02319" | "NPU28309":
            return Word(
                say("Blodprosent (hemoglobin)"),
                say("Viser hvor mye oksygen blodet kan bære. Lav verdi kan gjøre deg sliten."),
            )
        case "NPU04998":
            return Word(
                say("Kreatinin"),
                say("Viser hvor godt nyrene renser blodet. Mye muskler gir også høyere verdi."),
            )
        case "NOR25909" | "NPU30400" | "NPU30456":
            return Word(
                say("Nyrefunksjon (eGFR)"),
                say("Regnes ut fra kreatinin, alder og kjønn. Høy verdi er bra."),
            )
        case "NPU03230":
            return Word(say("Kalium"), say("Et salt som hjerte og muskler trenger."))
        case "NPU03429":
            return Word(say("Natrium"), say("Et salt som styrer væsken i kroppen."))
        case "NPU19748":
            return Word(
                say("Betennelse (CRP)"),
                say("Stiger ved infeksjon og betennelse, og faller når kroppen blir frisk."),
            )
        case "NPU21571" | "NPU58093":
            return Word(
                say("Hjertebelastning (NT-proBNP)"),
                say("Stiger når hjertet må jobbe hardt, for eksempel ved hjertesvikt."),
            )
        case "NPU01566":
            return Word(say("Kolesterol"), say("Alt fettet av typen kolesterol i blodet."))
        case "NPU01568":
            return Word(
                say("LDL-kolesterol"),
                say("Fettet som kan legge seg i årene. Lav verdi er bra for hjertet."),
            )
        case "NPU01567":
            return Word(say("HDL-kolesterol"), say("Fettet som rydder i årene. Høy verdi er bra."))
        case "NPU04094":
            return Word(say("Triglyserider"), say("Fett fra maten. Prøven tas helst fastende."))
        case "NPU03577":
            return Word(
                say("Stoffskifte (TSH)"),
                say("Styrer skjoldbruskkjertelen. Høy verdi betyr ofte lavt stoffskifte."),
            )
        case "NPU03579":
            return Word(
                say("Stoffskifte (fritt T4)"), say("Hormonet som skjoldbruskkjertelen lager.")
            )
        case "NPU19763":
            return Word(
                say("Jernlager (ferritin)"), say("Viser hvor mye jern kroppen har på lager.")
            )
        case "NPU01700":
            return Word(say("Vitamin B12"), say("Trengs for blod og nerver."))
        case "NPU10267":
            return Word(say("Vitamin D"), say("Trengs for skjelettet. Vi får det fra sol og fisk."))
        case "NPU19651":
            return Word(say("Leverprøve (ALAT)"), say("Stiger når leverceller er irritert."))
        case "NPU19657":
            return Word(
                say("Leverprøve (gamma-GT)"), say("Stiger når lever eller galle er plaget.")
            )
        case "NPU02593":
            return Word(
                say("Hvite blodceller (leukocytter)"),
                say("Cellene som forsvarer kroppen. De blir flere ved infeksjon."),
            )
        case "NPU03568":
            return Word(say("Blodplater (trombocytter)"), say("Cellene som stopper blødninger."))
        case "NPU01685":
            return Word(
                say("Blodfortynning (INR)"),
                say("Viser hvor lang tid blodet bruker på å levre seg."),
            )
        case "85354-9":
            return Word(
                say("Blodtrykk"),
                say("Det høye tallet er trykket når hjertet slår, det lave når det hviler."),
            )
        case "8867-4":
            return Word(say("Puls"), say("Hvor mange ganger hjertet slår i minuttet."))
        case "29463-7":
            return Word(say("Vekt"), "")
        case "8302-2":
            return Word(say("Høyde"), "")
        case "39156-5":
            return Word(say("Kroppsmasseindeks (KMI)"), say("Vekt i forhold til høyde."))
        case "2708-6" | "59408-5":
            return Word(say("Oksygenmetning"), say("Hvor mye oksygen det er i blodet."))
        case "8310-5":
            return Word(say("Temperatur"), "")
        case "9279-1":
            return Word(say("Pust"), say("Hvor mange ganger du puster i minuttet."))
        case _:
            return None

"""What validation says in Bokmål: the standard's invariants, and what is expected.

The standard has its invariants in English only. Those of definitions are read by people who write
definitions, and stay in English.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from samspill.base.texts import Text


def expected(english: str) -> Text | str:
    """What is expected, in both languages; names, codes and forms are the same in all."""
    if english in EXPECTED:
        return Text(english, EXPECTED[english])
    for pattern, norwegian in PATTERNS:
        found = pattern.fullmatch(english)
        if found:
            return Text(english, found.expand(norwegian))
    return english


INVARIANTS: Mapping[str, str] = MappingProxyType(
    {
        "age-1": "En verdi trenger en kode for en tidsenhet i UCUM, og må være større enn 0",
        "ait-1": "clinicalStatus må være med når verificationStatus ikke er entered-in-error",
        "ait-2": "clinicalStatus kan ikke være med når verificationStatus er entered-in-error",
        "app-1": "Deltakeren må ha type eller actor",
        "app-2": "Enten er både start og end oppgitt, eller ingen av dem",
        "app-3": "Bare foreslåtte, ventende og avlyste timer kan mangle start og end",
        "app-4": "Årsak til avlysning brukes bare når timen er avlyst eller ikke møtt til",
        "apr-1": "Enten participantType eller actor må være oppgitt",
        "att-1": "Et vedlegg med data må ha contentType",
        "bdl-1": "total brukes bare i søkesvar og historikk",
        "bdl-2": "entry.search brukes bare i søkesvar",
        "bdl-3": "entry.request må være med i batch, transaction og history, og ellers ikke",
        "bdl-4": "entry.response må være med i svar på batch og transaction, og ellers ikke",
        "bdl-5": "En oppføring må ha en ressurs, om den ikke har request eller response",
        "bdl-7": "fullUrl må være unik, eller versjonene av ressursen forskjellige",
        "bdl-8": "fullUrl kan ikke vise til en bestemt versjon",
        "bdl-9": "Et dokument må ha en identifikator med system og verdi",
        "bdl-10": "Et dokument må ha et tidspunkt",
        "bdl-11": "Første ressurs i et dokument må være en Composition",
        "bdl-12": "Første ressurs i en melding må være en MessageHeader",
        "cmp-1": "En seksjon må ha tekst, oppføringer eller underseksjoner",
        "cmp-2": "Bare en tom seksjon kan ha emptyReason",
        "cnt-3": "En verdi trenger koden 1 i UCUM, og må være et helt tall",
        "con-1": "Et stadium må ha summary eller assessment",
        "con-2": "Et holdepunkt må ha kode eller detaljer",
        "con-3": "clinicalStatus bør være med for en tilstand i problemlisten",
        "con-4": "En tilstand som er over, må ha clinicalStatus inactive, resolved eller remission",
        "con-5": "clinicalStatus kan ikke være med når verificationStatus er entered-in-error",
        "cpl-3": "Oppgi enten reference eller detail, ikke begge",
        "cpt-2": "Et kontaktpunkt med verdi må ha system",
        "ctm-1": "onBehalfOf brukes bare når member er helsepersonell",
        "dis-1": "En verdi trenger en kode for en lengdeenhet i UCUM",
        "dom-2": "En innebygd ressurs kan ikke selv ha innebygde ressurser",
        "dom-3": "En innebygd ressurs må være referert til, eller referere til den som rommer den",
        "dom-4": "En innebygd ressurs kan ikke ha versjon eller endringstidspunkt",
        "dom-5": "En innebygd ressurs kan ikke ha sikkerhetsmerker",
        "drt-1": "En verdi trenger en kode for en tidsenhet i UCUM",
        "exp-1": "Enten expression eller reference må være oppgitt",
        "ext-1": "En utvidelse har enten en verdi eller egne utvidelser, ikke begge",
        "fhs-1": "Oppgi alder eller fødselstid, ikke begge",
        "fhs-2": "estimatedAge brukes bare sammen med alder",
        "gol-1": "measure må være med når detail er oppgitt",
        "grp-1": "Bare en gruppe som er actual kan ha medlemmer",
        "imm-1": "Enten documentType eller reference må være med",
        "imr-1": "Enten vaccineCode eller targetDisease må være med",
        "lnk-1": "Det må være minst to oppføringer",
        "lst-1": "Bare en tom liste kan ha emptyReason",
        "lst-2": "deleted brukes bare når listens mode er changes",
        "lst-3": "Dato på en oppføring brukes bare når listens mode er working",
        "mad-1": "Doseringen må ha dose eller rate",
        "mdd-1": "Legemidlet kan ikke være utlevert før det var klargjort",
        "nor-1": "Bestillingen bør ha kost, tilskudd eller sondeernæring",
        "obs-3": "Et referanseområde må ha nedre grense, øvre grense eller tekst",
        "obs-6": "dataAbsentReason brukes bare når verdien mangler",
        "obs-7": "Ressursen kan ikke ha verdi når en komponent har samme kode",
        "org-1": "En organisasjon må ha navn eller identifikator",
        "org-2": "Adressen til en organisasjon kan ikke være en hjemmeadresse",
        "org-3": "Kontaktpunktet til en organisasjon kan ikke være privat",
        "pat-1": "En kontakt må ha navn, kontaktpunkt, adresse eller organisasjon",
        "per-1": "Starten kan ikke være etter slutten",
        "ppc-1": "Enten policy eller policyRule må være med",
        "prr-1": "orderDetail brukes bare sammen med code",
        "qrs-1": "Punkter kan ikke stå både under et punkt og under svaret på det",
        "qty-3": "En enhet med kode må ha system",
        "que-1": "En gruppe må ha punkter, og en visningstekst kan ikke ha noen",
        "que-2": "Hver linkId må være unik i skjemaet",
        "que-3": "En visningstekst kan ikke ha kode",
        "que-4": "Et spørsmål kan ikke ha både answerOption og answerValueSet",
        "que-5": "Bare spørsmål med valg kan ha svaralternativer",
        "que-6": "En visningstekst kan ikke være obligatorisk eller gjentas",
        "que-7": "Med operatoren exists må svaret være en sannhetsverdi",
        "que-8": "Grupper og visningstekster kan ikke ha startverdi",
        "que-9": "En visningstekst kan ikke være skrivebeskyttet",
        "que-10": "Største lengde gjelder bare enkle spørsmål",
        "que-11": "Et spørsmål med answerOption kan ikke ha startverdi",
        "que-12": "Med flere enableWhen må enableBehavior være med",
        "que-13": "Bare et punkt som kan gjentas, kan ha flere startverdier",
        "ras-1": "Grensene må være prosenter",
        "ras-2": "Sannsynligheten kan ikke være over 100",
        "rat-1": "Teller og nevner må begge være med, eller ingen av dem og en utvidelse",
        "rng-2": "Nedre grense kan ikke være over øvre grense",
        "rqg-1": "Oppgi enten resource eller action, ikke begge",
        "sev-1": "Oppgi enten navn eller spørring, ikke begge",
        "tim-1": "En varighet trenger en enhet",
        "tim-2": "En periode trenger en enhet",
        "tim-4": "Varigheten kan ikke være negativ",
        "tim-5": "Perioden kan ikke være negativ",
        "tim-6": "periodMax brukes bare sammen med period",
        "tim-7": "durationMax brukes bare sammen med duration",
        "tim-8": "countMax brukes bare sammen med count",
        "tim-9": "offset brukes bare sammen med when, og ikke med C, CM, CD eller CV",
        "tim-10": "Oppgi enten timeOfDay eller when, ikke begge",
    }
)

PATTERNS = (
    (re.compile(r"at least (\d+)"), r"minst \1"),
    (re.compile(r"at most (\d+)"), r"høyst \1"),
    (re.compile(r"at least (\d+) characters"), r"minst \1 tegn"),
    (re.compile(r"at most (\d+) characters"), r"høyst \1 tegn"),
    (re.compile(r"a code of (\S+)"), r"en kode i \1"),
    (re.compile(r"the elements of (\S+)"), r"elementene i \1"),
    (re.compile(r"an object of type (\S+)"), r"et objekt av typen \1"),
    (re.compile(r"(\S+) in front"), r"\1 foran"),
    (re.compile(r"a value or (.+)"), r"en verdi eller \1"),
    (re.compile(r"(\d+) bytes"), r"\1 byte"),
    (
        re.compile(r"(\S+), or search.mode include or outcome"),
        r"\1, eller search.mode include eller outcome",
    ),
    (re.compile(r"the code of a (\S+) of the measure"), r"koden til en \1 i målet"),
    (re.compile(r"every (\S+) of the measure"), r"hver \1 i målet"),
)

EXPECTED: Mapping[str, str] = MappingProxyType(
    {
        "true or false": "true eller false",
        "a string": "en tekst",
        "an array": "en liste",
        "a resource": "en ressurs",
        "a value": "en verdi",
        "one type": "én type",
        "a string with one <div>": "en tekst med én <div>",
        "the name of a resource type": "navnet på en ressurstype",
        "a value or content; leave the element out where there is none": (
            "en verdi eller innhold; utelat elementet der det ikke finnes"
        ),
        "a value or content": "en verdi eller innhold",
        "a value, or something in the array beside it": (
            "en verdi, eller noe i listen ved siden av"
        ),
        "an array, in step with the one beside it": "en liste i takt med den ved siden av",
        "a text without spaces at its ends and without two spaces in a row": (
            "en tekst uten mellomrom i endene og uten to mellomrom på rad"
        ),
        "1–64 of the letters A–Z and a–z, digits, '-' and '.'": (
            "1–64 av bokstavene A–Z og a–z, sifre, «-» og «.»"
        ),
        "a text without spaces": "en tekst uten mellomrom",
        "no spaces": "ingen mellomrom",
        "no control characters but tab, CR and LF": "ingen styretegn utenom tabulator, CR og LF",
        "at most 1 MiB": "høyst 1 MiB",
        "urn:oid: and numbers with points between them": "urn:oid: og tall med punktum imellom",
        "urn:uuid: and a UUID": "urn:uuid: og en UUID",
        "a number without quotation marks": "et tall uten anførselstegn",
        "a whole number of 32 bits, without quotation marks": (
            "et helt tall på 32 biter, uten anførselstegn"
        ),
        "a whole number from 1": "et helt tall fra 1",
        "a whole number from 0": "et helt tall fra 0",
        "YYYY, YYYY-MM or YYYY-MM-DD, a day that the calendar has": (
            "ÅÅÅÅ, ÅÅÅÅ-MM eller ÅÅÅÅ-MM-DD, en dag som finnes i kalenderen"
        ),
        "YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+zz:zz; a time needs its zone": (
            "ÅÅÅÅ, ÅÅÅÅ-MM, ÅÅÅÅ-MM-DD eller ÅÅÅÅ-MM-DDTtt:mm:ss+ss:ss; et klokkeslett "
            "trenger tidssone"
        ),
        "YYYY-MM-DDThh:mm:ss.sss+zz:zz": "ÅÅÅÅ-MM-DDTtt:mm:ss.sss+ss:ss",
        "hh:mm:ss without a zone": "tt:mm:ss uten tidssone",
        "base64 with its filling of '='": "base64 med utfylling av «=»",
        "# and the id of a resource in `contained`": "# og id-en til en ressurs i contained",
        "Type/id, an absolute address, urn:uuid:… or #id": (
            "Type/id, en absolutt adresse, urn:uuid:… eller #id"
        ),
        "an id that is unique in the resource": "en id som er unik i ressursen",
        "an installed profile": "en installert profil",
        "an installed Questionnaire": "et installert skjema",
        "an extension whose definition is installed": "en utvidelse med installert definisjon",
        "elements that fit no slice at the end": "elementer som ikke passer i noen del, til slutt",
        "the fixed value of the profile": "den faste verdien i profilen",
        "all parts of the pattern": "alle deler av mønsteret",
        "a value between the least and the greatest of the profile": (
            "en verdi mellom profilens minste og største"
        ),
        "elements that the base or its types have": "elementer som basen eller typene har",
        "an address with a scheme, such as http: or urn:oid:": (
            "en adresse med skjema, som http: eller urn:oid:"
        ),
        "one <div> around all": "én <div> rundt alt",
        "the elements of basic HTML formatting, no scripts, forms, frames": (
            "elementer for enkel formatering, ingen skript, skjemaer eller rammer"
        ),
        "the attributes of basic HTML formatting, no events": (
            "attributter for enkel formatering, ingen hendelser"
        ),
        "a link to http, https, mailto, tel or within the resource": (
            "en lenke til http, https, mailto, tel eller innen ressursen"
        ),
        "a style without scripts and fetches": "en stil uten skript og henting",
        "some text or an image": "litt tekst eller et bilde",
        "XHTML without document type, instructions and named entities such as &nbsp;": (
            "XHTML uten dokumenttype, instruksjoner og navngitte entiteter som &nbsp;"
        ),
        "at most one link each of self, first, previous, next and last": (
            "høyst én lenke av hver av self, first, previous, next og last"
        ),
        "the absolute address of the resource; only batches and transactions go without": (
            "ressursens absolutte adresse; bare batch og transaction kan være uten"
        ),
        "an address with a scheme, such as https: or urn:uuid:": (
            "en adresse med skjema, som https: eller urn:uuid:"
        ),
        "the id of the resource": "ressursens id",
        "an entry whose fullUrl is the absolute form of the reference": (
            "en oppføring med referansens absolutte form som fullUrl"
        ),
        "a reference with version, or one entry only": (
            "en referanse med versjon, eller bare én oppføring"
        ),
        "an entry that is referred to, or refers to one that is": (
            "en oppføring som er referert til, eller refererer til en som er det"
        ),
        "a linkId of the form, at the same depth": "en linkId i skjemaet, på samme nivå",
        "the order of the form": "skjemaets rekkefølge",
        "an answer, or a status other than completed": (
            "et svar, eller en annen status enn completed"
        ),
        "one answer": "ett svar",
        "no answer": "ikke noe svar",
        "an option of the form": "et alternativ i skjemaet",
        "the SHA-1 of the data, in base64": "SHA-1 av dataene, i base64",
    }
)

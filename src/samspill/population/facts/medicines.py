"""Medicines: ATC code, what the label says, how it is taken; generic names, no catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Form = Literal["tablet", "capsule", "inhalation", "injection", "cream", "drops", "patch"]


@dataclass(frozen=True, slots=True)
class Medicine:
    atc: str
    substance: str
    label: str
    """Substance, strength and form, as the patient reads it."""
    dosage: str
    purpose: str
    """In plain words."""
    per_day: float = 1
    """Doses a day; 0 when taken as needed."""
    form: Form = "tablet"
    group: Literal["A", "B", "C"] = "C"
    days: int = 0
    """The length of a course; 0 for what is taken until it is stopped."""


def _m(
    atc: str, substance: str, strength: str, dosage: str, purpose: str, per_day: float = 1,
    form: Form = "tablet", group: Literal["A", "B", "C"] = "C", days: int = 0,
) -> Medicine:  # fmt: skip
    label = f"{substance} {strength} {FORM_NAMES[form]}"
    return Medicine(atc, substance, label, dosage, purpose, per_day, form, group, days)


FORM_NAMES: Mapping[Form, str] = MappingProxyType(
    {
        "tablet": "tabletter",
        "capsule": "kapsler",
        "inhalation": "inhalasjonspulver",
        "injection": "injeksjonsvæske",
        "cream": "krem",
        "drops": "øyedråper",
        "patch": "depotplaster",
    }
)

MEDICINES: Mapping[str, Medicine] = MappingProxyType(
    {
        "metformin": _m("A10BA02", "Metformin", "500 mg", "1 tablett 2 ganger daglig",
            "Mot diabetes", 2),
        "empagliflozin": _m("A10BK03", "Empagliflozin", "10 mg", "1 tablett om morgenen",
            "Mot diabetes og hjertesvikt"),
        "semaglutide": _m("A10BJ06", "Semaglutid", "0,5 mg", "1 injeksjon hver uke",
            "Mot diabetes", 1 / 7, "injection"),
        "insulin": _m("A10AE04", "Insulin glargin", "100 E/ml", "20 enheter til kvelden",
            "Mot diabetes", 1, "injection"),
        "atorvastatin": _m("C10AA05", "Atorvastatin", "40 mg", "1 tablett daglig",
            "Mot høyt kolesterol"),
        "amlodipine": _m("C08CA01", "Amlodipin", "5 mg", "1 tablett daglig", "Mot høyt blodtrykk"),
        "candesartan": _m("C09CA06", "Kandesartan", "8 mg", "1 tablett daglig",
            "Mot høyt blodtrykk og hjertesvikt"),
        "metoprolol": _m("C07AB02", "Metoprolol", "50 mg", "1 tablett om morgenen", "For hjertet"),
        "furosemide": _m("C03CA01", "Furosemid", "40 mg", "1 tablett om morgenen", "Vanndrivende"),
        "spironolactone": _m("C03DA01", "Spironolakton", "25 mg", "1 tablett daglig",
            "Mot hjertesvikt"),
        "aspirin": _m("B01AC06", "Acetylsalisylsyre", "75 mg", "1 tablett daglig",
            "Forebygger blodpropp"),
        "apixaban": _m("B01AF02", "Apiksaban", "5 mg", "1 tablett 2 ganger daglig",
            "Forebygger blodpropp", 2),
        "warfarin": _m("B01AA03", "Warfarin", "2,5 mg", "Etter INR", "Forebygger blodpropp"),
        "levothyroxine": _m("H03AA01", "Levotyroksin", "100 µg", "1 tablett om morgenen",
            "For stoffskiftet"),
        "salbutamol": _m("R03AC02", "Salbutamol", "0,1 mg/dose", "1–2 inhalasjoner ved behov",
            "Mot tung pust", 0, "inhalation"),
        "budesonide": _m("R03AK07", "Budesonid og formoterol", "160/4,5 µg",
            "1 inhalasjon 2 ganger daglig", "Forebygger tung pust", 2, "inhalation"),
        "tiotropium": _m("R03BB04", "Tiotropium", "18 µg", "1 inhalasjon daglig", "Mot KOLS", 1,
            "inhalation"),
        "cetirizine": _m("R06AE07", "Cetirizin", "10 mg", "1 tablett ved behov", "Mot allergi", 0),
        "mometasone": _m("R01AD09", "Mometason", "50 µg/dose", "1 spray i hvert nesebor daglig",
            "Mot allergi", 1, "inhalation"),
        "sertraline": _m("N06AB06", "Sertralin", "50 mg", "1 tablett om morgenen",
            "Mot depresjon og angst"),
        "escitalopram": _m("N06AB10", "Escitalopram", "10 mg", "1 tablett daglig",
            "Mot depresjon og angst"),
        "zopiclone": _m("N05CF01", "Zopiklon", "5 mg", "1 tablett ved leggetid ved behov",
            "For søvn", 0, "tablet", "B"),
        "methylphenidate": _m("N06BA04", "Metylfenidat", "36 mg", "1 tablett om morgenen",
            "Mot ADHD", 1, "tablet", "A"),
        "donepezil": _m("N06DA02", "Donepezil", "10 mg", "1 tablett om kvelden",
            "Mot hukommelsessvikt"),
        "lamotrigine": _m("N03AX09", "Lamotrigin", "100 mg", "1 tablett 2 ganger daglig",
            "Mot epilepsi", 2),
        "sumatriptan": _m("N02CC01", "Sumatriptan", "50 mg", "1 tablett ved anfall", "Mot migrene",
            0),
        "paracetamol": _m("N02BE01", "Paracetamol", "500 mg",
            "1–2 tabletter inntil 4 ganger daglig ved behov", "Mot smerte", 0),
        "ibuprofen": _m("M01AE01", "Ibuprofen", "400 mg", "1 tablett inntil 3 ganger daglig",
            "Mot smerte", 3, "tablet", "C", 10),
        "oxycodone": _m("N02AA05", "Oksykodon", "5 mg",
            "1 tablett inntil 4 ganger daglig ved behov", "Mot sterk smerte", 4, "tablet", "A", 7),
        "methotrexate": _m("L04AX03", "Metotreksat", "2,5 mg", "6 tabletter hver uke",
            "Mot leddgikt", 6 / 7),
        "folic-acid": _m("B03BB01", "Folsyre", "1 mg", "1 tablett daglig", "Tilskudd"),
        "adalimumab": _m("L04AB04", "Adalimumab", "40 mg", "1 injeksjon hver 2. uke",
            "Mot leddgikt", 1 / 14, "injection"),
        "alendronate": _m("M05BA04", "Alendronsyre", "70 mg", "1 tablett hver uke",
            "Mot benskjørhet", 1 / 7),
        "vitamin-d": _m("A12AX", "Kalsium og vitamin D", "500 mg/400 IE", "1 tablett daglig",
            "For skjelettet"),
        "allopurinol": _m("M04AA01", "Allopurinol", "100 mg", "1 tablett daglig",
            "Mot urinsyregikt"),
        "pantoprazole": _m("A02BC02", "Pantoprazol", "20 mg", "1 tablett daglig",
            "Mot sure oppstøt"),
        "lactulose": _m("A06AD15", "Makrogol", "10 g", "1 pose daglig ved behov",
            "Mot forstoppelse", 0),
        "iron": _m("B03AA07", "Jernsulfat", "100 mg", "1 tablett daglig", "Mot jernmangel", 1,
            "tablet", "C", 120),
        "tamsulosin": _m("G04CA02", "Tamsulosin", "0,4 mg", "1 kapsel daglig",
            "Mot vannlatingsplager", 1, "capsule"),
        "contraceptive": _m("G03AA07", "Levonorgestrel og etinyløstradiol", "150/30 µg",
            "1 tablett daglig", "Prevensjon"),
        "hydrocortisone": _m("D07AA02", "Hydrokortison", "1 %",
            "Tynt lag 1–2 ganger daglig ved behov", "Mot eksem", 0, "cream"),
        "calcipotriol": _m("D05AX52", "Kalsipotriol og betametason", "50 µg/0,5 mg",
            "Tynt lag daglig", "Mot psoriasis", 1, "cream"),
        "latanoprost": _m("S01EE01", "Latanoprost", "50 µg/ml", "1 dråpe i hvert øye om kvelden",
            "Mot grønn stær", 1, "drops"),
        "penicillin": _m("J01CE02", "Fenoksymetylpenicillin", "660 mg",
            "1 tablett 4 ganger daglig", "Mot infeksjon", 4, "tablet", "C", 7),
        "doxycycline": _m("J01AA02", "Doksysyklin", "100 mg", "1 tablett daglig", "Mot infeksjon",
            1, "tablet", "C", 8),
        "pivmecillinam": _m("J01CA08", "Pivmecillinam", "200 mg", "1 tablett 3 ganger daglig",
            "Mot urinveisinfeksjon", 3, "tablet", "C", 5),
        "prednisolone": _m("H02AB06", "Prednisolon", "20 mg", "1 tablett om morgenen",
            "Mot betennelse", 1, "tablet", "C", 10),
        "tamoxifen": _m("L02BA01", "Tamoksifen", "20 mg", "1 tablett daglig", "Etter brystkreft"),
        "capecitabine": _m("L01BC06", "Kapecitabin", "500 mg",
            "3 tabletter 2 ganger daglig i 14 av 21 dager", "Mot kreft", 4),
        "ondansetron": _m("A04AA01", "Ondansetron", "8 mg", "1 tablett ved behov", "Mot kvalme", 0),
        "nitroglycerin": _m("C01DA02", "Glyseroltrinitrat", "0,5 mg",
            "1 tablett under tungen ved behov", "Mot brystsmerter", 0),
        "memantine": _m("N06DX01", "Memantin", "20 mg", "1 tablett daglig", "Mot hukommelsessvikt"),
    }
)  # fmt: skip

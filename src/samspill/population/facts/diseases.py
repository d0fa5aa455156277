"""Diseases with ICPC-2 and ICD-10 codes, how common they are by age, and what follows from them.

Prevalences are rounded from Norwegian public health reports (FHI); they shape a plausible
population and are no statistics.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True, slots=True)
class Effect:
    """What a disease does to an analysis, and what treatment takes back over the months."""

    analysis: str
    shift: float
    treated: float = 0.0
    """Share of the shift that treatment takes back."""
    months: float = 9.0
    """The time in which two thirds of that happen."""
    yearly: float = 0.0
    """Slow worsening."""


@dataclass(frozen=True, slots=True)
class Disease:
    icpc: tuple[str, str]
    icd: tuple[str, str]
    name: str
    """As a patient would say it."""
    by_age: tuple[tuple[int, float], ...]
    """Share of people who have it, by age; straight lines between the points."""
    sex: Literal["", "female", "male"] = ""
    medicines: tuple[str, ...] = ()
    later: tuple[tuple[int, str], ...] = ()
    """Medicines added after so many months."""
    panel: str = ""
    controls: float = 0.0
    """Contacts a year with the GP because of it."""
    effects: tuple[Effect, ...] = ()
    pressure: int = 0
    """What it adds to the systolic blood pressure, untreated."""
    department: str = ""
    admissions: float = 0.0
    """Hospital stays a year."""
    outpatient: float = 0.0
    """Visits a year to the hospital's outpatient clinic."""


@dataclass(frozen=True, slots=True)
class Illness:
    """Something short that comes and goes."""

    icpc: tuple[str, str]
    name: str
    by_age: tuple[tuple[int, float], ...]
    """Episodes a year, by age."""
    medicine: str = ""
    treated: float = 0.0
    panel: str = ""
    sex: Literal["", "female", "male"] = ""


def at_age(points: tuple[tuple[int, float], ...], age: float) -> float:
    """The value on the straight lines between the points."""
    before = points[0]
    for point in points:
        if age < point[0]:
            share = (age - before[0]) / (point[0] - before[0]) if point[0] > before[0] else 0
            return before[1] + max(share, 0) * (point[1] - before[1])
        before = point
    return before[1]


DISEASES: Mapping[str, Disease] = MappingProxyType(
    {
        "hypertension": Disease(
            ("K86", "Hypertensjon ukomplisert"), ("I10", "Essensiell hypertensjon"),
            "Høyt blodtrykk", ((30, 0.0), (45, 0.10), (60, 0.32), (75, 0.50), (95, 0.55)),
            medicines=("amlodipine",), later=((18, "candesartan"),), panel="general", controls=1.2,
            pressure=24,
        ),
        "diabetes": Disease(
            ("T90", "Diabetes type 2"), ("E11.9", "Diabetes mellitus type 2 uten komplikasjoner"),
            "Diabetes type 2", ((30, 0.0), (45, 0.025), (60, 0.08), (75, 0.14), (95, 0.14)),
            medicines=("metformin", "atorvastatin"), later=((36, "empagliflozin"),),
            panel="diabetes", controls=3.0, pressure=6,
            effects=(
                Effect("hba1c", 36, 0.55, 8, 0.8), Effect("glucose", 5.0, 0.6, 6, 0.1),
                Effect("triglycerides", 0.9, 0.3), Effect("ldl", 0.3, 2.5, 4),
                Effect("cholesterol", 0.5, 2.0, 4), Effect("creatinine", 4, 0, 9, 0.6),
            ),
        ),
        "hyperlipidaemia": Disease(
            ("T93", "Lipidforstyrrelse"), ("E78.0", "Ren hyperkolesterolemi"),
            "Høyt kolesterol", ((35, 0.0), (50, 0.10), (65, 0.22), (85, 0.22)),
            medicines=("atorvastatin",), panel="lipids", controls=0.6,
            effects=(Effect("ldl", 2.0, 0.9, 3), Effect("cholesterol", 2.3, 0.85, 3)),
        ),
        "copd": Disease(
            ("R95", "Kronisk obstruktiv lungesykdom"),
                ("J44.9", "Uspesifisert kronisk obstruktiv lungesykdom"),
            "KOLS", ((45, 0.0), (60, 0.05), (75, 0.10), (95, 0.08)),
            medicines=("tiotropium", "salbutamol"), later=((24, "budesonide"),), panel="infection",
            controls=1.5, effects=(Effect("crp", 5),), department="lung", admissions=0.12,
            outpatient=0.3,
        ),
        "asthma": Disease(
            ("R96", "Astma"), ("J45.9", "Uspesifisert astma"), "Astma",
            ((2, 0.0), (10, 0.06), (95, 0.08)), medicines=("salbutamol", "budesonide"),
                controls=0.7,
        ),
        "fibrillation": Disease(
            ("K78", "Atrieflimmer/flutter"),
                ("I48.9", "Uspesifisert atrieflimmer eller atrieflutter"),
            "Hjerteflimmer", ((50, 0.0), (65, 0.04), (80, 0.12), (95, 0.15)),
            medicines=("apixaban", "metoprolol"), panel="anticoagulation", controls=1.2,
            effects=(Effect("ntprobnp", 420),), department="cardiology", admissions=0.05,
            outpatient=0.3,
        ),
        "heart-failure": Disease(
            ("K77", "Hjertesvikt"), ("I50.9", "Uspesifisert hjertesvikt"), "Hjertesvikt",
            ((55, 0.0), (70, 0.03), (85, 0.10), (95, 0.12)),
            medicines=("candesartan", "metoprolol", "furosemide"),
                later=((6, "spironolactone"), (12, "empagliflozin")),
            panel="heart", controls=2.5,
            effects=(
                Effect("ntprobnp", 2600, 0.65, 10, 60), Effect("creatinine", 12, 0, 9, 1),
                Effect("hb", -0.9), Effect("sodium", -1.5),
            ),
            department="cardiology", admissions=0.35, outpatient=1.0,
        ),
        "heart-disease": Disease(
            ("K76", "Iskemisk hjertesykdom uten angina"),
                ("I25.9", "Uspesifisert kronisk iskemisk hjertesykdom"),
            "Hjerte- og karsykdom", ((45, 0.0), (60, 0.05), (75, 0.14), (95, 0.2)),
            medicines=("aspirin", "atorvastatin", "metoprolol", "nitroglycerin"), panel="heart",
            controls=1.2, effects=(Effect("ldl", 0.9, 1.6, 3), Effect("cholesterol", 1.2, 1.3, 3)),
            department="cardiology", admissions=0.08, outpatient=0.3,
        ),
        "stroke": Disease(
            ("K90", "Hjerneslag"), ("I63.9", "Uspesifisert hjerneinfarkt"), "Hjerneslag",
            ((50, 0.0), (65, 0.02), (80, 0.06), (95, 0.08)),
            medicines=("aspirin", "atorvastatin"), panel="lipids", controls=0.8, pressure=8,
            department="neurology", admissions=0.08, outpatient=0.3,
        ),
        "depression": Disease(
            ("P76", "Depressiv lidelse"), ("F32.9", "Uspesifisert depressiv episode"), "Depresjon",
            ((14, 0.0), (20, 0.05), (40, 0.09), (95, 0.07)), medicines=("sertraline",),
                controls=1.5,
        ),
        "anxiety": Disease(
            ("P74", "Angstlidelse"), ("F41.9", "Uspesifisert angstlidelse"), "Angst",
            ((14, 0.0), (25, 0.06), (95, 0.06)), medicines=("escitalopram",), controls=1.0,
        ),
        "hypothyroidism": Disease(
            ("T86", "Hypotyreose/myksødem"), ("E03.9", "Uspesifisert hypotyreose"),
                "Lavt stoffskifte",
            ((25, 0.0), (40, 0.03), (65, 0.07), (95, 0.09)), medicines=("levothyroxine",),
            panel="thyroid", controls=0.8,
            effects=(Effect("tsh", 7.5, 0.95, 3), Effect("ft4", -4.5, 0.95, 3)),
        ),
        "knee-arthritis": Disease(
            ("L90", "Kneartrose"), ("M17.9", "Uspesifisert kneleddsartrose"), "Slitasje i kneet",
            ((45, 0.0), (65, 0.12), (95, 0.22)), medicines=("paracetamol",), controls=0.6,
            department="orthopaedics", admissions=0.03, outpatient=0.1,
        ),
        "osteoporosis": Disease(
            ("L95", "Osteoporose"), ("M81.9", "Uspesifisert osteoporose"), "Benskjørhet",
            ((50, 0.0), (70, 0.14), (95, 0.3)), sex="female",
                medicines=("alendronate", "vitamin-d"),
            controls=0.4, effects=(Effect("vitamin-d", -18, 0.8, 6),),
        ),
        "rheumatoid-arthritis": Disease(
            ("L88", "Reumatoid artritt"), ("M06.9", "Uspesifisert revmatoid artritt"), "Leddgikt",
            ((30, 0.0), (55, 0.008), (95, 0.012)), medicines=("methotrexate", "folic-acid"),
            later=((30, "adalimumab"),), panel="rheumatism", controls=2.0,
            effects=(Effect("crp", 22, 0.8, 6), Effect("hb", -0.8, 0.5, 9)),
            department="rheumatology", outpatient=1.5,
        ),
        "migraine": Disease(
            ("N89", "Migrene"), ("G43.9", "Uspesifisert migrene"), "Migrene",
            ((12, 0.0), (25, 0.09), (50, 0.11), (95, 0.05)), medicines=("sumatriptan",),
                controls=0.4,
        ),
        "epilepsy": Disease(
            ("N88", "Epilepsi"), ("G40.9", "Uspesifisert epilepsi"), "Epilepsi",
            ((3, 0.0), (20, 0.006), (95, 0.009)), medicines=("lamotrigine",), controls=0.6,
            department="neurology", outpatient=0.5,
        ),
        "dementia": Disease(
            ("P70", "Demens"), ("F00.9", "Uspesifisert demens ved Alzheimers sykdom"), "Demens",
            ((65, 0.0), (75, 0.05), (85, 0.2), (95, 0.4)), medicines=("donepezil",),
            later=((24, "memantine"),), controls=1.5, panel="general",
        ),
        "reflux": Disease(
            ("D84", "Spiserørssykdom"), ("K21.9", "Gastroøsofageal reflukssykdom uten øsofagitt"),
            "Sure oppstøt", ((20, 0.0), (50, 0.09), (95, 0.13)), medicines=("pantoprazole",),
            controls=0.3,
        ),
        "eczema": Disease(
            ("S87", "Atopisk dermatitt/eksem"), ("L20.9", "Uspesifisert atopisk dermatitt"),
                "Atopisk eksem",
            ((0, 0.0), (3, 0.12), (12, 0.10), (30, 0.05), (95, 0.04)),
                medicines=("hydrocortisone",),
            controls=0.4,
        ),
        "hay-fever": Disease(
            ("R97", "Allergisk rhinitt"), ("J30.1", "Allergisk rhinitt som skyldes pollen"),
                "Pollenallergi",
            ((4, 0.0), (15, 0.17), (40, 0.2), (95, 0.1)), medicines=("cetirizine", "mometasone"),
            controls=0.2,
        ),
        "kidney-disease": Disease(
            ("U99", "Sykdom i urinveiene IKA"), ("N18.3", "Kronisk nyresykdom, stadium 3"),
                "Kronisk nyresykdom",
            ((50, 0.0), (65, 0.04), (80, 0.15), (95, 0.22)), medicines=("candesartan",),
            panel="kidney", controls=1.4, pressure=10,
            effects=(
                Effect("creatinine", 34, 0, 9, 2),
                Effect("hb", -0.9, 0, 9, -0.05), Effect("potassium", 0.35), Effect("urate", 90),
            ),
            department="nephrology", outpatient=0.7,
        ),
        "gout": Disease(
            ("T92", "Urinsyregikt"), ("M10.9", "Uspesifisert urinsyregikt"), "Urinsyregikt",
            ((40, 0.0), (60, 0.04), (95, 0.07)), medicines=("allopurinol",), panel="kidney",
            controls=0.5, effects=(Effect("urate", 190, 0.8, 4),),
        ),
        "prostate-enlargement": Disease(
            ("Y85", "Godartet prostataforstørrelse"), ("N40", "Prostatahyperplasi"),
                "Forstørret prostata",
            ((50, 0.0), (65, 0.15), (80, 0.3), (95, 0.35)), sex="male", medicines=("tamsulosin",),
            panel="prostate", controls=0.6, effects=(Effect("psa", 2.0, 0, 9, 0.1),),
        ),
        "breast-cancer": Disease(
            ("X76", "Brystkreft hos kvinne"), ("C50.9", "Uspesifisert ondartet svulst i bryst"),
                "Brystkreft",
            ((35, 0.0), (55, 0.02), (75, 0.06), (95, 0.08)), sex="female", medicines=("tamoxifen",),
            panel="cancer", controls=0.6, department="oncology", admissions=0.06, outpatient=1.2,
        ),
        "prostate-cancer": Disease(
            ("Y77", "Prostatakreft"), ("C61", "Ondartet svulst i prostata"), "Prostatakreft",
            ((50, 0.0), (65, 0.03), (80, 0.12), (95, 0.15)), sex="male", panel="prostate",
            controls=0.8, effects=(Effect("psa", 9, 0, 9, 0.3),), department="oncology",
            outpatient=1.0,
        ),
        "adhd": Disease(
            ("P81", "Hyperkinetisk forstyrrelse"),
                ("F90.0", "Forstyrrelser av aktivitet og oppmerksomhet"),
            "ADHD", ((6, 0.0), (12, 0.04), (30, 0.03), (60, 0.0)), medicines=("methylphenidate",),
            controls=1.2,
        ),
        "psoriasis": Disease(
            ("S91", "Psoriasis"), ("L40.9", "Uspesifisert psoriasis"), "Psoriasis",
            ((10, 0.0), (30, 0.03), (95, 0.06)), medicines=("calcipotriol",), controls=0.4,
        ),
        "iron-deficiency": Disease(
            ("B80", "Jernmangelanemi"), ("D50.9", "Uspesifisert jernmangelanemi"),
                "Lite jern i blodet",
            ((12, 0.0), (20, 0.05), (50, 0.06), (60, 0.02), (95, 0.06)), sex="female",
            medicines=("iron",), panel="anaemia", controls=0.8,
            effects=(Effect("hb", -2.6, 0.85, 4), Effect("ferritin", -72, 0.6, 6)),
        ),
        "glaucoma": Disease(
            ("F93", "Glaukom"), ("H40.1", "Primært åpenvinklet glaukom"), "Grønn stær",
            ((50, 0.0), (70, 0.04), (95, 0.1)), medicines=("latanoprost",), controls=0.1,
        ),
    }
)  # fmt: skip

ILLNESSES: tuple[Illness, ...] = (
    Illness(("R74", "Akutt øvre luftveisinfeksjon"), "Forkjølelse",
        ((0, 0.9), (6, 0.5), (20, 0.25), (95, 0.2)), panel="infection"),
    Illness(("H71", "Akutt mellomørebetennelse"), "Ørebetennelse",
        ((0, 0.5), (5, 0.25), (10, 0.03), (95, 0.01)), "penicillin", 0.4),
    Illness(("R81", "Lungebetennelse"), "Lungebetennelse",
        ((0, 0.04), (10, 0.02), (60, 0.04), (95, 0.15)), "penicillin", 0.9, "infection"),
    Illness(("R75", "Bihulebetennelse"), "Bihulebetennelse", ((12, 0.0), (30, 0.1), (95, 0.05)),
        "penicillin", 0.3),
    Illness(("U71", "Cystitt/urinveisinfeksjon"), "Urinveisinfeksjon",
        ((3, 0.03), (18, 0.15), (60, 0.15), (95, 0.3)), "pivmecillinam", 0.9, "", "female"),
    Illness(("D73", "Antatt infeksiøs gastroenteritt"), "Omgangssyke",
        ((0, 0.3), (6, 0.15), (20, 0.06), (95, 0.05))),
    Illness(("L03", "Korsryggsymptom/plage"), "Vondt i ryggen",
        ((15, 0.03), (40, 0.22), (95, 0.2)), "ibuprofen", 0.5),
    Illness(("L08", "Skuldersymptom/plage"), "Vond skulder", ((20, 0.01), (50, 0.1), (95, 0.08)),
        "ibuprofen", 0.3),
    Illness(("S03", "Vorter"), "Vorter", ((5, 0.04), (15, 0.06), (30, 0.01), (95, 0.0))),
    Illness(("P06", "Søvnforstyrrelse"), "Søvnproblemer", ((18, 0.02), (50, 0.08), (95, 0.12)),
        "zopiclone", 0.3),
    Illness(("A04", "Svakhet/slapphet"), "Sliten og slapp", ((15, 0.05), (40, 0.12), (95, 0.18)),
        "", 0.0, "general"),
    Illness(("A98", "Helseopplysning/forebyggende tiltak"), "Helsekontroll",
        ((18, 0.08), (50, 0.3), (75, 0.5), (95, 0.6)), "", 0.0, "general"),
    Illness(("L77", "Forstuving/distorsjon ankel"), "Overtråkk",
        ((8, 0.06), (20, 0.08), (60, 0.03), (95, 0.02))),
    Illness(("N01", "Hodepine"), "Hodepine", ((8, 0.05), (40, 0.1), (95, 0.06)), "paracetamol",
        0.3),
    Illness(("S18", "Kutt"), "Kuttskade", ((2, 0.05), (40, 0.04), (95, 0.05))),
)  # fmt: skip

"""Laboratory analyses: NPU and Norwegian codes, UCUM units, reference limits for adults.

Codes of the Norwegian laboratory code system (Norsk laboratoriekodeverk, Volven 7280); limits as
commonly used in Norway (harmonised NORIP limits where there are such).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Limits = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Analysis:
    code: str
    name: str
    unit: str
    """UCUM; the code and what is shown are the same."""
    female: Limits
    male: Limits
    usual: float
    """The mean of people without disease."""
    deviation: float
    """Between people; a person's own values wander by a third of it."""
    decimals: int = 0

    def limits(self, sex: str) -> Limits:
        return self.female if sex == "female" else self.male


def _both(low: float | None, high: float | None) -> tuple[Limits, Limits]:
    return (low, high), (low, high)


ANALYSES: Mapping[str, Analysis] = MappingProxyType(
    {
        "hb": Analysis(
            "NOR05172", "Hemoglobin (Hb)", "g/dL", (11.7, 15.3), (13.4, 17.0), 14.1, 0.9, 1
        ),
        "leukocytes": Analysis("NPU02593", "Leukocytter", "10*9/L", *_both(4.1, 9.8), 6.4, 1.3, 1),
        "platelets": Analysis("NPU03568", "Trombocytter", "10*9/L", *_both(145, 390), 255, 45),
        "crp": Analysis("NPU19748", "CRP", "mg/L", *_both(None, 5), 2, 1.0),
        "creatinine": Analysis("NPU04998", "Kreatinin", "umol/L", (45, 90), (60, 105), 76, 9),
        "egfr": Analysis("NOR25909", "eGFR", "mL/min/{1.73_m2}", *_both(60, None), 92, 10),
        "sodium": Analysis("NPU03429", "Natrium", "mmol/L", *_both(137, 145), 141, 1.6),
        "potassium": Analysis("NPU03230", "Kalium", "mmol/L", *_both(3.6, 4.6), 4.1, 0.22, 1),
        "alat": Analysis("NPU19651", "ALAT", "U/L", (10, 45), (10, 70), 26, 8),
        "ggt": Analysis("NPU19657", "Gamma-GT", "U/L", (10, 75), (10, 115), 30, 12),
        "albumin": Analysis("NPU19673", "Albumin", "g/L", *_both(36, 48), 42, 2.2),
        "glucose": Analysis("NPU02192", "Glukose", "mmol/L", *_both(4.0, 6.0), 5.2, 0.4, 1),
        "hba1c": Analysis(
            "NPU27300", "Langtidsblodsukker (HbA1c)", "mmol/mol", *_both(28, 40), 35, 2.4
        ),
        "cholesterol": Analysis("NPU01566", "Kolesterol", "mmol/L", *_both(3.3, 6.9), 5.2, 0.8, 1),
        "ldl": Analysis("NPU01568", "LDL-kolesterol", "mmol/L", *_both(1.5, 4.8), 3.2, 0.7, 1),
        "hdl": Analysis("NPU01567", "HDL-kolesterol", "mmol/L", *_both(0.8, 2.4), 1.5, 0.3, 1),
        "triglycerides": Analysis(
            "NPU04094", "Triglyserider", "mmol/L", *_both(0.5, 2.6), 1.4, 0.4, 1
        ),
        "tsh": Analysis("NPU03577", "TSH", "m[IU]/L", *_both(0.5, 3.6), 1.8, 0.6, 1),
        "ft4": Analysis("NPU03579", "Fritt T4", "pmol/L", *_both(11.0, 23.0), 16.0, 1.9, 1),
        "ferritin": Analysis("NPU19763", "Ferritin", "ug/L", (15, 160), (30, 400), 85, 30),
        "b12": Analysis("NPU01700", "Vitamin B12", "pmol/L", *_both(150, 650), 360, 90),
        "vitamin-d": Analysis("NPU10267", "Vitamin D (25-OH)", "nmol/L", *_both(50, 150), 72, 16),
        "ntprobnp": Analysis("NPU21571", "NT-proBNP", "ng/L", *_both(None, 300), 90, 40),
        "inr": Analysis("NPU01685", "INR", "{INR}", *_both(0.8, 1.2), 1.0, 0.06, 1),
        "urate": Analysis("NPU09356", "Urat", "umol/L", (155, 350), (230, 480), 300, 45),
        "psa": Analysis("NPU08669", "PSA", "ug/L", *_both(None, 4.0), 1.1, 0.5, 1),
        "troponin": Analysis("NPU27501", "Troponin T", "ng/L", *_both(None, 14), 6, 2),
        "bilirubin": Analysis("NPU01370", "Bilirubin", "umol/L", *_both(5, 25), 10, 3),
        "cea": Analysis("NPU19719", "CEA", "ug/L", *_both(None, 5.0), 1.8, 0.6, 1),
    }
)

PANELS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "general": (
            "Generell blodprøve",
            ("hb", "leukocytes", "platelets", "crp", "creatinine", "egfr", "sodium", "potassium",
             "alat", "ferritin", "tsh"),
        ),
        "diabetes": (
            "Diabeteskontroll",
            ("hba1c", "glucose", "creatinine", "egfr", "potassium", "cholesterol", "ldl", "hdl",
             "triglycerides", "alat"),
        ),
        "heart": (
            "Hjertekontroll",
            ("hb", "creatinine", "egfr", "sodium", "potassium", "ntprobnp", "cholesterol", "ldl",
             "hba1c"),
        ),
        "lipids": ("Fettstoffer", ("cholesterol", "ldl", "hdl", "triglycerides", "hba1c", "alat")),
        "thyroid": ("Stoffskifteprøver", ("tsh", "ft4", "hb")),
        "kidney": (
            "Nyrekontroll",
            ("hb", "creatinine", "egfr", "sodium", "potassium", "albumin", "urate", "vitamin-d"),
        ),
        "infection": ("Infeksjonsprøver", ("hb", "leukocytes", "crp")),
        "anaemia": ("Anemiutredning", ("hb", "ferritin", "b12", "leukocytes", "platelets", "crp")),
        "rheumatism": (
            "Kontroll av revmatisk sykdom",
            ("hb", "leukocytes", "platelets", "crp", "alat", "creatinine", "egfr"),
        ),
        "anticoagulation": ("Antikoagulasjon", ("hb", "platelets", "creatinine", "egfr", "inr")),
        "cancer": (
            "Kreftkontroll",
            ("hb", "leukocytes", "platelets", "crp", "creatinine", "egfr", "alat", "ggt",
             "bilirubin", "albumin", "cea"),
        ),
        "prostate": ("PSA-kontroll", ("psa", "creatinine", "egfr", "hb")),
        "acute-heart": (
            "Akutte hjerteprøver",
            ("troponin", "ntprobnp", "hb", "crp", "creatinine", "egfr", "sodium", "potassium"),
        ),
        "pregnancy": ("Svangerskapskontroll", ("hb", "ferritin", "glucose", "tsh", "platelets")),
    }
)  # fmt: skip

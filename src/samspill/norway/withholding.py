"""Denied and delayed access (Volven 9603): from whom a labelled resource is withheld.

A clinician may withhold a document from the patient, the parents or a youth on the grounds of
pasient- og brukerrettighetsloven § 5-1 and § 3-4, or delay it; a patient may lock it for personnel.
"""

from samspill.norway import codes

SYSTEM = codes.DOCUMENT_RESTRICTION

LOCKED = "NORS"
"""Locked for personnel by the patient; emergency access lifts it."""
DELAYED = "NORU"
"""The citizen sees it when the clinician has taken the label away."""
FROM_PARENTS = "NORN_FORANS"
FROM_YOUTH = "NORN_UNGDOM"
"""From a patient who has not yet reached health majority."""
NORMAL = "N"

FROM_CITIZENS = frozenset(
    {
        DELAYED, "NORN_FFL", "NORN_KUT", "NORN_EPO", "NORN_ALL", "NORN_FOR", "NORN_FFH",
        "NORN_FPB", "NORN_DUP", "NORN_ANG",
    }
)  # fmt: skip
"""From the patient and everybody who acts for the patient."""

KNOWN = FROM_CITIZENS | {LOCKED, FROM_PARENTS, FROM_YOUTH, NORMAL}
"""All codes; one that is not among them withholds from everybody."""


def label(code: str) -> str:
    """A code as the facts hold it: system|code."""
    return f"{SYSTEM}|{code}"


def labels(codes: frozenset[str]) -> frozenset[str]:
    return frozenset(label(code) for code in codes)

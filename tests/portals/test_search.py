"""Citizens find things by their own words, and with typing errors."""

import pytest

from samspill.portals.citizen import search

ROWS = {
    "hba1c": "Prøvesvar Langtidsblodsukker (HbA1c) Fjellvik laboratorium 11. nov. 2026",
    "metformin": "Legemiddel Metformin 500 mg tabletter 1 tablett · Mot diabetes · Gunnar Fjeld",
    "visit": "Kontakt Konsultasjon Kontroll: Diabetes type 2 · Torget legesenter Trondheim",
    "vaccine": "Vaksine Influensavaksine Solsiden legesenter Bodø",
    "pressure": "Måling Blodtrykk, Puls Biret Ánne Hætta",
}


def found(sought: str) -> set[str]:
    is_found = search.finder(sought, ROWS.values())
    return {name for name, text in ROWS.items() if is_found(text)}


@pytest.mark.parametrize(
    ("sought", "names"),
    [
        ("", {*ROWS}),
        ("diabetes", {"hba1c", "metformin", "visit"}),
        ("DIABETES", {"hba1c", "metformin", "visit"}),
        ("sukkersyke", {"hba1c", "metformin", "visit"}),
        ("diabtes", {"hba1c", "metformin", "visit"}),
        ("sukersyke", {"hba1c", "metformin", "visit"}),
        ("metfromin", {"metformin"}),
        ("metform", {"metformin"}),
        ("diabetes fjeld", {"metformin"}),
        ("influnsa", {"vaccine"}),
        ("anne", {"pressure"}),
        ("bodø", {"vaccine"}),
        ("bodo", set()),
        ("xyz", set()),
        ("brukket arm", set()),
    ],
)
def test_what_one_looks_for_is_found(sought: str, names: set[str]) -> None:
    assert found(sought) == names

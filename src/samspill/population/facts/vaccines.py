"""The Norwegian childhood programme and the yearly vaccines of older people (FHI), by ATC."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dose:
    atc: str
    name: str
    months: int
    """Age when it is due."""
    number: int
    born_from: int = 0
    """The first birth year that was offered it."""


PROGRAMME: tuple[Dose, ...] = (
    Dose("J07BH01", "Rotavirusvaksine", 2, 1, 2014),
    Dose("J07BH01", "Rotavirusvaksine", 3, 2, 2014),
    Dose("J07CA09", "Seksvalent vaksine (DTP-IPV-Hib-HepB)", 3, 1, 2016),
    Dose("J07AL02", "Pneumokokkvaksine", 3, 1, 2006),
    Dose("J07CA09", "Seksvalent vaksine (DTP-IPV-Hib-HepB)", 5, 2, 2016),
    Dose("J07AL02", "Pneumokokkvaksine", 5, 2, 2006),
    Dose("J07CA09", "Seksvalent vaksine (DTP-IPV-Hib-HepB)", 12, 3, 2016),
    Dose("J07AL02", "Pneumokokkvaksine", 12, 3, 2006),
    Dose("J07BD52", "MMR-vaksine", 15, 1, 1983),
    Dose("J07CA02", "DTP-IPV-vaksine", 84, 4, 1998),
    Dose("J07BD52", "MMR-vaksine", 138, 2, 1983),
    Dose("J07BM03", "HPV-vaksine", 150, 1, 1997),
    Dose("J07BM03", "HPV-vaksine", 157, 2, 1997),
    Dose("J07CA02", "DTP-IPV-vaksine", 185, 5, 1991),
)

INFLUENZA = ("J07BB02", "Influensavaksine")
COVID = ("J07BX03", "Koronavaksine")

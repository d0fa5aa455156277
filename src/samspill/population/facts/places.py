"""Some municipalities of Norway with number, size, postcodes, and the hospital that serves them.

Numbers as of 2024 (Kartverket), sizes in thousands (SSB), postcodes (Bring); streets are made up.
"""

from dataclasses import dataclass
from typing import Literal

Region = Literal["south", "north"]


@dataclass(frozen=True, slots=True)
class Municipality:
    number: str
    name: str
    thousands: float
    region: Region
    postcodes: tuple[tuple[str, str], ...]
    sami_share: float = 0.004


MUNICIPALITIES: tuple[Municipality, ...] = (
    Municipality("5001", "Trondheim", 214, "south", (("7014", "Trondheim"), ("7053", "Ranheim"))),
    Municipality("5501", "Tromsø", 79, "north", (("9008", "Tromsø"), ("9020", "Tromsdalen")), 0.03),
    Municipality(
        "0301", "Oslo", 717, "south", (("0169", "Oslo"), ("0554", "Oslo"), ("1150", "Oslo"))
    ),
    Municipality("4601", "Bergen", 292, "south", (("5014", "Bergen"), ("5222", "Nesttun"))),
    Municipality("1103", "Stavanger", 149, "south", (("4012", "Stavanger"), ("4020", "Stavanger"))),
    Municipality("4204", "Kristiansand", 116, "south", (("4614", "Kristiansand S"),)),
    Municipality("3301", "Drammen", 104, "south", (("3015", "Drammen"), ("3044", "Drammen"))),
    Municipality("3203", "Asker", 99, "south", (("1384", "Asker"),)),
    Municipality("3201", "Bærum", 130, "south", (("1337", "Sandvika"),)),
    Municipality("3205", "Lillestrøm", 91, "south", (("2004", "Lillestrøm"),)),
    Municipality("3107", "Fredrikstad", 85, "south", (("1606", "Fredrikstad"),)),
    Municipality("1108", "Sandnes", 83, "south", (("4313", "Sandnes"), ("4310", "Hommersåk"))),
    Municipality("4003", "Skien", 56, "south", (("3717", "Skien"),)),
    Municipality("1508", "Ålesund", 58, "south", (("6004", "Ålesund"),)),
    Municipality("1804", "Bodø", 54, "north", (("8006", "Bodø"), ("8011", "Bodø")), 0.01),
    Municipality("3403", "Hamar", 33, "south", (("2315", "Hamar"),)),
    Municipality("4647", "Sunnfjord", 22, "south", (("6800", "Førde"), ("6812", "Førde"))),
    Municipality("4621", "Voss", 16, "south", (("5700", "Voss"),)),
    Municipality("5025", "Røros", 5.7, "south", (("7374", "Røros"),), 0.02),
    Municipality("5503", "Harstad", 25, "north", (("9405", "Harstad"),), 0.01),
    Municipality("5601", "Alta", 22, "north", (("9510", "Alta"),), 0.1),
    Municipality("5605", "Sør-Varanger", 10, "north", (("9900", "Kirkenes"),), 0.06),
    Municipality("5610", "Karasjok", 2.6, "north", (("9730", "Karasjok"),), 0.8),
    Municipality("5612", "Kautokeino", 2.8, "north", (("9520", "Kautokeino"),), 0.85),
)

BY_NAME = {municipality.name: municipality for municipality in MUNICIPALITIES}
BY_WEIGHT = tuple((municipality, municipality.thousands) for municipality in MUNICIPALITIES)

STREETS: tuple[str, ...] = (
    "Storgata", "Kirkeveien", "Skolegata", "Fjordveien", "Bakkegata", "Solbakken", "Granveien",
    "Bjørkelia", "Elvegata", "Strandveien", "Åsveien", "Nedre Torggate", "Furuveien", "Rognelia",
    "Myrveien", "Utsikten", "Nordlysveien", "Multebakken", "Tjeldveien", "Lyngheia", "Bekkefaret",
    "Østre Ringvei", "Havnegata", "Ståthaugen", "Geitramsvegen", "Sjøbadveien", "Måneveien",
)  # fmt: skip

"""Common given names and surnames in Norway, by origin and, for Norwegian names, by age (SSB)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Origin = Literal["norwegian", "sami", "polish", "somali", "ukrainian", "arabic", "urdu", "english"]

GIVEN_OLD: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "female": (
            "Anne", "Inger", "Kari", "Marit", "Ingrid", "Liv", "Eva", "Berit", "Astrid", "Bjørg",
            "Hilde", "Anna", "Solveig", "Marianne", "Randi", "Elisabeth", "Gerd", "Ruth", "Tone",
            "Wenche", "Åse", "Turid", "Sigrid", "Grete", "Bente", "Unni", "Reidun", "Aud", "Gro",
        ),
        "male": (
            "Jan", "Per", "Bjørn", "Ole", "Lars", "Kjell", "Knut", "Arne", "Svein", "Thomas",
            "Hans", "Geir", "Tor", "Morten", "Terje", "Odd", "Erik", "John", "Harald", "Øyvind",
            "Rune", "Trond", "Egil", "Leif", "Steinar", "Sverre", "Gunnar", "Roald", "Håkon",
        ),
    }
)  # fmt: skip

GIVEN_YOUNG: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "female": (
            "Nora", "Emma", "Ella", "Maja", "Olivia", "Emilie", "Sofie", "Leah", "Ingrid", "Thea",
            "Sara", "Frida", "Amalie", "Vilde", "Tuva", "Hedda", "Mathilde", "Julie", "Ida",
            "Malin", "Silje", "Camilla", "Iben", "Ronja", "Selma", "Live", "Åshild", "Ylva",
        ),
        "male": (
            "Jakob", "Noah", "Emil", "Oskar", "Lucas", "William", "Filip", "Oliver", "Henrik",
            "Aksel", "Magnus", "Jonas", "Mathias", "Sander", "Elias", "Sindre", "Marius",
            "Andreas", "Kristian", "Eirik", "Vetle", "Storm", "Tobias", "Håvard", "Brage", "Even",
        ),
    }
)  # fmt: skip

SURNAMES: tuple[str, ...] = (
    "Hansen", "Johansen", "Olsen", "Larsen", "Andersen", "Pedersen", "Nilsen", "Kristiansen",
    "Jensen", "Karlsen", "Johnsen", "Pettersen", "Eriksen", "Berg", "Haugen", "Hagen",
        "Johannessen",
    "Andreassen", "Jacobsen", "Dahl", "Jørgensen", "Halvorsen", "Henriksen", "Lund", "Sørensen",
    "Jakobsen", "Moen", "Gundersen", "Iversen", "Strand", "Solberg", "Svendsen", "Eide", "Knutsen",
    "Martinsen", "Paulsen", "Bakken", "Kristoffersen", "Mathisen", "Lie", "Amundsen", "Nguyen",
    "Rasmussen", "Lunde", "Solheim", "Berge", "Moe", "Nygård", "Bakke", "Fredriksen", "Holm",
    "Lien", "Hauge", "Christensen", "Andresen", "Nielsen", "Knudsen", "Evensen", "Sæther", "Aas",
    "Myhre", "Hanssen", "Haugland", "Thomassen", "Sivertsen", "Simonsen", "Danielsen", "Berntsen",
    "Sandvik", "Rønning", "Arnesen", "Næss", "Vik", "Antonsen", "Haug", "Ellingsen", "Thorsen",
    "Edvardsen", "Birkeland", "Isaksen", "Gulbrandsen", "Ruud", "Aasen", "Strøm", "Tangen",
        "Ødegård",
    "Myklebust", "Bøe", "Helland", "Fjeld", "Tveit", "Brekke", "Engen", "Hovland", "Skår", "Ness",
)  # fmt: skip

FOREIGN: Mapping[Origin, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "sami": MappingProxyType(
            {
                "female": ("Máret", "Elle", "Ánne", "Inga", "Biret", "Risten", "Sárá", "Kirste"),
                "male": ("Ánde", "Niillas", "Áilu", "Mihkkal", "Jovnna", "Máhtte", "Piera", "Ánte"),
                "family": ("Sara", "Gaup", "Eira", "Utsi", "Hætta", "Buljo", "Somby", "Bongo"),
            }
        ),
        "polish": MappingProxyType(
            {
                "female": ("Agnieszka", "Małgorzata", "Katarzyna", "Ewa", "Joanna"),
                "male": ("Piotr", "Krzysztof", "Tomasz", "Paweł", "Łukasz"),
                "family": ("Nowak", "Wójcik", "Kowalczyk", "Zieliński", "Wiśniewska"),
            }
        ),
        "somali": MappingProxyType(
            {
                "female": ("Amina", "Hodan", "Sahra", "Fadumo", "Ifrah"),
                "male": ("Abdi", "Mohamed", "Yusuf", "Ahmed", "Liban"),
                "family": ("Ali", "Hassan", "Omar", "Warsame", "Farah"),
            }
        ),
        "ukrainian": MappingProxyType(
            {
                "female": ("Olena", "Oksana", "Iryna", "Nataliia", "Kateryna"),
                "male": ("Andrii", "Serhii", "Dmytro", "Taras", "Bohdan"),
                "family": ("Kovalenko", "Shevchenko", "Bondarenko", "Melnyk", "Tkachenko"),
            }
        ),
        "arabic": MappingProxyType(
            {
                "female": ("Fatima", "Layla", "Rania", "Noor", "Yasmin"),
                "male": ("Omar", "Khaled", "Hassan", "Ibrahim", "Samir"),
                "family": ("Haddad", "Khoury", "Al-Masri", "Saleh", "Darwish"),
            }
        ),
        "urdu": MappingProxyType(
            {
                "female": ("Ayesha", "Saima", "Nadia", "Rubina", "Sana"),
                "male": ("Imran", "Tariq", "Usman", "Bilal", "Kamran"),
                "family": ("Khan", "Ahmad", "Hussain", "Malik", "Butt"),
            }
        ),
        "english": MappingProxyType(
            {
                "female": ("Emily", "Grace", "Hannah", "Lucy", "Zoë"),
                "male": ("James", "Daniel", "Oliver", "Seán", "Zach"),
                "family": ("Taylor", "O'Brien", "Walker", "Hughes", "Smith-Jones"),
            }
        ),
    }
)

CITIZENSHIP: Mapping[Origin, str] = MappingProxyType(
    {
        "norwegian": "NO",
        "sami": "NO",
        "polish": "PL",
        "somali": "SO",
        "ukrainian": "UA",
        "arabic": "SY",
        "urdu": "PK",
        "english": "GB",
    }
)

LANGUAGE: Mapping[Origin, str] = MappingProxyType(
    {
        "norwegian": "nb",
        "sami": "se",
        "polish": "pl",
        "somali": "so",
        "ukrainian": "uk",
        "arabic": "ar",
        "urdu": "ur",
        "english": "en",
    }
)

ORIGINS: tuple[tuple[Origin, float], ...] = (
    ("norwegian", 86),
    ("polish", 4),
    ("ukrainian", 3),
    ("somali", 2),
    ("arabic", 2),
    ("urdu", 2),
    ("english", 1),
)

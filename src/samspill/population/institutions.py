"""The institutions and personnel that treat made-up people: GPs, two hospitals, home care, labs.

All of them are invented, and so are their numbers: organisation numbers begin with 3 as in the
authorities' synthetic registers, HPR numbers with 5659.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from types import MappingProxyType

from samspill.norway import check_digits
from samspill.norway.person_numbers import Sex
from samspill.population.draws import Draws
from samspill.population.facts import names
from samspill.population.facts.places import MUNICIPALITIES, STREETS, Municipality, Region

PATIENTS_ON_A_LIST = 1000


@dataclass(frozen=True, slots=True)
class Organisation:
    id: str
    name: str
    kind: str
    """Kind of institution: "gp", "hospital", "department", "home-care", "laboratory" and so on."""
    serial: int
    """Its numbers follow from this."""
    municipality: Municipality
    street: str
    part_of: str = ""
    specialty: tuple[str, str] | None = None
    """Volven 8451, for departments."""

    @property
    def organisation_number(self) -> str:
        return _organisation_number(self.serial)

    @property
    def her_id(self) -> str:
        return str(9_800_000 + self.serial)

    @property
    def resh_id(self) -> str:
        return str(4_900_000 + self.serial)


@dataclass(frozen=True, slots=True)
class Clinician:
    """A professional in the role at one workplace."""

    practitioner: str
    role: str
    organisation: Organisation
    given: str
    family: str
    sex: Sex
    hpr: str
    category: str
    """Volven 9060, such as "LE" and "SP"."""
    title: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


@dataclass(frozen=True, slots=True)
class Hospital:
    organisation: Organisation
    departments: Mapping[str, Organisation]
    doctors: Mapping[str, Clinician]
    nurse: Clinician


@dataclass(frozen=True, slots=True)
class Care:
    """Who usually treats one person."""

    gp: Clinician
    health_secretary: Clinician
    hospital: Hospital
    home_nurse: Clinician
    laboratory: Organisation
    pharmacy: Organisation


class Institutions:
    """Every institution of a population of a size; found by municipality, made once."""

    def __init__(self, people: int) -> None:
        self._people = people

    def care(self, municipality: Municipality, key: int) -> Care:
        """Who treats the person with this key in this municipality."""
        office = self.gp_offices[municipality.number]
        hospital = self.hospitals[municipality.region]
        return Care(
            gp=office[key % len(office)],
            health_secretary=self.secretaries[municipality.number],
            hospital=hospital,
            home_nurse=self.home_nurses[municipality.number],
            laboratory=self.laboratories[municipality.region],
            pharmacy=self.pharmacies[municipality.number],
        )

    def organisations(self) -> Iterator[Organisation]:
        for hospital in self.hospitals.values():
            yield hospital.organisation
            yield from hospital.departments.values()
        yield from self.laboratories.values()
        for municipality in MUNICIPALITIES:
            yield self.gp_offices[municipality.number][0].organisation
            yield self.home_nurses[municipality.number].organisation
            yield self.pharmacies[municipality.number]

    def clinicians(self) -> Iterator[Clinician]:
        for hospital in self.hospitals.values():
            yield from hospital.doctors.values()
            yield hospital.nurse
        for municipality in MUNICIPALITIES:
            yield from self.gp_offices[municipality.number]
            yield self.secretaries[municipality.number]
            yield self.home_nurses[municipality.number]

    @cached_property
    def gp_offices(self) -> Mapping[str, tuple[Clinician, ...]]:
        return {place.number: tuple(self._gps(place)) for place in MUNICIPALITIES}

    def _gps(self, place: Municipality) -> Iterator[Clinician]:
        here = self._people * place.thousands / sum(each.thousands for each in MUNICIPALITIES)
        office = _organisation(f"gp-{place.number}", GP_OFFICE_NAMES, "gp", place, 1)
        for number in range(1 + ceil(here / PATIENTS_ON_A_LIST)):
            serial = MUNICIPALITIES.index(place) * 1000 + number
            yield _clinician(f"gp-{place.number}-{number + 1}", serial, office, "LE", "Fastlege")

    @cached_property
    def secretaries(self) -> Mapping[str, Clinician]:
        return {
            number: _clinician(
                f"secretary-{number}", 30_000 + index, gps[0].organisation, "HE", "Helsesekretær"
            )
            for index, (number, gps) in enumerate(self.gp_offices.items())
        }

    @cached_property
    def home_nurses(self) -> Mapping[str, Clinician]:
        return {
            place.number: _clinician(
                f"home-nurse-{place.number}",
                31_000 + index,
                _organisation(f"home-care-{place.number}", (HOME_CARE,), "home-care", place, 2),
                "SP",
                "Sykepleier",
            )
            for index, place in enumerate(MUNICIPALITIES)
        }

    @cached_property
    def pharmacies(self) -> Mapping[str, Organisation]:
        return {
            place.number: _organisation(
                f"pharmacy-{place.number}", PHARMACY_NAMES, "pharmacy", place, 3
            )
            for place in MUNICIPALITIES
        }

    @cached_property
    def laboratories(self) -> Mapping[Region, Organisation]:
        return {
            region: Organisation(
                f"laboratory-{region}", name, "laboratory", 30 + index, MUNICIPALITIES[index],
                "Laboratorieveien 1",
            )
            for index, (region, name) in enumerate(LABORATORIES)
        }  # fmt: skip

    @cached_property
    def hospitals(self) -> Mapping[Region, Hospital]:
        return {region: _hospital(region, name, i) for i, (region, name) in enumerate(HOSPITALS)}


def _hospital(region: Region, name: str, index: int) -> Hospital:
    place = MUNICIPALITIES[index]
    whole = Organisation(
        f"hospital-{region}", name, "hospital", 10 + index, place, "Sykehusbakken 1"
    )
    departments = {
        key: Organisation(
            f"hospital-{region}-{key}", f"{title}, {name}", "department",
            100 + 50 * index + number, place, "Sykehusbakken 1", whole.id, (code, specialty),
        )
        for number, (key, (title, code, specialty)) in enumerate(DEPARTMENTS.items())
    }  # fmt: skip
    doctors = {
        key: _clinician(
            f"doctor-{region}-{key}", 32_000 + 100 * index + number, department, "LE",
            "Overlege",
        )
        for number, (key, department) in enumerate(departments.items())
    }  # fmt: skip
    nurse = _clinician(
        f"nurse-{region}", 33_000 + index, departments["emergency"], "SP", "Sykepleier"
    )
    return Hospital(whole, departments, doctors, nurse)


def _organisation(
    id: str, name_patterns: tuple[str, ...], kind: str, place: Municipality, series: int
) -> Organisation:
    index = MUNICIPALITIES.index(place)
    draws = Draws("organisation", id)
    name = name_patterns[index % len(name_patterns)].format(place=place.name)
    street = f"{draws.choose(STREETS)} {draws.between(1, 60)}"
    return Organisation(id, name, kind, series * 1000 + index, place, street)


def _clinician(
    id: str, serial: int, organisation: Organisation, category: str, title: str
) -> Clinician:
    draws = Draws("clinician", id)
    sex: Sex = "female" if draws.chance(0.58) else "male"
    given = draws.choose((*names.GIVEN_OLD[sex], *names.GIVEN_YOUNG[sex]))
    return Clinician(
        id, f"{id}-role", organisation, given, draws.choose(names.SURNAMES), sex,
        str(565_900_000 + serial), category, title,
    )  # fmt: skip


def _organisation_number(serial: int) -> str:
    """The first number of its ten that has a check digit, so that no two share one."""
    for first in range(31_000_000 + serial * 10, 31_000_010 + serial * 10):
        digits = tuple(int(character) for character in str(first))
        whole = check_digits.append(digits, check_digits.ORGANISATION_WEIGHTS)
        if whole:
            return "".join(map(str, whole))
    raise ValueError(f"No organisation number for {serial}")


HOSPITALS: tuple[tuple[Region, str], ...] = (
    ("south", "Fjellvik universitetssykehus"),
    ("north", "Nordlys sykehus"),
)
LABORATORIES: tuple[tuple[Region, str], ...] = (
    ("south", "Fjellvik laboratorium"),
    ("north", "Nordlys laboratorium"),
)
GP_OFFICE_NAMES = (
    "Torget legesenter {place}",
    "{place} legegruppe",
    "Solsiden legesenter {place}",
    "Elvebredden legekontor {place}",
)
HOME_CARE = "Hjemmetjenesten i {place}"
PHARMACY_NAMES = ("Apotek Blåklokka {place}", "Apotek Tyttebæret {place}")

DEPARTMENTS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "emergency": ("Akuttmottaket", "110", "Generell indremedisin"),
        "cardiology": ("Hjertemedisinsk avdeling", "150", "Hjertesykdommer"),
        "lung": ("Lungeavdelingen", "170", "Lungesykdommer"),
        "nephrology": ("Nyremedisinsk avdeling", "180", "Nyresykdommer"),
        "rheumatology": ("Revmatologisk avdeling", "190", "Revmatiske sykdommer (revmatologi)"),
        "neurology": ("Nevrologisk avdeling", "250", "Nevrologi"),
        "orthopaedics": (
            "Ortopedisk avdeling",
            "050",
            "Ortopedisk kirurgi (inklusiv revmakirurgi)",
        ),
        "oncology": ("Kreftavdelingen", "853", "Onkologi"),
        "surgery": ("Kirurgisk avdeling", "030", "Gastroenterologisk kirurgi"),
        "maternity": ("Kvinneklinikken", "200", "Kvinnesykdommer og elektiv fødselshjelp"),
        "paediatrics": ("Barneavdelingen", "220", "Barnesykdommer"),
        "child-psychiatry": ("BUP", "310", "Psykisk helsevern barn og unge"),
        "geriatrics": ("Geriatrisk avdeling", "350", "Geriatri"),
    }
)

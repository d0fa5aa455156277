"""Tor, 47, of Stavanger: broke his leg in the north; two hospitals, one record."""

from datetime import date

from samspill.base.texts import Text
from samspill.norway import codes
from samspill.population import life
from samspill.population.chart import after, before
from samspill.population.facts.places import BY_NAME
from samspill.population.households import Numbers
from samspill.population.institutions import Institutions
from samspill.population.people import Household
from samspill.population.resources import documents, encounters, medication, planning, problems
from samspill.population.stories.cast import Charts, Story, born, person

STORY = Story(
    "traveller",
    "Tor Engen",
    Text(
        "Treated far from home: the record follows him from Tromsø to Stavanger",
        "Behandlet langt hjemmefra: journalen følger ham fra Tromsø til Stavanger",
    ),
    "clinician",
    "Patient/traveller",
)


def household(today: date, numbers: Numbers) -> Household:
    tor = person("traveller", 120, "Tor", "Engen", "male", born(today, 47, 5), "Stavanger", numbers)
    return Household((tor,), story=STORY.id)


def tell(charts: Charts, of: Household) -> None:
    chart = charts[of.adults[0].id]
    today = chart.today
    problems.allergy(
        chart, before(today, 3000), "Acetylsalisylsyre", reaction="5", is_severe=True, source="2",
        coding={"system": codes.ATC, "code": "N02BA01", "display": "Acetylsalisylsyre"},
    )  # fmt: skip
    life.live(chart, (life.case("asthma", before(today, 9000)),))
    north = Institutions(0).care(BY_NAME["Tromsø"], 0).hospital
    surgeon, first = north.doctors["orthopaedics"], before(today, 75)
    fracture = problems.icd("S82.1", "Brudd i øvre ende av tibia")
    visit = encounters.stay(chart, first, after(first, 4), surgeon, "Brudd i leggen", code=fracture)
    problems.condition(chart, first, "Brudd i leggen", [fracture], recorder=surgeon)
    problems.flag(chart, after(first, 1), codes.IMPLANT, "19", "Plate og skruer i venstre legg")
    medication.prescription(chart, "oxycodone", after(first, 4), by=surgeon, status="completed")
    documents.letter(
        chart, after(first, 4), "Epikrise: Brudd i leggen",
        {
            "Årsak til innleggelsen": "Fall på ski ved Tromsø.",
            "Forløp": "Operert med plate og skruer. Tåler ikke acetylsalisylsyre.",
            "Videre oppfølging": "Kontroll på hjemstedets sykehus etter seks uker.",
        },
        surgeon, encounter=visit,
    )  # fmt: skip
    at_home = chart.care.hospital.doctors["orthopaedics"]
    planning.referral(
        chart, after(first, 10), at_home, "Kontroll etter bruddoperasjon", code=fracture
    )
    encounters.contact(chart, after(first, 45), at_home, "Kontroll etter brudd", code=fracture)
    planning.appointment(chart, after(today, 17), at_home, "Røntgen og kontroll", hour=12)

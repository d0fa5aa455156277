"""Random requests of someone who tries every way in which a record might tell too much."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from json import dumps, loads
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from msgspec import Struct

from builders.access_worlds import CARERS, LAB, PATIENTS, ref

Resource = dict[str, Any]
TYPES = (
    "Patient", "Observation", "DocumentReference", "Composition", "Encounter", "List", "Task",
    "Consent", "CareTeam", "RelatedPerson", "Group", "Basic", "Organization", "Practitioner",
)  # fmt: skip


class Wish(Struct, frozen=True):
    """A request below the FHIR base."""

    method: str
    path: str
    """Of the address, with its query."""
    body: bytes = b""
    headers: dict[str, str] = {}


class Requests:
    """Makes requests that name what is in a world, seen or not, and what never was."""

    def __init__(self, random: Random, places: Sequence[tuple[str, str]]) -> None:
        self._random = random
        self._places = places

    def next(self) -> Wish:
        """A request of any kind: by id, searches, operations, writes, bundles."""
        kinds: list[tuple[Callable[[], Wish], int]] = [
            (self.read, 4), (self.search, 8), (self.operation, 3), (self.write, 4),
            (self.bundle, 2),
        ]  # fmt: skip
        return self._random.choices([k for k, _ in kinds], [n for _, n in kinds])[0]()

    def _place(self) -> tuple[str, str]:
        if self._random.random() < 0.1:
            return self._random.choice(TYPES), "never-was"
        return self._random.choice(self._places)

    def _patient(self) -> str:
        return self._random.choice((*PATIENTS, "never-was"))

    def read(self) -> Wish:
        """read, vread, history, and what headers tell."""
        type, id = self._place()
        random = self._random
        tail = random.choice(TAILS)
        headers = random.choice(({}, {}, {"if-none-match": 'W/"1"'}, {"if-modified-since": AGO}))
        return Wish("GET", f"{type}/{id}{tail}", headers=headers)

    def search(self) -> Wish:
        """Filters, chains, includes, sorts, counts, compartments, pages."""
        random = self._random
        type = random.choice(TYPES)
        pairs = [self._filter(type) for _ in range(random.randrange(3))]
        pairs += [self._shaping(type) for _ in range(random.randrange(3))]
        path = type
        if random.random() < 0.15:
            path = f"Patient/{self._patient()}/{random.choice((type, '*'))}"
        elif random.random() < 0.1:
            path, pairs = "", [("_type", ",".join(random.sample(TYPES, 3))), *pairs]
        query = urlencode(dict(pairs))
        if random.random() < 0.2 and path:
            form = {"content-type": "application/x-www-form-urlencoded"}
            return Wish("POST", f"{path}/_search", query.encode(), form)
        return Wish("GET", f"{path}?{query}")

    def sweep(self) -> Iterator[Wish]:
        """Everything once: each place, each filter with some values, each sort and include."""
        for type, id in self._places:
            for tail in ("", "/_history/1", "/_history", "/$meta", "/$diff", "/$validate"):
                yield Wish("GET", f"{type}/{id}{tail}")
            # Beside an id, a chain is asked of the one candidate instead of looked up beforehand.
            for pair in (("_total", "accurate"), *CHAINS.get(type, ())):
                yield Wish("GET", f"{type}?{urlencode([('_id', id), pair])}")
        for type in TYPES:
            filters = {pair for _ in range(8) for pair in self._filters(type)}
            shapes = [("_sort", each) for each in SORTS.get(type, ())]
            shapes += [("_include", each) for each in INCLUDES if each.startswith(f"{type}:")]
            shapes += [("_revinclude", each) for each in REVINCLUDES]
            shapes += [("_include", "*"), ("_total", "accurate"), ("_summary", "count")]
            for pair in (*sorted(filters), *shapes, ("_count", "1")):
                yield Wish("GET", f"{type}?{urlencode([pair])}")
            yield Wish("GET", f"{type}?_explain=true&_id=never-was")
            yield Wish("GET", f"{type}?_explain=true")
        for patient in PATIENTS:
            yield Wish("GET", f"Patient/{patient}/$everything?_count=3")
            yield Wish("GET", f"Patient/{patient}/*?_count=2")
            yield Wish("GET", f"Observation/$lastn?patient=Patient/{patient}&max=2")
        yield Wish("GET", f"$graphql?query={quote(OBSERVATIONS)}")
        for type, id in self._places:
            single = f'{{ {type}(id: "{id}") {{ id }} }}'
            yield Wish("GET", f"$graphql?query={quote(single)}")

    def _filter(self, type: str) -> tuple[str, str]:
        return self._random.choice(self._filters(type))

    def _filters(self, type: str) -> tuple[tuple[str, str], ...]:
        random, patient = self._random, self._patient()
        of_type = {
            "Patient": (
                ("name", random.choice("bdl")), ("address-city", "Oslo"), ("address", "road"),
                ("phone", f"55{random.randrange(6)}"), ("identifier", f"n{random.randrange(6)}"),
                ("general-practitioner", random.choice(CARERS)["reference"]),
                ("address-city:missing", "true"), ("birthdate", "gt1980"),
                ("_has:Observation:patient:code", random.choice("xyz")),
                ("_has:Encounter:patient:location", "Location/l0"),
                ("general-practitioner.name", "doc"), ("organization:missing", "true"),
                ("link:missing", "true"), ("deceased", "true"),
            ),
            "Observation": (
                ("code", random.choice("xyz")), ("code:not", "x"), ("category:missing", "true"),
                ("patient", patient), ("subject:Patient.name", random.choice("bdl")),
                ("patient.address-city", "Oslo"), ("value-quantity", "gt4"), ("date", "gt2025"),
                ("patient.general-practitioner", random.choice(CARERS[:2])["reference"]),
                ("derived-from.code", "x"), ("_security", "NORS"), ("_list", "s0"),
                ("_has:List:item:_id", "s1"), ("patient.identifier", f"n{random.randrange(6)}"),
                ("combo-code-value-quantity", "x$gt3"),
            ),
            "Encounter": (("location", "Location/l0"), ("service-provider", "Organization/o0"),
                          ("location:missing", "true"), ("location.name", "ward"),
                          ("participant", "Practitioner/d0"), ("patient", patient)),
            "DocumentReference": (("author", "Practitioner/d0"), ("patient.name", "b"),
                                  ("author:Practitioner.name", "doc0"), ("subject", patient)),
            "Composition": (("entry", f"DocumentReference/c-{patient}"), ("entry.author", "d1"),
                            ("entry:missing", "true")),
            "List": (("item", f"Patient/{patient}"), ("item:Patient.name", "b")),
            "Task": (("patient", patient), ("requester", "Practitioner/d0")),
            "Consent": (("patient", patient), ("status", "active"), ("actor", "Practitioner/d0")),
            "Group": (("member", f"Patient/{patient}"),),
            "RelatedPerson": (("patient", patient), ("identifier", "n1")),
            "Organization": (("_has:Patient:organization:name", "b"), ("name", "org"),
                             ("_has:Encounter:service-provider:patient", patient)),
            "Practitioner": (("_has:Encounter:participant:patient", patient),
                             ("_has:Patient:general-practitioner:name", "d"), ("name", "doc")),
        }.get(type, ())  # fmt: skip
        common = (("_id", self._place()[1]), ("_lastUpdated", "gt2020"), ("_tag:missing", "true"))
        return (*of_type, *of_type, *common)

    def _shaping(self, type: str) -> tuple[str, str]:
        random = self._random
        return random.choice(
            (
                ("_count", random.choice("0123")), ("_total", "accurate"), ("_summary", "count"),
                ("_summary", "text"), ("_elements", "id,address"), ("_sort", "_lastUpdated"),
                ("_sort", random.choice(SORTS.get(type, ("_id",)))), ("_sort", "-_id"),
                ("_include", f"{type}:*"), ("_include", random.choice(INCLUDES)), ("_include", "*"),
                ("_include:iterate", "Composition:entry"), ("_revinclude", "*:*"),
                ("_revinclude", random.choice(REVINCLUDES)),
                ("_revinclude:iterate", "List:item"), ("_total", "estimate"),
            )
        )  # fmt: skip

    def operation(self) -> Wish:
        type, id = self._place()
        _, other = self._place()
        patient, random = self._patient(), self._random
        query = (
            f'{{ Patient(id: "{patient}") {{ id name {{ family }} address {{ city }}'
            f" ObservationList(_reference: patient) {{ id code {{ coding {{ code }} }} }} }} }}"
        )
        return random.choice(
            (
                Wish("GET", f"Patient/{patient}/$everything?_count={random.randrange(1, 6)}"),
                Wish("GET", f"Patient/{patient}/$everything?_type=Observation,Encounter"),
                Wish("GET", f"Observation/$lastn?patient=Patient/{patient}&max=2"),
                Wish("GET", f"$graphql?query={quote(query)}"),
                Wish("GET", f"$graphql?query={quote(OBSERVATIONS)}"),
                Wish("GET", f"{type}/{id}/$meta"),
                Wish("GET", f"{type}/{id}/$diff"),
                Wish("GET", f"$diff?from={type}/{id}&to={type}/{other}"),
                Wish("GET", f"{type}/_history"),
                Wish("GET", f"{type}?_explain=true"),
                Wish("GET", f"{type}/{id}/$validate"),
            )
        )

    def write(self) -> Wish:
        type, id = self._place()
        random = self._random
        made = self._made()
        observation = made["resourceType"]
        tag = {"if-match": random.choice(('W/"1"', 'W/"2"'))}
        patch = [{"op": "test", "path": "/status", "value": "final"},
                 {"op": "replace", "path": "/status", "value": "amended"}]  # fmt: skip
        json_patch = {"content-type": "application/json-patch+json"}
        condition = urlencode([self._filter("Observation")])
        return random.choice(
            (
                _post(observation, made),
                _post(observation, made, {"if-none-exist": condition}),
                _post(observation, made, {"if-none-exist": f"_id={id}"}),
                Wish("PUT", f"{type}/{id}", _bytes({**made, "resourceType": type, "id": id}), JSON),
                Wish("PUT", f"{type}/{id}", _bytes({**made, "resourceType": type, "id": id}),
                     {**JSON, **tag}),
                Wish("PUT", f"Observation?{condition}", _bytes(made), JSON),
                Wish("PATCH", f"{type}/{id}", dumps(patch).encode(), json_patch),
                Wish("PATCH", f"{type}/{id}", dumps(patch).encode(), {**json_patch, **tag}),
                Wish("DELETE", f"{type}/{id}"),
                Wish("DELETE", f"{type}/{id}", headers=tag),
                Wish("DELETE", f"Observation?{condition}"),
            )
        )  # fmt: skip

    def _made(self) -> Resource:
        """A new observation, perhaps pointing to what its writer cannot see."""
        random = self._random
        made: Resource = {
            "resourceType": "Observation", "status": "final",
            "subject": ref("Patient", self._patient()),
            "code": {"coding": [{"system": "http://loinc.org", "code": random.choice("xyz")}]},
            "effectiveDateTime": "2026-11-20", "category": [{"coding": [LAB]}],
        }  # fmt: skip
        if random.random() < 0.4:
            made["derivedFrom"] = [ref(*self._place())]
        if random.random() < 0.2:
            made["contained"] = [
                {
                    "resourceType": "Patient",
                    "id": "in",
                    "identifier": [
                        {
                            "system": "urn:oid:2.16.578.1.12.4.1.4.1",
                            "value": f"n{random.randrange(6)}",
                        }
                    ],
                }
            ]
            made["performer"] = [{"reference": "#in"}]
        return made

    def bundle(self) -> Wish:
        """The same requests inside a batch or a transaction."""
        random = self._random
        is_batch = random.random() < 0.7
        entries = []
        for _ in range(random.randrange(1, 4)):
            wish = random.choice(
                (self.read, self.search, self.write) if is_batch else (self.write,)
            )()
            if wish.path.endswith("_search") or not wish.path:
                continue
            request: Resource = {"method": wish.method, "url": wish.path}
            for header, name in (("if-match", "ifMatch"), ("if-none-exist", "ifNoneExist"),
                                 ("if-none-match", "ifNoneMatch")):  # fmt: skip
                if header in wish.headers:
                    request[name] = wish.headers[header]
            entry: Resource = {"request": request}
            if wish.method == "PATCH":
                data = b64encode(wish.body).decode()
                entry["resource"] = {"resourceType": "Binary", "data": data,
                                     "contentType": "application/json-patch+json"}  # fmt: skip
            elif wish.body:
                entry["resource"] = loads(wish.body)
            entries.append(entry)
        kind = "batch" if is_batch else "transaction"
        return _post("", {"resourceType": "Bundle", "type": kind, "entry": entries})


OBSERVATIONS = '{ ObservationList(code: "x") { id subject { reference resource { id } } } }'
CHAINS = {
    "Patient": tuple(("_has:Observation:patient:code", code) for code in "wxyz"),
    "Observation": (
        *(("derived-from.code", code) for code in "wxyz"),
        ("patient.address-city", "Oslo"), ("patient.phone:missing", "true"),
    ),
    "Organization": (("_has:Encounter:service-provider:status", "finished"),
                     ("_has:Patient:organization:active", "true")),
    "Practitioner": (("_has:DocumentReference:author:status", "current"),
                     ("_has:DocumentReference:author:description", "other"),
                     ("_has:Encounter:participant:status", "finished")),
    "Composition": (("entry.description", "other"), ("entry:DocumentReference.status", "current")),
}  # fmt: skip
TAILS = (
    "", "", "", "/_history", "/_history/1", "/_history/2", "?_summary=true",
    "?_elements=subject,address", "?_format=xml",
)  # fmt: skip
AGO = "Mon, 01 Jun 2026 08:00:00 GMT"
JSON = {"content-type": "application/fhir+json"}
SORTS = {
    "Patient": ("address-city", "-name", "phone", "birthdate", "general-practitioner"),
    "Observation": ("date", "-date", "code", "value-quantity", "subject"),
    "Encounter": ("location", "-date", "service-provider"),
    "DocumentReference": ("author", "subject"),
}
INCLUDES = (
    "Observation:subject", "Observation:derived-from", "Encounter:location", "List:item",
    "Encounter:service-provider", "Patient:general-practitioner", "Composition:entry",
    "Composition:subject", "Group:member", "DocumentReference:author", "Task:requester",
)  # fmt: skip
REVINCLUDES = (
    "Observation:subject", "Encounter:location", "Encounter:patient", "List:item", "Task:patient",
    "Patient:general-practitioner", "Composition:entry", "Consent:patient",
    "Observation:derived-from", "Encounter:service-provider", "DocumentReference:author",
    "Encounter:participant",
)  # fmt: skip


def _bytes(resource: Resource) -> bytes:
    return dumps(resource).encode()


def _post(type: str, resource: Resource, more: dict[str, str] | None = None) -> Wish:
    return Wish("POST", type, _bytes(resource), {**JSON, **(more or {})})

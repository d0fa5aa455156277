"""Random reports of laboratories, made from the shapes of the standard; each value is its own."""

from base64 import b64encode
from itertools import count
from random import Random
from xml.sax.saxutils import quoteattr

from samspill.norway import kith

NAMESPACES = {version: namespace for namespace, version in kith.VERSIONS.items()}
CODES = {
    ("ServReport", "ServType"): ("N", "M", "A", "C"),
    ("ServReport", "Status"): ("P", "F", "A"),
    ("ResultItem", "ServType"): ("N", "M", "H", "C"),
    ("ResultItem", "StatusInvestigation"): tuple(kith.RESULT_STATUS),
    ("ResultItem", "DevResultInd"): ("1", "2", "3"),
    ("NumResult", "ArithmeticComp"): ("LT", "LE", "GT", "GE", "EQ"),
    ("Patient", "TypeOffId"): ("FNR",),
    ("Patient", "Sex"): ("1", "2"),
}
PERSON = "13116900216"
"""A number of the official test actors."""


class Maker:
    """Makes elements of one message."""

    def __init__(self, chance: Random, version: str) -> None:
        self.chance = chance
        self.version = version
        self._numbers = count(1)

    def element(self, name: str, deep: int = 0) -> str:
        shape = kith.OLDER[self.version].get(name) or kith.SHAPES[name]
        inner = "".join(self._particle(name, each, deep) for each in shape.split())
        return f"<{name}>{inner}</{name}>"

    def _particle(self, parent: str, source: str, deep: int) -> str:
        names = source.rstrip("?*+").split("|")
        least = 0 if source[-1] in "?*" else 1
        most = 3 if source[-1] in "*+" and deep < 3 else 1
        if parent == "Message" and "ServReport" in names:
            least = most = 1
        if (parent, names[0]) in {("ServReport", "Patient"), ("NumResult", "NumResultValue")}:
            names, least = names[:1], 1
        if deep > 6 and least == 0:
            return ""
        times = self.chance.randint(least, most)
        return "".join(self._one(parent, self.chance.choice(names), deep) for _ in range(times))

    def _one(self, parent: str, choice: str, deep: int) -> str:
        name, _, type = choice.partition(":")
        if not type:
            # Within themselves these are kept to once, or the message would have no end.
            return self.element(name, deep + (3 if name == parent else 1))
        return self._value(parent, name, type)

    def _value(self, parent: str, name: str, type: str) -> str:
        n = next(self._numbers)
        match type:
            case "CS" | "CV":
                code = self.chance.choice(CODES.get((parent, name), (f"K{n}q",)))
                system = (
                    f" S={quoteattr(f'2.16.578.1.12.4.1.1.{8300 + n % 90}')}"
                    if type == "CV"
                    else ""
                )
                return f'<{name} V="{code}"{system} DN="Navn {n}q"/>'
            case "TS":
                day = f"20{n % 20 + 10}-{n % 12 + 1:02}-{n % 28 + 1:02}"
                return f'<{name} V="{day}T{n % 24:02}:{n % 60:02}:30+00:00"/>'
            case "PQ":
                return f'<{name} V="{n}.50" U="mmol/L"/>'
            case "BL":
                return f'<{name} V="{self.chance.choice(("true", "false"))}"/>'
            case "URL":
                return f'<{name} V="tel:{n:08}"/>'
            case "INT":
                return f"<{name}>{n}</{name}>"
            case "B64":
                file = b64encode(f"File {n}".encode()).decode()
                return f'<{name} xmlns="{kith.BASE64}">{file}</{name}>'
            case _:
                text = PERSON if (parent, name) == ("Patient", "OffId") else f"Ord {n}q"
                return f"<{name}>{text}</{name}>"


def message(seed: int, version: str = "1.4") -> bytes:
    """A message that fits its schema."""
    made = Maker(Random(seed), version).element("Message")
    return made.replace("<Message>", f'<Message xmlns="{NAMESPACES[version]}">', 1).encode()


def report(
    *,
    number: str = "R1",
    kind: str = "N",
    status: str = "F",
    made: str = "2026-01-01T10:00:00",
    id: str = "M1",
    issued: str = "2026-01-01",
    results: str = "",
    person: str = PERSON,
) -> bytes:
    """A small report with the given results; the parts that are the same in all of them."""
    lab = "<Name>Lab</Name><Id>59</Id><TypeId V='HER'/>"
    return f"""<Message xmlns="{NAMESPACES["1.4"]}">
<Type V="SVAR_LAB"/><MIGversion>v1.4</MIGversion>
<GenDate V="{made}"/><MsgId>{id}</MsgId><ServReport><ServType V="{kind}"/><IssueDate V="{issued}"/>
<Status V="{status}"/><MsgDescr V="CLIN"/><ServProvId>{number}</ServProvId>
<ServReq><Id>Q1</Id></ServReq><Patient><Name>Danser, Line</Name><OffId>{person}</OffId>
<TypeOffId V="FNR"/>{results}</Patient><ServProvider><HCP><Inst>{lab}</Inst></HCP></ServProvider>
<Requester><HCP><Inst><Name>Legesenter</Name><Id>56704</Id><TypeId V="HER"/></Inst></HCP>
</Requester></ServReport></Message>""".encode()


def result(id: str, value: str, *, kind: str = "N", status: str = "3", code: str = "NPU1") -> str:
    """A number in mmol/L."""
    return f"""<ResultItem><NumResult><NumResultValue V="{value}" U="mmol/L"/></NumResult>
<ServType V="{kind}"/><Investigation><Id V="{code}" S="2.16.578.1.12.4.1.1.7280" DN="P-Kalium"/>
</Investigation><InvDate V="2026-01-01"/><IdResultItem>{id}</IdResultItem>
<StatusInvestigation V="{status}"/></ResultItem>"""

"""The shapes of the standard agree with the published schemas; what is hostile is refused."""

from random import Random

import pytest
from lxml import etree

from builders import kith_messages, shared
from samspill.services.results.mapping import receipt, rules, tree

IMPORTS = """<schema xmlns="http://www.w3.org/2001/XMLSchema">
<import namespace="http://www.kith.no/xmlstds/labsvar/{}" schemaLocation="{}"/>
<import namespace="http://www.kith.no/xmlstds/base64container" schemaLocation="kith-base64.xsd"/>
</schema>"""
SCHEMAS = {"1.3": ("2008-12-01", "svar-v13.xsd"), "1.4": ("2012-02-15", "svar-v1.4.xsd")}


@pytest.fixture(scope="module")
def schemas() -> dict[str, etree.XMLSchema]:
    folder = shared.folder("norway", "kith", "skjema")

    class Here(etree.Resolver):
        def resolve(self, url: str, _id: str, context: object) -> object:  # type: ignore[override]
            path = next(folder.rglob(url.rsplit("/", 1)[-1]))
            return self.resolve_filename(str(path), context)  # type: ignore[attr-defined]

    parser = etree.XMLParser()
    parser.resolvers.add(Here())
    return {
        version: etree.XMLSchema(etree.fromstring(IMPORTS.format(*names), parser))
        for version, names in SCHEMAS.items()
    }


def fits(data: bytes) -> bool:
    return not any(fault.refuses for fault in tree.read(data).faults)


def fits_schema(data: bytes, schemas: dict[str, etree.XMLSchema]) -> bool:
    try:
        root = etree.fromstring(data)
    except etree.XMLSyntaxError:
        return False
    dates = {date: version for version, (date, _) in SCHEMAS.items()}
    return schemas[dates[str(root.tag).split("}")[0].rsplit("/", 1)[1]]].validate(root)


def test_given_messages_fit_as_the_schemas_say(schemas: dict[str, etree.XMLSchema]) -> None:
    names = ("lab", "kith/eksempel/Svarrapport", "kith/acceptance/svarrapport")
    paths = [path for name in names for path in shared.folder("norway", name).rglob("*.xml")]
    told = {path.name: (fits(data), fits_schema(data, schemas))
            for path in paths for data in [path.read_bytes()]}  # fmt: skip
    assert not [name for name, (ours, theirs) in told.items() if ours != theirs]


@pytest.mark.parametrize("version", SCHEMAS)
@pytest.mark.parametrize("seed", range(25))
def test_random_messages_and_broken_ones_fit_as_the_schemas_say(
    seed: int, version: str, schemas: dict[str, etree.XMLSchema]
) -> None:
    data = kith_messages.message(seed, version)
    assert fits_schema(data, schemas), schemas[version].error_log
    assert fits(data)
    for broken in breakages(data, seed):
        assert fits(broken) == fits_schema(broken, schemas), broken


def breakages(data: bytes, seed: int) -> list[bytes]:
    """The message with one element gone, doubled, renamed, emptied or with an odd attribute."""
    chance, made = Random(seed), []
    for way in range(12):
        root = etree.fromstring(data)
        element = chance.choice(list(root.iter()))
        parent = element.getparent()
        if parent is None:
            continue
        match way % 6:
            case 0:
                parent.remove(element)
            case 1:
                parent.insert(parent.index(element), etree.fromstring(etree.tostring(element)))
            case 2:
                element.tag = f"{element.tag}X"
            case 3:
                element.set("V", chance.choice(["", "x", "2026-02-31x", "1.5.", "true"]))
            case 4:
                element.set("Q", "1")
            case _:
                element.text = "words"
        made.append(etree.tostring(root))
    return made


HOSTILE = {
    "entities": b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><Message>&z;</Message>',
    "a file": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Message>&x;</Message>',
    "a document type before a report": b'<!DOCTYPE Message [<!ENTITY x "Ord">]>'
    + kith_messages.report().replace(b"Danser", b"&x;"),
    "no XML": b"\x00\x01\x02",
    "nothing": b"",
    "cut off": kith_messages.message(1)[:-20],
    "wrong bytes": kith_messages.message(1).replace(b"Ord", b"\xe6"),
    "another kind": b"<Epikrise xmlns='http://www.kith.no/xmlstds/epikrise/2006-09-23'/>",
    "too deep": b"<a>" * 5000 + b"</a>" * 5000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_report_is_refused_with_a_reason(name: str) -> None:
    found = tree.read(HOSTILE[name])
    assert [fault.code for fault in found.faults if fault.refuses][:1] in (["T01"], ["T10"])
    assert all(fault.text.nb and fault.text.en for fault in found.faults)


def test_a_text_in_another_encoding_than_declared_is_read_as_what_it_is() -> None:
    text = kith_messages.report().decode().replace("Danser, Line", "Ødegård, Åse")
    data = f'<?xml version="1.0" encoding="ISO-8859-1"?>{text}'
    wrong = tree.read(data.encode("utf-8"))
    right = tree.read(data.encode("latin-1"))
    assert [fault.code for fault in wrong.faults] == ["T99"]
    assert right.faults == ()
    assert wrong.root == right.root


@pytest.mark.parametrize(
    ("gone", "code", "refuses"),
    [
        (b"<OffId>13116900216</OffId>", "E30", True),
        (b"<Name>Danser, Line</Name>", "E32", False),
        (b"<Id>56704</Id>", "E20", False),
        (b"<MsgId>M1</MsgId>", "E10", False),
    ],
)
def test_what_is_missing_is_told(gone: bytes, code: str, refuses: bool) -> None:
    name = gone[1 : gone.index(b">")]
    empty = b"" if name == b"Name" else b"<%b></%b>" % (name, name)
    found = tree.read(kith_messages.report().replace(gone, empty))
    told = {fault.code: fault.refuses for fault in rules.faults(found)}
    assert told[code] is refuses


def test_receipts_fit_their_schema() -> None:
    folder = shared.folder("norway", "kith", "skjema")
    source = (folder / "applikasjonskvittering" / "AppRec-v1.1.xsd").read_bytes()
    place = (folder / "felleskomponenter" / "kith.xsd").as_uri()
    schema = etree.XMLSchema(
        etree.fromstring(source.replace(b"http://www.kith.no/xmlstds/kith.xsd", place.encode()))
    )
    paths = [path for name in ("lab", "kith/acceptance/svarrapport")
             for path in shared.folder("norway", name).rglob("*.xml")]  # fmt: skip
    for path in paths:
        found = tree.read(path.read_bytes())
        faults = [*found.faults, *rules.faults(found)] if found.version else found.faults
        written = receipt.write(
            found, faults, id="1", at="2026-01-01T00:00:00Z", software="Samspill"
        )
        assert schema.validate(etree.fromstring(written)), (path.name, schema.error_log)

"""Releases of code systems in the formats of their owners: made-up files, read as the real ones."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from samspill.base.errors import InvalidContent, SamspillError
from samspill.base.json import Resource
from samspill.fhir.terminology.formats import archives, loinc, rf2, tables
from samspill.fhir.terminology.formats.lines import File
from samspill.fhir.terminology.formats.tables import Columns, Named
from samspill.fhir.terminology.systems import Concept
from samspill.norway import classifications, codes, fest

RELEASES = Path(__file__).parent / "releases"
SNOMED = RELEASES / "snomed"


def snomed(*paths: Path) -> dict[str, Concept]:
    found = rf2.read(archives.files(paths or (SNOMED,)), classifications.SNOMED).concepts
    return {each.code: each for each in found}


def a_table(
    name: str, columns: Columns, classification: str, encoding: str = "utf-8"
) -> dict[str, Concept]:
    [held] = archives.files([RELEASES / "tables" / name])
    meant = classifications.TABLES[classification]
    named = Named(meant.url, "2026", meant.title)
    read = tables.read([held.open()], named, columns, hierarchy=meant.hierarchy, encoding=encoding)
    return {each.code: each for each in read.concepts}


def names(concept: Concept, language: str) -> list[str]:
    return [
        each["value"]
        for each in concept.raw.get("designation", ())
        if each.get("language") == language
    ]


def properties(concept: Concept) -> Resource:
    return {
        each["code"]: next(value for key, value in each.items() if key != "code")
        for each in concept.raw.get("property", ())
    }


def test_snomed_concepts_have_their_names_by_language_the_preferred_first() -> None:
    trouble = snomed()["100001001"]

    assert trouble.display == "Sugar trouble"
    assert names(trouble, "nb") == ["sukkerplage", "sukkervansker"]
    assert names(trouble, "nn") == ["sukkerplage på nynorsk"]
    assert names(trouble, "en") == ["Sugar trouble", "Sugar trouble (disorder)"]


def test_snomed_hierarchy_is_that_of_is_a_relationships_in_use() -> None:
    found = snomed()

    assert found["100002008"].parents == ("100001001",)
    assert found["100005101"].parents == ("100001001",)
    assert found["138875005"].parents == ()


def test_an_extension_takes_away_what_the_core_says() -> None:
    replaced = snomed()["100004009"]

    assert replaced.parents == ()
    assert properties(replaced)["inactive"] is True
    assert "inactive" not in properties(snomed()["100001001"])


def test_a_snomed_release_is_known_by_the_module_of_its_edition() -> None:
    read = rf2.read(archives.files([SNOMED]), classifications.SNOMED)

    assert read.head["version"] == "http://snomed.info/sct/51000202101/version/20261015"
    [refset] = read.others
    assert refset["url"] == "http://snomed.info/sct?fhir_vs=refset/600001101"
    assert refset["compose"]["include"][0]["concept"] == [
        {"code": "100001001"},
        {"code": "100002008"},
    ]


def test_a_zip_is_read_as_the_folder_that_it_holds(tmp_path: Path) -> None:
    archive = tmp_path / "release.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(SNOMED.rglob("*.txt")):
            packed.write(path, path.relative_to(SNOMED))

    assert snomed(archive) == snomed()


@pytest.mark.parametrize(
    ("number", "column", "text", "line", "at"),
    [
        (2, 0, "12x", 3, 1),
        (1, 2, "true", 2, 3),
        (1, 1, "2026-01-01", 2, 2),
    ],
)
def test_a_malformed_line_of_rf2_is_named_by_file_line_and_column(
    tmp_path: Path, number: int, column: int, text: str, line: int, at: int
) -> None:
    for path in SNOMED.rglob("*_INT_*.txt"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    path = tmp_path / "sct2_Concept_Snapshot_INT_20260101.txt"
    rows = [row.split("\t") for row in path.read_text().splitlines()]
    rows[number][column] = text
    path.write_text("\n".join("\t".join(row) for row in rows))

    with pytest.raises(InvalidContent) as refused:
        snomed(tmp_path)
    assert (refused.value.where, refused.value.line, refused.value.column) == (path.name, line, at)
    assert text not in str(refused.value.text.nb)


def test_a_release_without_descriptions_is_refused(tmp_path: Path) -> None:
    source = next(SNOMED.rglob("sct2_Concept_Snapshot_INT*"))
    (tmp_path / source.name).write_bytes(source.read_bytes())

    with pytest.raises(InvalidContent, match="no Description file"):
        snomed(tmp_path)


def test_loinc_terms_have_axes_other_names_and_a_hierarchy() -> None:
    files = archives.files([RELEASES / "loinc"])
    read = loinc.read(files, classifications.LOINC_VARIANTS, "9.99")
    found = {each.code: each for each in read.concepts}

    blood = found["10001-1"]
    assert blood.display == "Glukomade [Moles/volume] in Blood"
    assert blood.definition == 'Made up, with a "quote", and a comma'
    assert blood.parents == ("LP10001-9",)
    assert properties(blood)["SYSTEM"] == "Bld"
    assert names(blood, "nb") == ["Glukomade i blod"]
    assert names(found["10002-9"], "nb") == ["Glukomade:Urin"]
    assert properties(found["10002-9"])["inactive"] is True
    assert found["LP10001-9"].parents == ("LP10000-1",)
    assert read.head["version"] == "9.99"


def test_icd_10_stands_in_chapters_blocks_and_categories() -> None:
    columns = Columns(
        "Kode", "Tekst", names={"nn": "Tekst nynorsk"}, synonyms=("Synonymer",), inactive="Til"
    )
    found = a_table("icd-10.csv", columns, "icd-10")
    parents = {code: each.parents for code, each in found.items()}

    assert parents == {
        "IV": (),
        "E10-E14": ("IV",),
        "E11": ("E10-E14",),
        "E11.9": ("E11",),
        "E119X": ("E11",),
        "V01-Y98": (),
        "W00-X59": ("V01-Y98",),
        "W01": ("W00-X59",),
    }
    assert names(found["E11"], "nn") == ["Oppdikta sukkerplage"]
    assert [each["value"] for each in found["E11"].raw["designation"]][1:] == [
        "sukkersyke",
        "gammelmannssukker",
    ]
    assert properties(found["E119X"]) == {"inactive": True}


@pytest.mark.parametrize(
    ("name", "columns", "kind", "line"),
    [
        ("icpc-2.tsv", Columns("Kode", "Tekst"), "icpc-2", "T90.1 T90 T"),
        ("atc.csv", Columns("ATC-kode", "Navn"), "atc", "A10BA02 A10BA A10B A10 A"),
        ("ncsp.csv", Columns("Kode", "Tekst", parent="Foreldre"), "ncsp", "AAA00 AA A"),
    ],
)
def test_a_table_has_the_hierarchy_of_its_codes(
    name: str, columns: Columns, kind: str, line: str
) -> None:
    found = a_table(name, columns, kind)
    codes = line.split()

    assert [found[code].parents for code in codes] == [*((above,) for above in codes[1:]), ()]


def test_a_table_in_an_old_encoding_is_read_when_it_is_named() -> None:
    columns = Columns("NPU-kode", "Norsk bruksnavn", properties={"unit": "Enhet"})

    assert a_table("nlk.csv", columns, "nlk", "cp1252")["NPU99999"].display == "B-Sukkermål"
    with pytest.raises(InvalidContent) as refused:
        a_table("nlk.csv", columns, "nlk")
    assert refused.value.line == 2


TABLE = Named(codes.ATC, "1", "Made up")


def read_table(text: str, columns: Columns | None = None) -> Sequence[Concept]:
    file = File("t.csv", text.encode().splitlines(keepends=True))
    return list(tables.read([file], TABLE, columns or Columns("a", "b", parent="c")).concepts)


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("a;x\n1;y\n", 1, 1, "a column b; the file has a, x"),
        ("a;b;c\n1;y\n", 2, 3, "3 columns, as in the head"),
        ("a;b;c\n1;y;;;\n", 2, 4, "3 columns, as in the head"),
        ("a;b;c\n1;;\n", 2, 2, "a value"),
        ("a;b;c\n\n;x;\n", 3, 1, "a value"),
        ("a;b;c\n1;x;\n1;y;\n", 3, 1, "a code that has not been before"),
        ("a;b;c\n1;x;9\n", 2, 3, "the code of another row"),
        ('a;b;c\n1;"x;\n', 2, 1, "quotation marks in pairs, around whole values"),
        ('a;b;c\n1;"x"y;\n', 2, 1, "quotation marks in pairs, around whole values"),
        ("", 1, 1, "a column a; the file has "),
    ],
)
def test_a_malformed_table_is_named_by_line_and_column(
    text: str, line: int, column: int, expected: str
) -> None:
    with pytest.raises(InvalidContent) as refused:
        read_table(text)
    fault = refused.value
    assert (fault.line, fault.column, getattr(fault.expected, "en", "")) == (line, column, expected)


def test_a_value_may_hold_line_breaks_in_quotes() -> None:
    [one, two] = read_table('a;b;c\n1;"x\ny";\n2;z;1\n')

    assert (one.display, two.parents) == ("x\ny", ("1",))


def test_fest_becomes_codes_under_what_they_are_made_of() -> None:
    [held] = archives.files([RELEASES / "fest.xml"])
    read = fest.read(held.open(), "2026-11-01")
    found = {each.code[-2:]: each for each in read.concepts}
    others = list(read.others)

    assert found["B1"].parents[0].endswith("A2")
    assert found["A2"].parents[0].endswith("A1")
    assert found["C1"].parents[0].endswith("B1")
    assert found["A1"].display == "Oppdiktetformin"
    assert names(found["A1"], "en") == ["Madeupformin"]
    assert properties(found["B1"]) == {
        "kind": "merkevare",
        "atc": "A10BA02",
        "form": "53",
        "group": "C",
    }
    assert properties(found["C1"])["inactive"] is True
    interaction, unassessed = others
    assert [each["itemCodeableConcept"]["text"] for each in interaction["interactant"]] == [
        "Formin",
        "Annet stoff",
    ]
    assert interaction["management"] == {"text": "Oppdiktet råd"}
    assert unassessed["compose"]["include"][0]["concept"] == [{"code": "A10BA03"}]


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE FEST [<!ENTITY a "b">]><FEST/>',
        '<!DOCTYPE FEST SYSTEM "file:///etc/passwd"><FEST/>',
        "<M1/>",
        "<FEST><K><OppfVirkestoff><Virkestoff><Navn>x</Navn></Virkestoff></OppfVirkestoff></K></FEST>",
        "<FEST><K>",
        "<FEST>" + "<K>" * 100,
        "not XML",
    ],
)
def test_what_is_no_fest_is_refused_with_its_place(xml: str) -> None:
    with pytest.raises(InvalidContent) as refused:
        list(fest.read(File("fest.xml", [xml.encode()])).concepts)
    assert refused.value.line == 1


def test_an_entry_of_fest_that_never_ends_is_refused() -> None:
    start = b"<FEST><K><OppfVirkestoff><Virkestoff><Navn>"
    file = File("fest.xml", [start, *[b"x" * 65536] * 100])

    with pytest.raises(SamspillError, match="too long"):
        list(fest.read(file).concepts)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("sct2_Concept_Snapshot_INT_20260101.txt", bytes(64 << 20))

    with pytest.raises(SamspillError, match="holds too much"):
        archives.files([archive])


def test_an_archive_lies_where_it_is_and_its_names_are_names_only(tmp_path: Path) -> None:
    archive = tmp_path / "release.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("../../outside.csv", "a;b;c\n1;x;\n")
        packed.writestr("/etc/absolute.csv", "a;b;c\n2;y;\n")
    held = archives.files([archive])

    assert [each.name for each in held] == ["outside.csv", "absolute.csv"]
    assert b"".join(held[0].open().lines) == b"a;b;c\n1;x;\n"
    assert [each.name for each in tmp_path.iterdir()] == ["release.zip"]


def test_a_link_that_leads_out_of_a_folder_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("x")
    inside = tmp_path / "release"
    inside.mkdir()
    (inside / "sct2_Concept_Snapshot_INT_20260101.txt").symlink_to(tmp_path / "secret.txt")

    assert archives.files([inside]) == []


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06", b"no archive at all"])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    archive = tmp_path / "release.zip"
    archive.write_bytes(content)

    with pytest.raises(InvalidContent, match="not an archive"):
        archives.files([archive])


def test_a_damaged_archive_is_refused_where_it_is_damaged(tmp_path: Path) -> None:
    archive = tmp_path / "release.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", "".join(f"{n};{n * 7919}\n" for n in range(9000)))
    data = bytearray(archive.read_bytes())
    data[500:600] = bytes(100)
    archive.write_bytes(data)
    [held] = archives.files([archive])

    with pytest.raises(InvalidContent, match="not an archive"):
        list(held.open().lines)


def test_a_line_without_an_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a;b;c\n1;" + b"x" * (3 << 20))
    [held] = archives.files([path])

    with pytest.raises(InvalidContent) as refused:
        tables.read([held.open()], TABLE, Columns("a", "b"))
    assert refused.value.line == 2

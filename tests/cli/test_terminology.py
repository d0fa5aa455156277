"""Code systems from the command line: loaded whole or not at all, listed, removed."""

from pathlib import Path

import pytest

from builders.record import opened
from samspill.base.errors import InvalidContent
from samspill.cli.main import main
from samspill.interactions import code_systems
from samspill.interactions.code_systems import Wanted
from samspill.interactions.session import Session
from samspill.norway import codes, fest

RELEASES = Path(__file__).parents[1] / "fhir" / "terminology" / "releases"


def run(data: Path, *arguments: object) -> int:
    action, *rest = map(str, arguments)
    return main(["terminology", action, *rest, "--data", str(data)])


def test_a_system_is_loaded_listed_and_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "load", RELEASES / "snomed", "--as", "snomed") == 0
    table = RELEASES / "tables" / "icd-10.csv"
    named = ("--as", "icd-10", "--version", "2026", "--synonyms", "Synonymer")
    assert run(tmp_path, "load", table, *named) == 0
    assert run(tmp_path, "list") == 0
    said = capsys.readouterr().out
    version = "http://snomed.info/sct/51000202101/version/20261015"
    assert f"http://snomed.info/sct|{version}: 6 concepts" in said
    assert f"8  {codes.ICD_10}|2026  ICD-10" in said

    assert run(tmp_path, "remove", codes.ICD_10, "2026") == 0
    assert run(tmp_path, "remove", codes.ICD_10, "2026") == 1
    capsys.readouterr()
    run(tmp_path, "list")
    assert codes.ICD_10 not in capsys.readouterr().out


def test_a_malformed_file_is_refused_and_nothing_of_it_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "wrong.csv"
    table.write_text("Kode;Tekst\nA00;Noe\nA01\n")

    assert run(tmp_path, "load", table, "--as", "icd-10") == 1
    assert "wrong.csv cannot be read at line 3, column 2" in capsys.readouterr().err
    run(tmp_path, "list")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("--as", "ncsp"),
        ("--as", "table"),
        ("--as", "fest"),
        ("--as", "icd-10", "--name", "nn"),
    ],
)
def test_wrong_use_is_told(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    table = RELEASES / "tables" / "ncsp.csv"
    assert run(tmp_path, "load", table, *arguments) == 2


def test_help_is_in_both_languages(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for language, word in (("en_GB.UTF-8", "columns of a table"), ("nb_NO.UTF-8", "kolonnene")):
        monkeypatch.setenv("LC_ALL", language)
        with pytest.raises(SystemExit):
            main(["terminology", "load", "--help"])
        assert word in capsys.readouterr().out


def a_lookup(session: Session, system: str, code: str) -> str:
    found = session.platform.library.system(system)
    concept = found.find(code) if found else None
    return concept.display if concept else ""


def test_what_is_loaded_can_be_looked_up_at_once(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        read = code_systems.read("fest", [RELEASES / "fest.xml"], Wanted(version="2026-11-01"))
        taken = code_systems.load(session, read, lambda count: None)

        assert (taken.concepts, taken.others) == (4, 2)
        id = "ID_00000000-0000-0000-0000-0000000000A1"
        assert a_lookup(session, fest.URL, id) == "Oppdiktetformin"


def test_a_load_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    wanted = Wanted(version="1")
    with opened(tmp_path / "record") as session:
        table.write_text("Kode;Tekst\nA00;Noe\n")
        code_systems.load(session, code_systems.read("icd-10", [table], wanted), lambda count: None)
        table.write_text("Kode;Tekst\nA00;Annet\nA01;\n")
        with pytest.raises(InvalidContent):
            code_systems.load(
                session, code_systems.read("icd-10", [table], wanted), lambda count: None
            )
        assert a_lookup(session, codes.ICD_10, "A00") == "Noe"

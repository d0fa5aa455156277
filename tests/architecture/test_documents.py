"""What is documented is there, and what is there is documented."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from builders import known
from samspill import app
from samspill.base.settings import Settings
from samspill.cli.main import parser
from samspill.portals.citizen import routes as citizen
from samspill.portals.clinician import routes as clinician
from samspill.portals.developer import routes as developer
from samspill.portals.leader import routes as leader
from samspill.portals.shared import consent, entrance

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "src" / "samspill"
PORTALS = (entrance, consent, citizen, clinician, developer, leader)
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *HOUSE.rglob("*.md")])


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def targets() -> dict[str, str]:
    """The targets of the Makefile, each with what it says of itself."""
    found = re.findall(r"^([a-z]+):[^=\n]*?(?:## (.*))?$", page("Makefile"), re.MULTILINE)
    return dict(found)


def test_every_make_target_says_what_it_does() -> None:
    silent = [target for target, says in targets().items() if not says]
    assert not silent


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_names_only_make_targets_that_exist(path: Path) -> None:
    named = set(re.findall(r"(?:`|^|    |\$ )make ([a-z]+)", path.read_text(), re.MULTILINE))
    assert named <= set(targets())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_link_inside_the_repository_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", path.read_text())
    broken = [
        link for link in links if "://" not in link and not (path.parent / link).resolve().exists()
    ]
    assert not broken


def test_every_setting_is_read_somewhere() -> None:
    code = "\n".join(path.read_text() for path in HOUSE.rglob("*.py") if path.name != "settings.py")
    properties = {"host", "port", "public_url", "time_zone"}  # read through base_url and zone
    unread = [
        setting.name
        for setting in fields(Settings)
        if setting.name not in properties and not re.search(rf"\.{setting.name}\b", code)
    ]
    assert not unread


def test_every_room_is_in_the_readme() -> None:
    rooms = {path.stem for path in HOUSE.iterdir() if path.name[0] not in "_."}
    readme = page("README.md")
    assert not [room for room in rooms if f"`{room}`" not in readme]


def test_every_room_says_what_it_is() -> None:
    silent = [
        str(folder.relative_to(HOUSE))
        for folder in HOUSE.iterdir()
        if folder.is_dir() and folder.name[0] != "_" and not (folder / "__init__.py").exists()
    ]
    assert not silent


def test_every_command_is_documented() -> None:
    choices = [each.choices for each in parser()._actions if isinstance(each.choices, dict)]
    missing = [name for name in choices[0] if f"`samspill {name}" not in page("docs/operations.md")]
    assert not missing


def test_every_operation_is_documented() -> None:
    operations = [*app.OPERATIONS, *(each for card in app.SERVICES for each in card.operations)]
    text = page("docs/fhir.md")
    assert not [each.name for each in operations if f"`${each.name}`" not in text]


def test_every_page_is_documented() -> None:
    rows = page("docs/portals.md")
    routes = [route for portal in PORTALS for route in portal.routes(None)]  # type: ignore[arg-type]
    assert routes
    assert not [route.path for route in routes if f"`{route.path}`" not in rows]


LISTS = sorted((ROOT / "tests").rglob("known*.toml"))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_known_failure_has_a_kind_and_a_reason(path: Path) -> None:
    cases = known.load(path)
    assert all(case.kind in {"bug", "not yet", "never"} for case in cases.values())
    assert all(len(case.reason.split()) >= 3 for case in cases.values())


def test_a_decision_has_its_parts() -> None:
    parts = ("## Decision", "## Why", "## What it costs")
    for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"):
        text = path.read_text()
        assert all(part in text for part in parts), path.name


def test_the_dependencies_are_pinned_with_hashes() -> None:
    wanted = tomllib.loads(page("pyproject.toml"))["build-system"]["requires"]
    lock = page("requirements/build.lock")
    assert not [line for line in wanted if f"\n{line} " not in lock]
    for path in (ROOT / "requirements").glob("*.lock"):
        pins = re.split(r"\n(?=\S)", path.read_text())
        assert all("--hash=sha256:" in pin for pin in pins if "==" in pin.partition("\n")[0]), path

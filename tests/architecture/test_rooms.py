"""The house rules that the import contracts in `pyproject.toml` cannot say."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "src" / "samspill"

# A library is used in these rooms, so that its types stay there.
HOMES: dict[str, tuple[str, ...]] = {
    "apsw": ("store",),
    "psycopg": ("store",),
    "granian": ("app", "cli", "rest"),
    "jinja2": ("web", "identity", "rest", "portals", "services"),
    "starlette": ("web", "identity", "rest", "portals", "services"),
    "lxml": ("fhir/xml", "services"),
    "duckdb": ("analytics/engines",),
    "sqlite3": (),
}

# What asks the machine for the time, chance or the network; the pure rooms are told instead.
IMPURE = {
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "date.today",
    "clock.system",
    "time.time",
    "time.time_ns",
    "random.random",
    "uuid.uuid4",
    "ids.random",
}
PURE_ROOMS = ("fhir", "norway")

# `evaluate` is called by scripts outside the house: nobody above it could tell it the time.
SEAMS = {"fhir/fhirpath/__init__": {"clock.system"}}

SERVICE_MODULES = {
    "__init__.py",
    "model.py",
    "model",
    "mapping.py",
    "mapping",
    "service.py",
    "operations.py",
    "listeners.py",
    "routes.py",
    "README.md",
    "data",
    "__pycache__",
}


@cache
def modules(folder: Path = HOUSE) -> tuple[tuple[str, ast.Module], ...]:
    """The modules below a folder, by their path in the house."""
    return tuple(
        (str(path.relative_to(HOUSE).with_suffix("")), ast.parse(path.read_text()))
        for path in sorted(folder.rglob("*.py"))
    )


def imported(tree: ast.Module) -> Iterator[str]:
    """The top package of each import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("library", HOMES)
def test_a_library_stays_in_its_rooms(library: str) -> None:
    strangers = [
        module
        for module, tree in modules()
        if library in imported(tree)
        and not any(f"{module}/".startswith(f"{home}/") for home in HOMES[library])
    ]
    assert not strangers


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_a_pure_room_is_told_the_time(room: str) -> None:
    asked = [
        f"{module}: {ast.unparse(node)}"
        for module, tree in modules(HOUSE / room)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and ast.unparse(node) in IMPURE - SEAMS.get(module, set())
    ]
    assert not asked


def test_the_core_is_synchronous() -> None:
    at_the_edge = ("rest/", "portals/", "web/", "identity/", "services/", "app", "cli")
    deep = [
        module
        for module, tree in modules()
        if any(isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(tree))
        and not module.startswith(at_the_edge)
    ]
    assert not deep


def test_every_service_has_the_same_inner_shape() -> None:
    folders = [folder for folder in (HOUSE / "services").glob("*/") if folder.name[0] != "_"]
    for folder in folders:
        names = {path.name for path in folder.iterdir()}
        assert names <= SERVICE_MODULES, f"{folder.name}: {names - SERVICE_MODULES}"
        assert {"__init__.py", "README.md"} <= names, folder.name


def test_services_and_portals_do_not_know_each_other() -> None:
    for kind in ("services", "portals"):
        siblings = {folder.name for folder in (HOUSE / kind).glob("*/")} - {"shared", "__pycache__"}
        for module, tree in modules(HOUSE / kind):
            _, own, *_ = [*module.split("/"), ""]
            if own not in siblings:
                continue
            known = {name.split(".")[2] for name in _house_imports(tree, f"samspill.{kind}.")}
            assert known & siblings <= {own}, module


def _house_imports(tree: ast.Module, prefix: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if f"{node.module}.{alias.name}".startswith(prefix):
                    yield f"{node.module}.{alias.name}"


def test_an_exception_is_never_caught_without_a_name() -> None:
    bare = [
        f"{module}:{node.lineno}"
        for module, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert not bare

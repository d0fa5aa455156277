"""What holds for every file: a docstring, a size that fits a head, nothing left lying about."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest

ROOT = Path(__file__).parents[2]
LARGEST_FILE = 400
LARGEST_FUNCTION = 45
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "processor"}


@cache
def tracked(*patterns: str) -> tuple[Path, ...]:
    """The files that git knows, and those new ones that it does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(path for name in found.splitlines() if (path := ROOT / name).is_file())


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


SOURCES = ("src/*.py", "build_hook/*.py", "bench/*.py", "hatch_build.py")
PYTHON = (*SOURCES, "tests/*.py")


@cache
def trees(patterns: tuple[str, ...]) -> tuple[tuple[Path, ast.Module], ...]:
    return tuple((path, ast.parse(path.read_text())) for path in tracked(*patterns))


def test_a_file_says_what_it_holds() -> None:
    silent = [name(path) for path, tree in trees(PYTHON) if not ast.get_docstring(tree)]
    assert not silent


def test_a_file_is_short() -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in tracked(*SOURCES)}
    assert not {path: length for path, length in lengths.items() if length > LARGEST_FILE}


def test_a_function_is_short() -> None:
    long = [
        f"{name(path)}: {node.name} has {length} lines"
        for path, tree in trees(SOURCES)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LARGEST_FUNCTION
    ]
    assert not long


def test_a_name_says_what_it_is() -> None:
    vague = [
        name(path)
        for path, tree in trees(PYTHON)
        if VAGUE & set(path.relative_to(ROOT).with_suffix("").parts)
        or any(_VAGUE_CLASS.search(each.name) for each in tree.body if _is_class(each))
    ]
    assert not vague


def _is_class(node: ast.stmt) -> TypeGuard[ast.ClassDef]:
    return isinstance(node, ast.ClassDef)


_VAGUE_CLASS = re.compile(r"(Impl|Manager|Processor|Helper)$|^Abstract")


# Put together here, so that this file does not hold what it looks for.
LEFT_BEHIND = {
    "a note to oneself": re.compile(r"\b(TO" r"DO|FIX" r"ME)\b"),
    "a path of one machine": re.compile(r"(?<![\w.}])/(ho" r"me|ro" r"ot|wo" r"rk)/\w"),
    "the name of a package registry's host": re.compile(
        r"py" r"pi\.org|python" r"hosted|registry\.npm" r"js|np" r"mjs\.(com|org)|proxy\.go" r"lang"
    ),
}


@pytest.mark.parametrize("what", LEFT_BEHIND)
def test_nothing_is_left_behind(what: str) -> None:
    texts = (path for path in tracked(".") if path.suffix not in {".png", ".woff2", ".ico"})
    found = [
        f"{name(path)}:{number}"
        for path in texts
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if LEFT_BEHIND[what].search(line)
    ]
    assert not found


def test_what_others_publish_is_not_in_git() -> None:
    large = [name(path) for path in tracked(".") if path.stat().st_size > 600_000]
    assert not large

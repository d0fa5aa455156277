"""Templates hold markup only: no text, no inline style or script, no way round the escaping."""

import re
from pathlib import Path

import pytest

import samspill.portals

TEMPLATES = sorted(Path(samspill.portals.__file__).parent.rglob("*.html"))
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


def name(path: Path) -> str:
    return f"{path.parents[1].name}/{path.name}"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_says_nothing_itself(path: Path) -> None:
    markup = JINJA.sub("", path.read_text())
    text = re.sub(r"<!doctype html>|<[^>]+>", " ", markup)
    assert not re.findall(r"\w{2,}", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_has_nothing_inline(path: Path) -> None:
    markup = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:|hx-on|hx-vals=.js:", markup)
    assert not re.search(r"<script(?![^>]*\bsrc=)", markup)
    assert not re.search(r"\|\s*safe|autoescape", markup)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_form_works_without_htmx_and_carries_a_token(path: Path) -> None:
    for form in re.findall(r"<form\b.*?</form>", path.read_text(), re.DOTALL):
        if 'method="dialog"' in form:
            continue
        if 'method="get"' in form:
            # What is looked for in code systems is no secret, and may stand in an address.
            assert 'role="search"' in form
            assert "action=" in form
            continue
        assert 'method="post"' in form
        assert "action=" in form
        assert 'name="token"' in form

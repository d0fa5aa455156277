"""The XHTML of narratives: basic formatting only, and nothing that runs or fetches."""

import pytest

from samspill.fhir.validation import narrative

RIGHT = [
    "<p>Hei <b>på</b> deg &amp; dine&#160;</p>",
    '<table><tr><td colspan="2" style="color: red">a</td></tr></table>',
    '<p><a href="#a">a</a><a href="https://example.org">b</a><a name="c">d</a></p>',
    '<img src="data:image/png;base64,AAAA" alt="a"/>',
    '<p xml:lang="nb" lang="nb" class="a" id="b">a</p>',
]
WRONG = [
    "<script>alert(1)</script>",
    '<p onclick="a()">a</p>',
    '<a href="javascript:a()">a</a>',
    '<a href=" java&#10;script:a()">a</a>',
    "<iframe/>a",
    "<form><input/></form>",
    "<object/>a",
    "<link/>a",
    "<p>a&nbsp;b</p>",
    "<p>a",
    '<p style="background: url(javascript:a)">a</p>',
    '<svg xmlns="http://www.w3.org/2000/svg"/>a',
    "<?php a ?>a",
]


def _div(content: str) -> str:
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{content}</div>'


@pytest.mark.parametrize("content", RIGHT)
def test_basic_formatting_is_allowed(content: str) -> None:
    assert narrative.check(_div(content)) is None


@pytest.mark.parametrize("content", WRONG)
def test_what_runs_fetches_or_does_not_parse_is_refused(content: str) -> None:
    found = narrative.check(_div(content))

    assert found
    assert found[0].severity == "error"


@pytest.mark.parametrize(
    "text",
    [
        "<div>a</div>",
        '<p xmlns="http://www.w3.org/1999/xhtml">a</p>',
        "a",
        "",
        '<!DOCTYPE a [<!ENTITY b "c">]><div xmlns="http://www.w3.org/1999/xhtml">&b;</div>',
    ],
)
def test_all_but_one_div_of_xhtml_is_refused(text: str) -> None:
    assert narrative.check(text)


def test_a_narrative_without_content_is_a_warning() -> None:
    found = narrative.check(_div("<p> </p>"))

    assert found
    assert found[0].severity == "warning"

"""Settings: where they come from, which goes first, and that a wrong one stops the program."""

from pathlib import Path

import pytest

from samspill.base import settings
from samspill.base.errors import Misconfigured


def test_without_anything_said_the_defaults_hold() -> None:
    assert settings.load({}) == settings.Settings()


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(
    tmp_path: Path,
) -> None:
    file = tmp_path / "samspill.toml"
    file.write_text('port = 1\nname = "from the file"\nlog_level = "debug"\npackages = ["a", "b"]')
    environment = {"SAMSPILL_CONFIG": str(file), "SAMSPILL_PORT": "2", "SAMSPILL_NAME": "here"}
    found = settings.load(environment, port=3, name=None)
    assert (found.port, found.name, found.log_level) == (3, "here", "debug")
    assert found.packages == (Path("a"), Path("b"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PORT", "eight"),
        ("PORT", "-1"),
        ("PORT", "65536"),
        ("PORT", "１２"),
        ("PORTS", "8000"),
        ("MODE", "demonstration"),
        ("TIME_ZONE", "Norway/Oslo"),
        ("TIME_ZONE", "../etc/passwd"),
        ("UPDATE_AS_CREATE", "perhaps"),
        ("LANGUAGE", "de"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_expected(name: str, text: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        settings.load({f"SAMSPILL_{name}": text})
    assert refused.value.where == f"SAMSPILL_{name}"
    assert refused.value.expected


@pytest.mark.parametrize("mode", ["demo", "open"])
def test_only_loopback_may_serve_without_real_sign_in(mode: str) -> None:
    with pytest.raises(Misconfigured):
        settings.load({}, mode=mode, host="0.0.0.0")
    assert settings.load({}, mode=mode, host="::1").base_url == "http://[::1]:8000"


@pytest.mark.parametrize("content", [b"port = ", b"\xff", None])
def test_a_settings_file_that_cannot_be_read_stops_the_program(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "samspill.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Misconfigured):
        settings.load({"SAMSPILL_CONFIG": str(file)})


def test_the_page_of_settings_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "settings.md"
    assert page.read_text() == settings.document(), "run `make docs`"

"""Every setting of the program: from SAMSPILL_* in the environment and one TOML file.

The environment goes before the file, and what the command line says before both. The list in
`docs/settings.md` is printed from here by `python -m samspill.base.settings`.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo, available_timezones

from samspill.base.errors import Misconfigured
from samspill.base.texts import Text

PREFIX = "SAMSPILL_"
FILE = PREFIX + "CONFIG"
MEBI = 1024 * 1024
DEMAND = re.compile(r"[A-Z][A-Za-z]+=[^\s=,]+")


def _setting(
    default: Any,
    says: str,
    *,
    least: int | None = None,
    most: int | None = None,
    among: tuple[str, ...] = (),
) -> Any:
    """A field with what the operator should know of it."""
    return field(
        default=default, metadata={"says": says, "least": least, "most": most, "among": among}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator decides. Every value is checked when the object is made."""

    data: Path = _setting(Path("samspill-data"), "Folder that holds the record and its keys.")
    database: str = _setting(
        "",
        "URL of a PostgreSQL database; `embedded` for a PostgreSQL of its own in the data folder, "
        "empty for SQLite there.",
    )
    host: str = _setting(
        "127.0.0.1", "Address to listen on. Modes `demo` and `open` allow loopback only."
    )
    port: int = _setting(8000, "Port to listen on.", least=0, most=65_535)
    mode: str = _setting(
        "normal",
        "`demo`: sign in by picking a synthetic person. `open`: no sign-in, everything visible, "
        "for test tools.",
        among=("normal", "demo", "open"),
    )
    public_url: str = _setting(
        "",
        "Address that clients use, such as `https://record.example.org`; empty for host and port.",
    )
    name: str = _setting("Samspill", "Name of this installation, shown in the CapabilityStatement.")
    language: str = _setting(
        "nb", "Language of messages and pages for those who ask for none.", among=("nb", "en")
    )
    time_zone: str = _setting(
        "Europe/Oslo", "Zone of dates without a zone, in searches and on pages."
    )
    packages: tuple[Path, ...] = _setting(
        (), "FHIR packages (`.tgz` or folders) to read beside the R4 core, separated by commas."
    )
    validation: str = _setting(
        "structure",
        "What is checked of a resource that is written. `structure`: the standard itself. "
        "`profiles`: also the profiles that it claims, extensions, Bundles and forms, as "
        "`$validate` does. `off`: only that it can be read and indexed; what the "
        "platform itself works by, such as code systems, is checked all the same.",
        among=("off", "structure", "profiles"),
    )
    demanded_profiles: str = _setting(
        "",
        "Profiles that all resources of a type must meet when they are written, claimed or not: "
        "`Patient=https://example.org/patient`, separated by commas. Not with `validation = off`.",
    )
    update_as_create: bool = _setting(
        True, "Whether an update of an unknown id creates the resource under that id."
    )
    conditional_delete_limit: int = _setting(
        1, "Most resources that one conditional delete may remove.", least=1, most=1_000
    )
    cors_origins: str = _setting(
        "",
        "Origins of web pages that may call the FHIR base, separated by commas; empty for none.",
    )
    default_count: int = _setting(
        20, "Matches on a page of a search that does not say `_count`.", least=1, most=1_000
    )
    largest_count: int = _setting(
        1_000, "Largest `_count`; more is cut to it.", least=1, most=10_000
    )
    largest_body_bytes: int = _setting(
        5 * MEBI,
        "Bytes in the body of a request, after decompression.",
        least=1024,
        most=256 * MEBI,
    )
    largest_bundle_entries: int = _setting(
        10_000, "Entries in a batch or transaction.", least=1, most=100_000
    )
    inline_steps: int = _setting(
        20_000,
        "Database steps that a read may take on the event loop before it moves to a thread.",
        least=100,
        most=10_000_000,
    )
    search_steps: int = _setting(
        2_000_000_000,
        "Database steps that a search may take before it is refused as too costly; some seconds.",
        least=1_000_000,
        most=1_000_000_000_000,
    )
    threads: int = _setting(
        4, "Threads for long searches, pages and operations.", least=1, most=256
    )
    workers: int = _setting(
        1, "Processes that serve the port; each takes about 150 MB.", least=1, most=64
    )
    most_requests: int = _setting(
        512,
        "Requests under way in one process; further ones are told to come again (503).",
        least=1,
        most=100_000,
    )
    stop_seconds: int = _setting(
        10, "Seconds that a stopping server gives to requests under way.", least=0, most=600
    )
    idle_minutes: int = _setting(
        30, "Minutes without a page before a person is signed out.", least=1, most=1_440
    )
    log_witness: str = _setting(
        "",
        "File to which each signed checkpoint of the access log is added, best on the disk of "
        "another machine; empty for `log-witness.txt` in the data folder.",
    )
    idporten_issuer: str = _setting("", "Issuer of ID-porten, where citizens sign in; empty: not.")
    idporten_client: str = _setting("", "Id of this installation as a client of ID-porten.")
    idporten_key: str = _setting("", "File with the private JWK that ID-porten knows us by.")
    helseid_issuer: str = _setting("", "Issuer of HelseID, where personnel sign in; empty: not.")
    helseid_client: str = _setting("", "Id of this installation as a client of HelseID.")
    helseid_key: str = _setting("", "File with the private JWK that HelseID knows us by.")
    session_hours: int = _setting(
        8, "Hours after which a person signs in again, however active.", least=1, most=24
    )
    token_minutes: int = _setting(
        10, "Minutes that an access token for an application lives.", least=1, most=60
    )
    log_format: str = _setting("text", "Form of a log line.", among=("text", "json"))
    log_level: str = _setting(
        "info", "Least severity that is logged.", among=("debug", "info", "warning", "error")
    )

    def __post_init__(self) -> None:
        for setting in fields(self):
            _check(setting.name, getattr(self, setting.name), setting.metadata)
        if self.time_zone not in available_timezones():
            raise _misconfigured("time_zone", "a zone of the IANA database, such as Europe/Oslo")
        if self.mode != "normal" and not self.is_loopback:
            raise _misconfigured("host", f"127.0.0.1, ::1 or localhost in mode {self.mode}")
        if self.demanded_profiles and self.validation == "off":
            raise _misconfigured("demanded_profiles", "nothing, with validation = off")
        for each in self.demanded_profiles.split(",") if self.demanded_profiles else ():
            if not DEMAND.fullmatch(each.strip()):
                raise _misconfigured("demanded_profiles", "Type=canonical, separated by commas")

    @property
    def is_loopback(self) -> bool:
        """Whether only programs on this machine reach the server."""
        return self.host in {"127.0.0.1", "::1", "localhost"}

    @property
    def base_url(self) -> str:
        """The address before `/fhir`, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def load(environment: Mapping[str, str] = os.environ, **given: Any) -> Settings:
    """The settings of this run; `given` holds what the command line says, None for nothing said.

    Misconfigured: an unknown name, a value of the wrong kind or out of bounds, an unreadable file.
    """
    values: dict[str, Any] = {}
    if file := environment.get(FILE):
        values |= {name: _read(name, value) for name, value in _toml(Path(file)).items()}
    for name, text in environment.items():
        if name.startswith(PREFIX) and name != FILE:
            key = name.removeprefix(PREFIX).lower()
            values[key] = _read(key, text)
    values |= {name: _read(name, value) for name, value in given.items() if value is not None}
    return replace(Settings(), **values)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Misconfigured(
            f"The settings file {path} cannot be read: {error}",
            f"Innstillingsfilen {path} kan ikke leses: {error}",
            where=FILE,
            expected=Text("a TOML file in UTF-8", "en TOML-fil i UTF-8"),
        ) from None


def _read(name: str, value: Any) -> Any:
    """A value as the type of the setting, from the text or TOML value of it."""
    kind = _KINDS.get(name)
    if kind is None:
        raise _misconfigured(name, "a name from docs/settings.md")
    if kind is bool and isinstance(value, str) and value.lower() in _TRUTHS:
        return _TRUTHS[value.lower()]
    if kind is int and isinstance(value, str):
        digits = value.replace("_", "")
        return int(digits) if digits.isascii() and digits.isdigit() else value
    if kind is Path and isinstance(value, str):
        return Path(value)
    if kind == tuple[Path, ...]:
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(Path(part) for part in parts if part)
    return value


def _check(name: str, value: Any, metadata: Mapping[str, Any]) -> None:
    kind = _KINDS[name]
    plain = tuple if kind == tuple[Path, ...] else kind
    least, most, among = metadata["least"], metadata["most"], metadata["among"]
    if not isinstance(value, plain) or (plain is int and isinstance(value, bool)):
        raise _misconfigured(name, _WORDS[kind])
    if least is not None and not least <= value <= most:
        raise _misconfigured(name, f"a number from {least} to {most}")
    if among and value not in among:
        raise _misconfigured(name, f"one of {', '.join(among)}")


def _misconfigured(name: str, expected: str) -> Misconfigured:
    return Misconfigured(
        f"The setting {name} is not right",
        f"Innstillingen {name} er ikke riktig",
        where=PREFIX + name.upper(),
        expected=expected,
    )


_KINDS: dict[str, Any] = get_type_hints(Settings)
_TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_WORDS: dict[Any, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    Path: "a path",
    tuple[Path, ...]: "paths, separated by commas",
}


def document() -> str:
    """The page `docs/settings.md`."""
    rows = [
        f"| `{PREFIX}{setting.name.upper()}` | {_shown(setting.default)} | "
        f"{_bounds(setting.name, setting.metadata)} | {setting.metadata['says']} |"
        for setting in fields(Settings)
    ]
    return "\n".join([_HEAD, *rows, ""])


def _shown(default: Any) -> str:
    if default in ("", ()):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _bounds(name: str, metadata: Mapping[str, Any]) -> str:
    if metadata["among"]:
        return ", ".join(f"`{value}`" for value in metadata["among"])
    if metadata["least"] is not None:
        return f"{metadata['least']} to {metadata['most']}"
    return _WORDS[_KINDS[name]]


_HEAD = f"""# Settings

Each setting is an environment variable, or a line in the TOML file that `{FILE}` names, there
in lower case and without the prefix: `port = 8080`. The command line goes before the environment,
the environment before the file. A wrong name or value stops the program with a message.

This page is printed by `make docs`; a test keeps it current.

| setting | default | may be | what it decides |
|---|---|---|---|"""


if __name__ == "__main__":
    print(document(), end="")

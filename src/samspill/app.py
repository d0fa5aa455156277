"""Where all parts are joined, by hand: the platform, and the server in front of it."""

import atexit
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from samspill.access import signing
from samspill.access.ledger import Ledger
from samspill.access.log import Log
from samspill.access.spool import Spool
from samspill.base import clock
from samspill.base.errors import Misconfigured
from samspill.base.settings import Settings
from samspill.base.texts import Text
from samspill.identity import parts
from samspill.identity.tokens import Verifier
from samspill.interactions import (
    checks,
    closure,
    diff,
    everything,
    lastn,
    meta,
    seen,
    terminology,
    validate,
)
from samspill.interactions.dispatch import Dispatch
from samspill.interactions.platform import Platform, assemble
from samspill.interactions.platform import fhir_base as fhir_base
from samspill.interactions.reindex import Reindex
from samspill.interactions.service import Service
from samspill.portals import app as portals
from samspill.rest.asgi import Application, Message, Receive, Send
from samspill.rest.server import Server
from samspill.services import care_record, governance, medication, privacy, results, sharing
from samspill.store import Store, transfer
from samspill.store.concepts import Concepts
from samspill.store.embedded import Embedded

EMBEDDED = "embedded"
"""The setting `database` of a record in a PostgreSQL of our own."""

SERVICES: tuple[Service, ...] = (
    care_record.SERVICE,
    governance.SERVICE,
    medication.SERVICE,
    privacy.SERVICE,
    results.SERVICE,
    sharing.SERVICE,
)
OPERATIONS = (
    everything.OPERATION,
    *validate.OPERATIONS,
    lastn.OPERATION,
    *meta.OPERATIONS,
    *diff.OPERATIONS,
    *terminology.OPERATIONS,
    closure.OPERATION,
)


def build(settings: Settings, *, is_keeper: bool = True) -> Platform:
    """Opens the record and joins the parts; `Platform.close` closes them again.

    Of several processes one is the keeper: it does what has to be done once for the record.
    Raises `Misconfigured` when the record cannot be opened.
    """
    store = Store.open(database(settings), clock.system, keeps_up=is_keeper)
    log = Log(Spool(settings.data / "access-spool", clock.system))
    platform = assemble(
        settings,
        [each.definitions for each in SERVICES if each.definitions],
        store=store,
        concepts=Concepts.open(database(settings)),
        log=log,
        services=SERVICES,
        operations=(*OPERATIONS, *(each for card in SERVICES for each in card.operations)),
    )
    platform.indexing.current()
    log.keep(_ledger(platform) if is_keeper else None)
    return platform


def _ledger(platform: Platform) -> Ledger:
    settings = platform.settings
    return Ledger(
        platform.store,
        settings.data / "access-spool",
        signing.signer(settings.data),
        seen.patients(platform),
        witness(settings),
    )


def witness(settings: Settings) -> Path:
    """The file that keeps what the access log was at each checkpoint."""
    return Path(settings.log_witness or settings.data / "log-witness.txt")


def database(settings: Settings) -> str:
    """URL of the record: as set, or of the one in the data folder, whose server is started.

    Raises `Misconfigured` when the folder cannot be made.
    """
    if settings.database and settings.database != EMBEDDED:
        return settings.database
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(
            f"The data folder {settings.data} cannot be made: {error.strerror}",
            f"Datamappen {settings.data} kan ikke lages: {error.strerror}",
            expected=Text(
                "a folder that the program may write to", "en mappe som programmet kan skrive til"
            ),
        ) from None
    if settings.database == EMBEDDED:
        return _server(settings.data.absolute() / "postgres").url
    return f"sqlite:///{settings.data.absolute() / 'record.db'}"


@cache
def _server(folder: Path) -> Embedded:
    """The PostgreSQL of a data folder, which is stopped when this process ends."""
    made = Embedded(folder)
    atexit.register(made.close)
    return made


def restore(settings: Settings, backup: Path, *, replace: bool) -> None:
    """Makes the record from a backup; one that is there is lost if `replace`, else it is kept and
    `Misconfigured` raised."""
    Store.restore(backup, database(settings), replace=replace)
    Concepts.restore(backup, database(settings), replace=replace)


def move(settings: Settings, source: str, target: str, report: Callable[[str], None]) -> None:
    """Moves a record to an empty database; each is a data folder or file of SQLite, the URL of a
    PostgreSQL database, or `embedded` for the PostgreSQL in the data folder of the settings."""
    transfer.between(_address(settings, source), _address(settings, target), report)


def _address(settings: Settings, given: str) -> str:
    if given == EMBEDDED:
        return database(replace(settings, database=EMBEDDED))
    if "://" in given:
        return given
    path = Path(given).absolute()
    return f"sqlite://{path / 'record.db' if path.is_dir() else path}"


def server(platform: Platform) -> Server:
    """FHIR, health, metrics and pages, as one RSGI application."""
    checks.warm(platform)
    identity = parts.build(platform)
    # In open mode everyone may do everything, whatever a test tool brings along.
    verifier = None if platform.settings.mode == "open" else identity.provider.verifier
    pages = portals.build(platform, identity)
    return Server(platform, _with_services(pages, platform, verifier), verifier)


def _with_services(
    pages: Application, platform: Platform, verifier: Verifier | None
) -> Application:
    """The pages, and beside them what services answer to other than FHIR, each at /<name>."""
    others = {each.name: each.http(platform, verifier) for each in SERVICES if each.http}

    async def serve(scope: Message, receive: Receive, send: Send) -> None:
        application = others.get(scope["path"].split("/")[1], pages)
        await application(scope, receive, send)

    return serve


def dispatch(platform: Platform) -> Dispatch:
    """The deliveries to listeners, not yet started."""
    return Dispatch(platform)


def reindex(platform: Platform) -> Reindex:
    """The work on the indexes of custom search parameters, not yet started."""
    return Reindex(platform)

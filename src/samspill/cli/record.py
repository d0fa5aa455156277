"""`samspill migrate | migrate-store | backup | restore | verify`: care of the record as a whole."""

import argparse
from pathlib import Path

from samspill import app
from samspill.access import inspect, signing
from samspill.base.errors import Misconfigured
from samspill.cli import options
from samspill.interactions.platform import Platform


def add(commands: options.Commands) -> None:
    options.command(
        commands, "migrate", run_migrate, "Bring the record to the form that this version uses"
    )
    move = options.command(
        commands, "migrate-store", run_move, "Move the record from one database to another"
    )
    for name, metavar in (("source", "FROM"), ("target", "TO")):
        move.add_argument(
            name,
            metavar=metavar,
            help="data folder or SQLite file, postgresql://…, or embedded (see serve --postgres)",
        )
    backup = options.command(
        commands, "backup", run_backup, "Copy the record to one file, also while it is served"
    )
    backup.add_argument("file", type=Path, help="file to write; it must not exist")
    restore = options.command(commands, "restore", run_restore, "Make the record from a backup")
    restore.add_argument("file", type=Path, help="file that backup wrote")
    restore.add_argument(
        "--replace", action="store_true", help="replace the record that is there now"
    )
    verify = options.command(
        commands,
        "verify",
        run_verify,
        "Check every version, index row and hash of the record, or every line of the access log",
    )
    verify.add_argument("what", nargs="?", choices=("record", "log"), default="record")
    verify.add_argument(
        "--witness",
        type=Path,
        metavar="FILE",
        help="with log: the signed checkpoints that a witness kept (default: as set)",
    )


def run_move(given: argparse.Namespace) -> int:
    settings = options.settings(given)
    app.move(settings, given.source, given.target, print)
    return 0


def run_migrate(given: argparse.Namespace) -> int:
    app.build(options.settings(given)).close()
    print("The record has the form of this version.")
    return 0


def run_backup(given: argparse.Namespace) -> int:
    platform = app.build(options.settings(given))
    try:
        platform.store.backup(given.file)
        platform.concepts.backup(given.file)
    finally:
        platform.close()
    print(f"Backed up to {given.file}")
    return 0


def run_restore(given: argparse.Namespace) -> int:
    settings = options.settings(given)
    app.restore(settings, given.file, replace=given.replace)
    print(f"Restored to {settings.data}")
    return 0


def run_verify(given: argparse.Namespace) -> int:
    """1 when something is not as it should be."""
    platform = app.build(options.settings(given))
    try:
        if given.what == "log":
            return _verify_log(platform, given.witness)
        parameters = platform.indexing.current()
        found = platform.store.verify(parameters.extractor.extract, parameters.unfinished())
        faults = platform.concepts.verify()
    finally:
        platform.close()
    print("\n".join([str(found), *faults]))
    return 0 if found.is_sound and not faults else 1


def _verify_log(platform: Platform, witness: Path | None) -> int:
    """Says what the log is like, and which key checks its checkpoints."""
    settings = platform.settings
    platform.log.flush()
    verifier = signing.signer(settings.data).verifier
    kept = witness or app.witness(settings)
    if witness and not witness.is_file():
        raise Misconfigured(f"There is no file {witness}", f"Det finnes ingen fil {witness}")
    notes = inspect.notes(kept.read_text("utf-8")) if kept.is_file() else []
    found = inspect.inspect(platform.store, verifier, notes)
    for fault in found.faults:
        print(f"Wrong: {fault.said_in('en')}")
    print(
        f"{found.lines:,} lines, {found.signed:,} of them signed, "
        f"{found.witnessed:,} known by the witness: {'NOT ' if found.faults else ''}sound\n"
        f"Key: {verifier}"
    )
    return 1 if found.faults else 0

"""`samspill results read`: messages of laboratories from files into the record."""

import argparse
from collections import Counter
from pathlib import Path

from samspill import app
from samspill.access import actor as actors
from samspill.cli import options
from samspill.interactions.session import Session
from samspill.services.results import service
from samspill.services.results.mapping import receipt


def add(commands: options.Commands) -> None:
    parser = commands.add_parser(
        "results",
        help="take in messages of laboratories",
        description="Reports of laboratories (KITH svarrapport 1.3 and 1.4).",
    )
    actions = parser.add_subparsers(metavar="action", required=True)
    read = options.command(actions, "read", run_read, "Take in messages; faulty ones are kept")
    read.add_argument("file", nargs="+", type=Path, help="message, or folder of .xml files")
    read.add_argument("--receipts", type=Path, help="folder that gets a receipt for each")


def run_read(given: argparse.Namespace) -> int:
    """1 when a message was refused."""
    platform = app.build(options.settings(given))
    session, outcomes = Session(platform, actors.SYSTEM), Counter[str]()
    try:
        for path in _files(given.file):
            done = service.receive(session, path.read_bytes())
            outcomes[done.outcome] += 1
            known = ", known from before" if done.is_known else ""
            print(f"{path.name}: {receipt.STATUSES[done.outcome]}{known}")
            for each in done.faults:
                print(f"  {each.code} {each.text.en}")
            if given.receipts:
                given.receipts.mkdir(parents=True, exist_ok=True)
                (given.receipts / f"{path.stem}.apprec.xml").write_bytes(done.receipt)
    finally:
        platform.close()
    return 1 if outcomes[receipt.REFUSED] else 0


def _files(given: list[Path]) -> list[Path]:
    return [
        path
        for each in given
        for path in (sorted(each.rglob("*.xml")) if each.is_dir() else [each])
    ]

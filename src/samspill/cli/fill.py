"""`samspill seed` and `samspill load`: people and files into the record."""

import argparse
from pathlib import Path

from samspill import app
from samspill.access import actor as actors
from samspill.cli import options
from samspill.interactions import load
from samspill.interactions.session import Session
from samspill.population import seed


def add(commands: options.Commands) -> None:
    seeding = options.command(
        commands, "seed", run_seed, "Fill the record with a synthetic Norwegian population"
    )
    seeding.add_argument("--people", type=int, default=200, help="how many (default: 200)")
    seeding.add_argument("--seed", type=int, default=2026, help="the same seed, the same people")
    seeding.add_argument("--jobs", type=int, default=2, help="processes that prepare resources")
    loading = options.command(
        commands, "load", run_load, "Load FHIR bundles, NDJSON, folders and .gz files"
    )
    loading.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
    loading.add_argument("--jobs", type=int, default=2, help="processes that prepare resources")


def run_seed(given: argparse.Namespace) -> int:
    """1 when a resource was refused."""
    platform = app.build(options.settings(given))
    try:
        session = Session(platform, actors.SYSTEM)
        summary = seed.run(session, given.people, given.seed, print, given.jobs)
    finally:
        platform.close()
    return 1 if summary.failures else 0


def run_load(given: argparse.Namespace) -> int:
    """1 when a file or resource was refused; the others are loaded."""
    platform = app.build(options.settings(given))
    try:
        summary = load.run(Session(platform, actors.SYSTEM), given.paths, print, given.jobs)
    finally:
        platform.close()
    return 1 if summary.failures else 0

"""`samspill terminology load`: code systems, value sets and maps into the record.

Files are FHIR resources as JSON or NDJSON, such as the Volven code systems. What is loaded answers
`$expand`, `$validate-code`, `$lookup`, `$subsumes` and `$translate` from then on.
"""

import argparse
from pathlib import Path

from samspill import app
from samspill.access import actor as actors
from samspill.cli import options
from samspill.interactions import load
from samspill.interactions.session import Session


def add(commands: options.Commands) -> None:
    loading = options.command(
        commands,
        "terminology",
        run_load,
        "Load code systems, value sets and concept maps",
    )
    loading.add_argument("action", choices=("load",), help="what to do")
    loading.add_argument("paths", nargs="+", type=Path, metavar="FILE", help="JSON or NDJSON")
    loading.add_argument("--jobs", type=int, default=2, help="processes that prepare resources")


def run_load(given: argparse.Namespace) -> int:
    """1 when a file or resource was refused; the others are loaded."""
    platform = app.build(options.settings(given))
    try:
        summary = load.run(Session(platform, actors.SYSTEM), given.paths, print, given.jobs)
    finally:
        platform.close()
    return 1 if summary.failures else 0

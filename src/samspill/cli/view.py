"""`samspill view`: a table out of the record by a ViewDefinition of SQL on FHIR."""

import argparse
from pathlib import Path

from samspill import app
from samspill.access import actor as actors
from samspill.analytics import run, views
from samspill.base import json
from samspill.base.errors import Misconfigured
from samspill.cli import options
from samspill.interactions.session import Session


def add(commands: options.Commands) -> None:
    view = options.command(
        commands, "view", run_view, "Print a table made by a ViewDefinition (SQL on FHIR)"
    )
    view.add_argument("file", type=Path, help="JSON file that holds the ViewDefinition")
    view.add_argument("--format", choices=("csv", "ndjson"), default="csv", help="default: csv")


def run_view(given: argparse.Namespace) -> int:
    view = views.parse(_definition(given.file))
    platform = app.build(options.settings(given))
    try:
        table = run.rows(Session(platform, actors.SYSTEM), view)
        if given.format == "csv":
            run.write_csv(view, table)
        else:
            run.write_ndjson(table)
    finally:
        platform.close()
    return 0


def _definition(file: Path) -> json.Resource:
    try:
        return json.parse_resource(file.read_bytes())
    except OSError as error:
        raise Misconfigured(
            f"The file cannot be read: {error.strerror}",
            f"Filen kan ikke leses: {error.strerror}",
            where=str(file),
        ) from error

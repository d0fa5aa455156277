"""What several commands share: the folder of the record, and settings from the command line."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from samspill.base import settings as all_settings
from samspill.base.settings import Settings

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Run = Callable[[argparse.Namespace], int]


def command(commands: Commands, name: str, run: Run, says: str) -> argparse.ArgumentParser:
    """A command with `--data`; `says` is its help."""
    parser = commands.add_parser(name, help=says[0].lower() + says[1:], description=says + ".")
    parser.add_argument("--data", type=Path, help="folder of the record (default: samspill-data)")
    parser.set_defaults(run=run)
    return parser


def settings(options: argparse.Namespace, **given: Any) -> Settings:
    """The settings of this run, where the command line goes before all else."""
    return all_settings.load(data=options.data, **given)

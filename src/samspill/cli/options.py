"""What several commands share: the folder of the record, settings, and how a failure is told."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from samspill.base import settings as all_settings
from samspill.base.errors import InvalidContent, Misconfigured, SamspillError, TooLarge
from samspill.base.settings import Settings
from samspill.base.texts import Text

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


def tell(error: SamspillError) -> int:
    """Says on stderr why a command failed; its exit code."""
    print(f"samspill: {_said(error)}", file=sys.stderr)
    match error:
        case Misconfigured():
            return 2
        case InvalidContent() | TooLarge():
            return 1
        case _:
            return 3


def _said(error: SamspillError) -> str:
    """The message in the operator's language, and what was expected."""
    language = os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    text, expected = error.text.said_in(language), error.expected
    if isinstance(expected, Text):
        expected = expected.said_in(language)
    return f"{text} ({expected})" if expected else text

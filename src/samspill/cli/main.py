"""The command line: what each command takes, and how it ends.

Exit codes: 0 done · 1 done in part or found faults · 2 wrong use or setting · 3 the record cannot
be used now.
"""

import argparse
import sys
from collections.abc import Sequence

from samspill import VERSION
from samspill.base.errors import SamspillError
from samspill.cli import (
    bench,
    client,
    fill,
    package,
    record,
    results,
    serve,
    terminology,
    token,
    view,
)
from samspill.cli.options import tell

COMMANDS = (serve, fill, record, results, package, terminology, client, token, view, bench)

EPILOG = """\
Every setting of docs/settings.md can be given as SAMSPILL_NAME in the environment, or in a TOML
file named by SAMSPILL_CONFIG. The command line goes before both.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; the exit code."""
    options = parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        return code
    except SamspillError as error:
        return tell(error)
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(
        prog="samspill",
        description="An open e-health platform: one citizen, one record.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"samspill {VERSION}")
    commands = top.add_subparsers(metavar="command", required=True)
    for module in COMMANDS:
        module.add(commands)
    return top


if __name__ == "__main__":
    sys.exit(main())

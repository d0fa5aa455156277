"""`samspill package install | list | remove`: the profiles and codes that validation knows."""

import argparse
import sys
from pathlib import Path

from samspill.base.errors import Misconfigured
from samspill.base.texts import Text
from samspill.cli import options
from samspill.interactions import packages


def add(commands: options.Commands) -> None:
    parser = commands.add_parser(
        "package",
        help="install, list and remove FHIR packages",
        description="The FHIR packages of a record: profiles, value sets and code systems.",
    )
    actions = parser.add_subparsers(metavar="action", required=True)
    install = options.command(
        actions, "install", run_install, "Copy packages into the data folder; no network is used"
    )
    install.add_argument(
        "source", nargs="+", help=".tgz file, folder of JSON and XML, or NAME#VERSION with --from"
    )
    install.add_argument(
        "--from", dest="folder", type=Path, help="folder where packages lie, for NAME#VERSION"
    )
    install.add_argument("--name", default="", help="name of a folder without package.json")
    install.add_argument("--version", default="", help="its version")
    options.command(actions, "list", run_list, "List what is installed, and what is missing")
    remove = options.command(actions, "remove", run_remove, "Remove a package")
    remove.add_argument("package", help="NAME#VERSION")


def run_install(given: argparse.Namespace) -> int:
    """1 when something that the packages build on is not installed."""
    data = options.settings(given).data
    if len(given.source) > 1 and (given.name or given.version):
        raise Misconfigured(
            "--name and --version are for one package",
            "--name og --version gjelder én pakke",
            expected=Text("one folder", "én mappe"),
        )
    for source in given.source:
        path = Path(source)
        if not path.exists() and "#" in source:
            path = packages.find(given.folder, source)
        package, left_out = packages.install(data, path, name=given.name, version=given.version)
        print(f"Installed {package}")
        if left_out:
            print(f"  SearchParameters left out: {left_out}; write those you need to the FHIR base")
    return _tell_missing(data)


def run_list(given: argparse.Namespace) -> int:
    """1 when something that the packages build on is not installed."""
    data = options.settings(given).data
    for package in packages.installed(data):
        print(f"{package}  {package.sha256}")
    return _tell_missing(data)


def run_remove(given: argparse.Namespace) -> int:
    data = options.settings(given).data
    packages.remove(data, given.package)
    print(f"Removed {given.package}")
    return _tell_missing(data)


def _tell_missing(data: Path) -> int:
    missing = packages.missing(packages.installed(data))
    for package, need in missing:
        print(f"samspill: {package} builds on {need}, which is not installed", file=sys.stderr)
    return 1 if missing else 0

"""`samspill serve | seed | load | migrate | backup | restore | verify | bench`."""

from samspill.cli.main import main

__all__ = ["main"]

"""Brings a database to the schema of this program: numbered SQL files, each in a transaction."""

import re

from samspill.base.errors import Misconfigured
from samspill.store.connect import Database

_NUMBER = re.compile(r"(\d{4})_\w+\.sql")


def migrate(database: Database) -> int:
    """Applies what is missing; the schema's number afterwards. Refuses a newer database."""
    steps = sorted(
        (int(found[1]), path)
        for path in database.migrations.iterdir()
        if (found := _NUMBER.fullmatch(path.name))
    )
    newest = steps[-1][0]
    present = database.schema()
    if present > newest:
        raise Misconfigured(
            f"The record has schema {present}, the program knows {newest}: upgrade the program",
            f"Journalen har skjema {present}, programmet kjenner {newest}: oppgrader programmet",
        )
    for number, path in steps:
        if number > present:
            _apply(database, number, path.read_text("utf-8"))
    return newest


def _apply(database: Database, number: int, sql: str) -> None:
    writer = database.writer
    writer.begin()
    try:
        # Another process may have been faster.
        if database.schema() < number:
            database.apply(number, sql)
        writer.run("COMMIT")
    except BaseException:
        writer.run("ROLLBACK")
        raise

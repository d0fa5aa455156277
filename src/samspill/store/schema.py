"""Brings a database to the schema of this program: numbered SQL files, each in a transaction."""

import re

from samspill.base.errors import Misconfigured
from samspill.store.connect import Connection, Database

_NUMBER = re.compile(r"(\d{4})_\w+\.sql")


def migrate(database: Database) -> int:
    """Applies what is missing; the schema's number afterwards. Refuses a newer database."""
    steps = sorted(
        (int(found[1]), path)
        for path in database.migrations.iterdir()
        if (found := _NUMBER.fullmatch(path.name))
    )
    newest = steps[-1][0]
    present = number(database.writer)
    if present > newest:
        raise Misconfigured(
            f"The record has schema {present}, the program knows {newest}: upgrade the program",
            f"Journalen har skjema {present}, programmet kjenner {newest}: oppgrader programmet",
        )
    for step, path in steps:
        if step > present:
            _apply(database.writer, step, path.read_text("utf-8"))
    return newest


def number(connection: Connection) -> int:
    """The number of the last migration applied; 0 for an empty database."""
    row = connection.row("PRAGMA user_version")
    return int(row[0]) if row else 0


def _apply(connection: Connection, step: int, sql: str) -> None:
    connection.run("BEGIN IMMEDIATE")
    try:
        connection.run(sql)
        connection.run(f"PRAGMA user_version = {step}")
        connection.run("COMMIT")
    except BaseException:
        connection.run("ROLLBACK")
        raise

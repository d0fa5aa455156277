"""The files of a record on SQLite: marked as open, and put in place from a backup.

https://www.sqlite.org/backup.html
"""

import fcntl
from pathlib import Path
from typing import TextIO

import apsw

from samspill.base.errors import Misconfigured, Unavailable
from samspill.store.dialects.sqlite_errors import translate


def share(path: Path) -> TextIO:
    """Marks the record as open, for `restore`; the mark goes with the process."""
    try:
        file = path.with_name(path.name + ".lock").open("w")
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        raise Unavailable(
            "The folder of the record cannot be written, or a backup is being restored to it",
            "Journalens mappe kan ikke skrives, eller en sikkerhetskopi gjenopprettes dit",
        ) from error
    return file


def restore(backup: Path, path: Path, *, replace: bool) -> None:
    """Puts a backup in the place of a record. Nobody may have it open; see `Store.restore`."""
    if not backup.is_file():
        raise Misconfigured("There is no such backup", "Sikkerhetskopien finnes ikke")
    if path.exists() and not replace:
        raise Misconfigured(
            "There is a record already: it is replaced only if you say so",
            "Det finnes allerede en journal: den erstattes bare hvis du ber om det",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Misconfigured(
                "The record is open: stop the server first",
                "Journalen er åpen: stopp serveren først",
            ) from error
        _copy_in(backup, path)


def _copy_in(backup: Path, path: Path) -> None:
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    try:
        source = apsw.Connection(str(backup), flags=apsw.SQLITE_OPEN_READONLY)
        target = apsw.Connection(str(unfinished))
        with target.backup("main", source, "main") as copy:
            while not copy.done:
                copy.step(2_000)
        found = target.pragma("quick_check")
        source.close()
        target.close()
    except apsw.Error as error:
        raise translate(error) from error
    if found != "ok":
        raise Misconfigured("The backup is damaged", "Sikkerhetskopien er skadet")
    for rest in ("-wal", "-shm"):
        path.with_name(path.name + rest).unlink(missing_ok=True)
    unfinished.replace(path)

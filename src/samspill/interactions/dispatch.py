"""From the outbox to the listeners of the services: at least once, in the order of the commits.

How far it has come is kept in the record; after a crash, the last events come again.
"""

from threading import Event as Signal
from threading import Thread

from samspill.access import actor as actors
from samspill.base import logs
from samspill.interactions.events import Deleted, Event, Saved
from samspill.interactions.platform import Platform
from samspill.interactions.service import Listener
from samspill.interactions.session import Session
from samspill.store import Event as Outgoing

INTERVAL = 0.2
"""Seconds between looks into the outbox."""
BATCH = 500
MARK = "dispatched"
"""Name under which the record keeps the position of the last event delivered."""


class Dispatch:
    """One thread that carries events to listeners, from `start` to `close`."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._listeners = [each for service in platform.services for each in service.listeners]
        self._closing = Signal()
        self._thread = Thread(target=self._run, name="dispatch", daemon=True)

    def start(self) -> None:
        """Without listeners there is nothing to deliver."""
        if self._listeners:
            self._thread.start()

    def close(self) -> None:
        """Stops after the batch under way."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._closing.wait(INTERVAL):
            try:
                while self._deliver() == BATCH:
                    pass
            except Exception:
                # Whatever fails in a listener must not end the deliveries: the event comes again.
                logs.error("dispatch.failed")

    def _deliver(self) -> int:
        """Delivers what is waiting, at most a batch; its size."""
        store = self._platform.store
        waiting = store.outbox(after=store.mark(MARK), count=BATCH)
        session = Session(self._platform, actors.SYSTEM)
        for item in waiting:
            event = _event(item)
            for listener in self._listeners:
                if _hears(listener, event):
                    listener.run(session, event)
        if waiting:
            delivered = waiting[-1].position
            store.write(lambda transaction: transaction.mark(MARK, delivered))
        return len(waiting)


def _event(item: Outgoing) -> Event:
    kind = Deleted if item.version.deleted else Saved
    return kind(item.position, item.version)


def _hears(listener: Listener, event: Event) -> bool:
    return isinstance(event, listener.event) and listener.of in ("", event.type)

"""Work for several processes, its results in the order in which the work was given.

No more than a few pieces are under way at once, so that memory stays bounded however fast the
reading is and however slow the writing.
"""

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

from samspill.base.errors import Unavailable

W = TypeVar("W")
R = TypeVar("R")

AHEAD = 3
"""Pieces that wait for each process."""


def run(work: Callable[[W], R], pieces: Iterable[W], jobs: int) -> Iterator[R]:
    """Calls `work` for each piece, here when there is only one job, else in processes.

    The function and the pieces are sent to the processes, so they must be picklable.
    """
    if jobs <= 1:
        yield from map(work, pieces)
        return
    # A forked child would inherit the writer's locks in whatever state they are.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin) as processes:
        under_way: deque[Future[R]] = deque()
        for piece in pieces:
            under_way.append(processes.submit(work, piece))
            if len(under_way) > AHEAD * jobs:
                yield _result(under_way.popleft())
        while under_way:
            yield _result(under_way.popleft())


def _result(future: "Future[R]") -> R:
    try:
        return future.result()
    except BrokenProcessPool:
        raise Unavailable(
            "A process that prepares resources has died; is there enough memory?",
            "En prosess som forbereder ressurser, er død; er det nok minne?",
        ) from None


def _begin() -> None:
    """In a new process: an interrupt is for the parent, whose end is the end of this one too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    _collect_seldom()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Within it, the collector of cycles leaves alone what is there, and looks for new ones seldom.

    Parsed resources are many small objects without cycles; looking through them again and again
    takes as long as parsing them.
    """
    before = gc.get_threshold()
    gc.freeze()
    _collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _collect_seldom() -> None:
    gc.set_threshold(200_000, 20, 100)

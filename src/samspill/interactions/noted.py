"""Lines of the access log with the rules that let the actor in: why someone saw what they saw.

A page makes one line for each set of rules, so that nobody reads in their log what let the actor in
to somebody else. `access.rules.texts.BASES` says the rules in words.
"""

from collections.abc import Iterable, Sequence

from samspill.access.decide import Action
from samspill.interactions import guard
from samspill.interactions.session import Session
from samspill.store import Version


def seen(session: Session, action: Action, type: str, versions: Iterable[Version]) -> None:
    """Notes what the actor saw; a page of nothing has its line too."""
    for basis, some in guard.bases(session, action, tuple(versions)):
        session.log_page(action, type, some, basis)


def written(
    session: Session, action: Action, version: Version, patients: Sequence[str] = ()
) -> None:
    """Notes what the actor wrote about patients."""
    basis = guard.basis(session, action, version.type, patients)
    session.log(action, version, patients, basis)

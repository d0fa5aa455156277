"""The citizen: the own record, and that of those whom the law or a proxy lets the citizen act for.

https://lovdata.no/lov/1999-07-02-63 (pasient- og brukerrettighetsloven, pbrl.)
"""

from samspill.access.policy import (
    ALL,
    NONE,
    Hidden,
    Labelled,
    LivesWithParent,
    Living,
    Of,
    PatientIs,
    Predicate,
    Related,
    all_of,
    no,
)
from samspill.access.rules.asked import Asked, actor_is_aged, aged, under
from samspill.access.rules.types import ADMINISTRATIVE, WRITTEN_BY_CITIZENS, areas
from samspill.norway import withholding


def permitted(asked: Asked) -> dict[str, Predicate]:
    """What lets a citizen in, by its basis. Someone else's record is seen on behalf of them only,
    and the own record only when acting for oneself."""
    if not asked.id:
        return {}
    if asked.on_behalf_of in ("", asked.id):
        return {
            "pbrl-5-1-own-record": own_record(asked),
            "pbrl-4-3-youth-with-consent": youth_with_consent(asked),
        }
    represented = represents(asked)
    return {
        "pbrl-4-4-parent-of-child": all_of((represented, parent_of_child(asked))),
        "pbrl-4-4-parent-of-youth": all_of((represented, parent_of_youth(asked))),
        "vgml-guardian": all_of((represented, guardian(asked))),
        "fullmakt": all_of((represented, proxy(asked))),
    }


def denied(asked: Asked) -> dict[str, Predicate]:
    """What keeps a resource from a citizen."""
    is_parent = all_of((no(PatientIs(asked.id)), _related(asked, "parent")))
    return {
        "pbrl-5-1-withheld": Labelled(withholding.labels(withholding.FROM_CITIZENS)),
        "pbrl-3-4-hidden-from-parents": all_of(
            (Labelled(frozenset({withholding.label(withholding.FROM_PARENTS)})), is_parent)
        ),
        "pbrl-3-4-hidden-from-youth": all_of(
            (
                Labelled(frozenset({withholding.label(withholding.FROM_YOUTH)})),
                PatientIs(asked.id),
                no(aged(asked, "health-majority")),
            )
        ),
    }


def own_record(asked: Asked) -> Predicate:
    """From health majority everybody sees the own record (pbrl. § 5-1, § 4-3)."""
    return all_of((PatientIs(asked.id), Living(), aged(asked, "health-majority")))


def youth_with_consent(asked: Asked) -> Predicate:
    """From 13 until then, when the parents have consented."""
    return all_of(
        (
            PatientIs(asked.id),
            Living(),
            aged(asked, "own-limited-access-from"),
            Related("rep", frozenset({f"Patient/{asked.id}"}), frozenset({"own-access"})),
        )
    )


def represents(asked: Asked) -> Predicate:
    """One person at a time, alive; protected addresses neither represent nor are represented."""
    return all_of(
        (PatientIs(asked.on_behalf_of), Living(), no(Hidden()), Of(asked.id, no(Hidden())))
    )


def parent_of_child(asked: Asked) -> Predicate:
    """Parents with custody until 12, when the child lives with one of them (pbrl. § 4-4)."""
    return all_of(
        (_related(asked, "parent"), under(asked, "parents-see-all-until"), LivesWithParent())
    )


def parent_of_youth(asked: Asked) -> Predicate:
    """From 12 until 16 little is left of it (pbrl. § 3-4, § 4-4)."""
    if asked.type not in ADMINISTRATIVE:
        return NONE
    return all_of(
        (
            _related(asked, "parent"),
            aged(asked, "parents-see-all-until"),
            under(asked, "health-majority"),
            LivesWithParent(),
        )
    )


def guardian(asked: Asked) -> Predicate:
    """A guardian (verge), within the mandate (vergemålsloven)."""
    return all_of(
        (
            Related("rep", asked.actor.subjects, frozenset({"guardian"}), areas(asked.type)),
            actor_is_aged(asked, "majority"),
        )
    )


def proxy(asked: Asked) -> Predicate:
    """A proxy (fullmakt), given from 16, held from 18, within its areas and its time."""
    return all_of(
        (
            Related("rep", asked.actor.subjects, frozenset({"proxy"}), areas(asked.type)),
            aged(asked, "proxy-given-from"),
            actor_is_aged(asked, "proxy-held-from"),
        )
    )


def may_write(asked: Asked) -> Predicate:
    """What a citizen may add to a record; nothing is deleted or changed by citizens but their own
    additions, which the use cases of the portal see to."""
    return ALL if asked.type in WRITTEN_BY_CITIZENS and not asked.deletes else NONE


def _related(asked: Asked, basis: str) -> Predicate:
    return Related("rep", asked.actor.subjects, frozenset({basis}))

"""One actor's way through the door: who, in which language, and inside which transaction."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from samspill.access import actor as actors
from samspill.access import entry
from samspill.access.actor import Actor, Attestation, Context
from samspill.access.decide import Action, Decision, decide
from samspill.access.spool import Batch
from samspill.base.errors import Forbidden, LoginRequired, Unavailable
from samspill.base.texts import Text
from samspill.fhir.validation.bindings import Codes
from samspill.interactions.platform import Platform
from samspill.store import Transaction, Version


class Session(Struct, frozen=True):
    """Handed to every interaction. Make one per request; it never changes, and as a Struct it costs
    a tenth of a frozen dataclass."""

    platform: Platform
    actor: Actor
    language: str = "en"
    """The reader's language tag, for messages."""
    accept_language: str = ""
    """The header Accept-Language as it came, for the names of codes."""
    purpose: str = ""
    """A code of PurposeOfUse, where one is needed."""
    patient: str = ""
    """Id of the patient in view, if there is one."""
    on_behalf_of: str = ""
    """Id of the patient for whom a citizen acts; "" for oneself."""
    scopes: tuple[str, ...] | None = None
    """The SMART scopes granted to the application; None in our own portals."""
    attestation: Attestation | None = None
    """What a professional stated on opening the patient."""
    request: str = ""
    """Id of the request, for logs."""
    base: str = ""
    """Base URL that the caller used, to know its own absolute references."""
    sent: bytes = b""
    """The body of the request, for line and column of what is wrong in it."""
    lenient: bool = False
    """Prefer: handling=lenient: unknown search parameters are ignored and reported."""
    budget: int | None = None
    """Most steps that a read may take before it raises `BudgetSpent`; None for no limit."""
    receipts: list[Batch] | None = None
    """Where lines of the access log are waited for, before the answer leaves; without such a list
    each is waited for at once."""
    codes: Codes | None = None
    """Of the value sets that are written together with what is checked."""
    transaction: Transaction | None = None
    """Set inside a unit of the writer: reads then see what the unit has written."""

    def within(self, transaction: Transaction) -> "Session":
        """The same session inside a unit of the writer."""
        return replace(self, transaction=transaction)

    def knowing(self, codes: Codes | None) -> "Session":
        """The same session, with value sets that are not stored yet."""
        return replace(self, codes=codes) if codes else self

    def acting(self, actor: Actor) -> "Session":
        """The same session for another actor."""
        return replace(self, actor=actor)

    def speaking(self, language: str) -> "Session":
        """The same session in another language."""
        return replace(self, language=language)

    def sending(self, body: bytes) -> "Session":
        """The same session, with the text that was sent."""
        return replace(self, sent=body)

    def strict(self) -> "Session":
        """The same session where unknown parameters are refused."""
        return replace(self, lenient=False)

    def within_budget(self, budget: int | None) -> "Session":
        """The same session with another budget of steps."""
        return replace(self, budget=budget)

    def decide(self, action: Action, type: str) -> Decision:
        """What this actor may do with the type; raises when it is nothing at all."""
        decision = decide(self.actor, self.context(), action, type)
        if not decision.refuses:
            self.refuse_unstated()
            return decision
        self.refuse_nobody()
        self._note(action, type, "", "", outcome="refused")
        raise Forbidden("You have no access to this", "Du har ikke tilgang til dette")

    def refuse_unstated(self) -> None:
        """Raises for those who see a part of the record, while it is not known yet which part."""
        if self.actor.kind in actors.UNRESTRICTED:
            return
        stating = self.platform.store.stating()
        if stating is not None:
            done, total = stating
            raise Unavailable(
                f"Who may see what is being worked out: {done} of {total}",
                f"Hvem som kan se hva, regnes ut: {done} av {total}",
                expected=Text("the same request in a while", "den samme forespørselen om en stund"),
            )

    def context(self) -> Context:
        """What the actor is about, at this moment."""
        return Context(
            now=self.platform.clock(),
            purpose=self.purpose,
            patient=self.patient,
            on_behalf_of=self.on_behalf_of,
            scopes=self.scopes,
            attestation=self.attestation,
        )

    def refuse_nobody(self) -> None:
        """Raises `LoginRequired` when it is not known who acts."""
        if self.actor.kind is actors.Kind.NOBODY:
            raise LoginRequired(
                "Sign in first: this needs a valid access token",
                "Logg inn først: dette krever et gyldig tilgangstoken",
            )

    def settle(self) -> None:
        """Waits until the access log holds all that was seen so far; for threads, not for loops."""
        for receipt in self.receipts or ():
            receipt.result()

    def log(
        self,
        action: Action,
        version: Version,
        patients: Sequence[str] = (),
        basis: tuple[str, ...] = (),
    ) -> None:
        """Notes in the access log that the actor saw or wrote a version, and by which rules."""
        self._note(action, version.type, _name(version), " ".join(patients), basis)

    def log_page(
        self,
        action: Action,
        type: str,
        versions: Iterable[Version],
        basis: tuple[str, ...] = (),
    ) -> None:
        """Notes a page that the actor saw: one line, with "Type/id/version" of all on it."""
        self._note(action, type, " ".join([_name(each) for each in versions]), "", basis)

    def _note(
        self,
        action: Action,
        type: str,
        seen: str,
        patients: str,
        basis: tuple[str, ...] = (),
        outcome: str = "",
    ) -> None:
        context = self.context()
        line = entry.line(
            self.actor, entry.deed(action.value, context, basis), at=context.now, type=type,
            seen=seen, patients=patients, outcome=outcome, request=self.request,
        )  # fmt: skip
        if self.transaction is not None:
            self.transaction.log((line,))
            return
        durable = self.platform.log.add(line)
        if self.receipts is None:
            durable.result()
        else:
            self.receipts.append(durable)


def _name(version: Version) -> str:
    return f"{version.type}/{version.id}/{version.number}"

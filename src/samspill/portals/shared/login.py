"""What the login cookie carries: the id of a sign-in, a secret for forms, the last visit's day.

Who that is, the record keeps (`identity.sessions`), so that a sign-in can be ended from elsewhere.
"""

from dataclasses import dataclass

from samspill.web import forms
from samspill.web.cookies import Content


@dataclass(frozen=True, slots=True)
class Login:
    """A reader's standing with us, signed in or not."""

    secret: str
    """That the tokens of forms follow from; a new one at each sign-in and sign-out."""
    session: str = ""
    """Id of the sign-in, or ""."""
    last_seen: str = ""
    """The day of the visit before this one, if the browser remembers: 2026-11-16."""
    acting: str = ""
    """Id of the patient for whom the citizen acts, or ""."""
    acting_name: str = ""


def fresh(session: str = "", last_seen: str = "") -> Login:
    return Login(forms.new_secret(), session, last_seen)


def to_content(login: Login) -> Content:
    return {
        "secret": login.secret,
        "session": login.session,
        "last_seen": login.last_seen,
        "acting": login.acting,
        "acting_name": login.acting_name,
    }


def from_content(content: Content) -> Login:
    """The login that was sealed; a fresh one when nothing was, or by an older program."""
    if not content.keys() >= {"secret", "session", "last_seen"}:
        return fresh()
    acting, name = content.get("acting", ""), content.get("acting_name", "")
    return Login(content["secret"], content["session"], content["last_seen"], acting, name)

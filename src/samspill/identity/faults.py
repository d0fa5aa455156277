"""Faults of the OAuth protocol: a code that programs know, and a sentence for their developers.

https://www.rfc-editor.org/rfc/rfc6749#section-5.2 · https://www.rfc-editor.org/rfc/rfc9126#section-2.3
"""

from samspill.base.errors import InvalidRequest


class OAuthFault(InvalidRequest):
    """A request to the authorization server that is refused; `error` is the code of the standard.

    `says` goes out as `error_description`: in English, with nothing personal and nothing of the
    request in it.
    """

    def __init__(self, error: str, says: str) -> None:
        super().__init__(says, f"Forespørselen fra programmet er ikke riktig ({error})")
        self.error = error
        self.says = says

    @property
    def status(self) -> int:
        return _STATUS.get(self.error, 400)


class Returned(OAuthFault):
    """A fault that the application is told of by way of the browser, at its own address."""

    def __init__(self, error: str, says: str, redirect: str, state: str) -> None:
        super().__init__(error, says)
        self.redirect = redirect
        self.state = state


_STATUS = {"invalid_client": 401, "slow_down": 429, "temporarily_unavailable": 503}

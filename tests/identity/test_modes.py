"""Who a request without a token is."""

import pytest

from samspill.access.actor import Kind
from samspill.base import settings
from samspill.identity import modes


@pytest.mark.parametrize(
    ("mode", "kind"), [("normal", Kind.NOBODY), ("demo", Kind.DEMO), ("open", Kind.OPEN)]
)
def test_the_mode_decides(mode: str, kind: Kind) -> None:
    assert modes.anonymous(settings.load({}, mode=mode)).kind is kind

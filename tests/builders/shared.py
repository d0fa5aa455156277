"""The public test material beside the checkout; a clone without it skips the tests that read it."""

from pathlib import Path

import pytest

DATA = Path(__file__).parents[3] / "shared" / "data"


def folder(*names: str) -> Path:
    """A folder or file of the material, such as `folder("norway", "people")`."""
    path = DATA.joinpath(*names)
    if not path.exists():
        pytest.skip(f"public test material is not here: {'/'.join(names)}", allow_module_level=True)
    return path

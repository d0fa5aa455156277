"""A piece of SQL, which values are never written into."""

from msgspec import Struct


class Sql(Struct, frozen=True):
    """Text with question marks, and the values for them in order."""

    text: str
    parameters: tuple[object, ...] = ()

"""Code systems of any size: whole versions come in at once, and are asked by place, word and value.

See docs/adr/0017-large-code-systems.md.
"""

from samspill.store.concepts.concepts import Concepts, Loaded

__all__ = ["Concepts", "Loaded"]

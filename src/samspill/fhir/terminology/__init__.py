"""Code systems and value sets: what is in them, and how they map. Pure, over a source of both."""

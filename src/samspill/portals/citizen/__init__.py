"""The citizen's pages: one's own health, in plain words."""

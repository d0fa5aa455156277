"""HTML pages: one room per kind of reader, and what they share."""

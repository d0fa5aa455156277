"""Sharing (deling): SMART Health Links to a summary, with a passcode, an end, and a log."""

from samspill.interactions.service import Service

SERVICE = Service(name="sharing")

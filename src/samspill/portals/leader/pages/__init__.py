"""Presenters: from what services say to what templates show."""

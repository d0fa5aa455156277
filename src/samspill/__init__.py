"""Samspill: an open e-health platform. One citizen, one record."""

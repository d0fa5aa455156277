"""Samspill: an open e-health platform. One citizen, one record."""

VERSION = "0.1.0"

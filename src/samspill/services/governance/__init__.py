"""Governance (internkontroll): who has read what, questions about it, and unusual patterns."""

from samspill.interactions.service import Service

SERVICE = Service(name="governance")

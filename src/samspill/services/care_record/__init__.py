"""The care record (kjernejournal): the person, critical information, documents, the timeline."""

from samspill.interactions.service import Service

SERVICE = Service(name="care_record")

"""FHIR XML to JSON and back without loss. https://hl7.org/fhir/R4/xml.html

Both are driven by the definitions: XML does not say whether an element is a list or a number.
"""

from samspill.fhir.xml.reader import Reading, parse, read
from samspill.fhir.xml.writer import format

__all__ = ["Reading", "format", "parse", "read"]

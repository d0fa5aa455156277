"""The search parameter types, a module each: `parse` a value, `extract` from an element, `matches`.

https://hl7.org/fhir/R4/search.html#ptypes
"""

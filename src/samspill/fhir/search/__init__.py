"""Search: text to tree, resource to index values, and whether the two meet.

https://hl7.org/fhir/R4/search.html
"""

"""GraphQL over the record. https://hl7.org/fhir/R4/graphql.html"""

from samspill.interactions.graphql.execute import Failure, execute, is_mutation

__all__ = ["Failure", "execute", "is_mutation"]

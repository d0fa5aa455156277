"""Resource types by what they tell of people: open to all, limited for parents, written by whom."""

from types import MappingProxyType

PUBLIC = frozenset(
    {
        "ActivityDefinition", "CapabilityStatement", "ChargeItemDefinition", "CodeSystem",
        "CompartmentDefinition", "ConceptMap", "Endpoint", "EventDefinition", "EvidenceVariable",
        "GraphDefinition", "HealthcareService", "ImplementationGuide", "InsurancePlan", "Library",
        "Location", "Measure", "Medication", "MedicationKnowledge", "MessageDefinition",
        "NamingSystem", "ObservationDefinition", "OperationDefinition", "Organization",
        "OrganizationAffiliation", "PlanDefinition", "Practitioner", "PractitionerRole",
        "Questionnaire", "ResearchDefinition", "ResearchElementDefinition", "Schedule",
        "SearchParameter", "Slot", "SpecimenDefinition", "StructureDefinition", "StructureMap",
        "Substance", "SubstanceSpecification", "TerminologyCapabilities", "TestScript", "ValueSet",
    }
)  # fmt: skip
"""Tell of no patient. A resource of such a type that names one all the same is guarded as any."""

ADMINISTRATIVE = frozenset({"Appointment", "AppointmentResponse", "Immunization", "Patient"})
"""What parents see of a child from 12 until 16."""

WRITTEN_BY_CITIZENS = frozenset(
    {"AppointmentResponse", "Communication", "MedicationStatement", "Observation",
     "QuestionnaireResponse"}
)  # fmt: skip
"""What a citizen may write in the own record, or in that of one for whom the citizen acts."""

GUARDED = frozenset({"AuditEvent", "Consent", "Patient", "RelatedPerson"})
"""What decides about access: written by the platform, through its use cases, or by a register."""

REGISTERED = frozenset({"Patient", "RelatedPerson"})
"""Of these, what an application may keep that was granted it: the Population Register."""

AREAS = MappingProxyType(
    {
        "all": frozenset[str](),
        "appointments": frozenset(
            {"Appointment", "AppointmentResponse", "Patient", "ServiceRequest"}
        ),
        "dialogue": frozenset({"Communication", "CommunicationRequest", "Patient"}),
        "medication": frozenset(
            {"AllergyIntolerance", "Immunization", "MedicationAdministration",
             "MedicationDispense", "MedicationRequest", "MedicationStatement", "Patient"}
        ),
        "results": frozenset({"DiagnosticReport", "Observation", "Patient", "Specimen"}),
        "documents": frozenset({"Binary", "Composition", "DocumentReference", "Patient"}),
    }
)  # fmt: skip
"""The areas of a proxy (fullmakt), by the types that they open; no types: all."""


def areas(type: str) -> frozenset[str]:
    """The areas that open a type."""
    return frozenset(name for name, types in AREAS.items() if not types or type in types)

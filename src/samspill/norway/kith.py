"""KITH messages of service reports (svarrapport 1.3 and 1.4): what may stand where, and what codes
mean. https://www.ehelse.no/standardisering/standarder/svarrapport-av-medisinske-tjenester

A shape lists the children of an element in order: `Name:TYPE` is a value, `Name` alone has a shape
of its own; `?` at most one, `*` any number, `+` at least one; `A|B` is a choice.
"""

from collections.abc import Mapping
from types import MappingProxyType

LABSVAR = "http://www.kith.no/xmlstds/labsvar/"
VERSIONS: Mapping[str, str] = MappingProxyType(
    {f"{LABSVAR}2008-12-01": "1.3", f"{LABSVAR}2012-02-15": "1.4"}
)
"""Versions of the report by their XML namespace."""
HEAD = "http://www.kith.no/xmlstds/msghead/2006-05-24"
"""Namespace of the envelope (hodemelding)."""
BASE64 = "http://www.kith.no/xmlstds/base64container"
RECEIPT = "http://www.kith.no/xmlstds/apprec/2012-02-15"

HCP_IDS = "Name:ST? Id:ST? TypeId:CS?"
SUBJECT = "Relation:CS? ResponsibleHcp? AnalysedSubject* ResultItem*"

SHAPES: Mapping[str, str] = MappingProxyType(
    {
        "Message": "Type:CS MsgVersion:ST? MIGversion:ST GenDate:TS MsgId:ST Status:CS? "
        "ServReport?",
        "ServReport": "ServType:CS IssueDate:TS ApprDate:TS? Status:CS CancellationCode:CV? "
        "Ack:CS? MsgDescr:CS ServProvId:ST Comment:ST? CodedComment:CV* RefDoc* ServReq* "
        "Patient|Animal|Material? ServProvider Requester PaymentResponsible? CopyDest* "
        "RelServProv?",
        "ServReq": "ServType:CS? IssueDate:TS? PaymentCat:CS? ReqComment:ST? Ack:CS? "
        "MsgDescr:CS? Id:ST RequestedPrioReport:CS? ReceiptDate:TS? IdByServProvider:ST? "
        "Reservation:CV* ReasonAsText* Comment*",
        "Comment": "Heading:CS? TextResultValue:ST? TextCode:CV?",
        "ReasonAsText": "Heading:CS? TextResultValue:ANY? TextCode:CV?",
        "ServProvider": "Role:CS? ComMethod:CS? HCP",
        "Requester": "Role:CS? ComMethod:CS? HCP",
        "PaymentResponsible": "Role:CS? TypeGuarantor:ST HCP",
        "CopyDest": "Role:CS? CopyDestRole* HCP",
        "CopyDestRole": "MsgType:CS ReqComMethod:CS? ActComMethod:CS?",
        "RefDoc": "IssueDate:TS? MsgType:CS Id:ST? MimeType:ST? Description:ST? Compression:CS? "
        "FileReference:ST|Content?",
        "Content": "Base64Container:B64*",
        "Patient": "BasisForHealthServices:CS? Sex:CS? DateOfBirth:TS? DateOfDeath:TS? Name:ST? "
        "IdByServProvider:ST? IdByRequester:ST? OffId:ST TypeOffId:CS Relation:CS? "
        "ResponsibleHcp? AdmLocation? AdditionalId* Address? InfItem* AnalysedSubject* "
        "ResultItem* Patient?",
        "Material": f"InvMaterial:ST? IdByServProvider:ST? IdByRequester:ST? {SUBJECT} Material?",
        "Animal": "Sex:CS? Name:ST? NameOwner:ST? Species:ST? IdByServProvider:ST? "
        f"IdByRequester:ST? {SUBJECT} Animal?",
        "AdditionalId": "Id:ST Type:CS",
        "AdmLocation": "Role:CS? StartDateTime:TS? EndDateTime:TS? AdmCat:CS? Location",
        "Location": "Type:CS? Description:ST? SubLocation* Address? Inst",
        "SubLocation": "Type:CS Place:ST",
        "ResponsibleHcp": "Role:CS? Relation:CS? HCP",
        "RelServProv": "Role:CS? Relation:CS HCP",
        "HCP": "Inst|HCProf MedSpeciality:CV? Address?",
        "HCProf": f"Type:CS? {HCP_IDS} AdditionalId*",
        "Inst": f"{HCP_IDS} Dept* HCPerson* AdditionalId*",
        "Dept": f"Type:CS? {HCP_IDS} AdditionalId*",
        "HCPerson": f"{HCP_IDS} AdditionalId*",
        "Address": "Type:CS StreetAdr:ST? PostalCode:ST? City:ST? County:CS? Country:CS? "
        "CityDistr:CS? TeleAddress:URL*",
        "InfItem": "Observation Type:CS StartDateTime:TS? EndDateTime:TS? OrgDate:TS?",
        "Observation": "Description:ANY? Comment:ST? CodedDescr:CV?",
        "Investigation": "Id:CV+ Spec:CV* Comment:ST?",
        "Pretreatment": "Heading:CS? TextResultValue:ST?",
        "ResultItem": "TextResult|Interval|DateResult|NumResult? ServType:CS? RefInterval* "
        "Investigation* InvDate:TS? Comment:ST? DevResultInd:CS? IdResultItem:ST? "
        "RefIdResultItem:ST? StatusInvestigation:CS? StatusChangeDate:TS? DescrDate:TS? "
        "CounterSignDate:TS? MedicalValidationDate:TS? RefAnalysedSubject:ST* Accredited:BL? "
        "RelServProv* DiagComment? StructuredInfo* ResultItem*",
        "TextResult": "Heading:CS? TextResultValue:ANY? TextCode:CV* Unit:ST?",
        "Interval": "Low:PQ? High:PQ?",
        "DateResult": "DateResultValue:TS",
        "NumResult": "ArithmeticComp:CS? NumResultValue:PQ",
        "RefInterval": "Descr:ST?",
        "AnalysedSubject": "CollectedSample|CollectedStudyProduct? ServType:CS? Type:ST? "
        "TypeCoded:CV? IdByRequester:ST? PreservMaterial:ST? Comment:ST? AnatomicalOrigin:ST? "
        "Number:INT? SampleCollInd:CS? SampleCollProc:CV? SampleHandling:ST* "
        "IdByServProvider:ST Accredited:BL? AnalysedSubject? Pretreatment? RelServProv?",
        "CollectedSample": "CollectedDate:TS? CollectorComment:ST? CollectorCommentCoded:CV* "
        "Logistics:ST?",
        "CollectedStudyProduct": "Type:ST? ProducedDate:TS? RefRelatedProd:ST?",
        "DiagComment": "Concept:CV Modifier*",
        "Modifier": "Name:CS Value:CV+",
        "StructuredInfo": "Type:CV TextInfo* IntegerInfo* PhysicalInfo* CodedInfo* BooleanInfo*",
        "TextInfo": "Text:ST",
        "IntegerInfo": "Integer:INT",
        "PhysicalInfo": "Quantity:PQ",
        "CodedInfo": "Code:CV",
        "BooleanInfo": "Flag:BL",
    }
)
"""The shapes of version 1.4."""

OLDER: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "1.3": MappingProxyType(
            {
                "Message": SHAPES["Message"].replace("ServReport?", "ServReport+"),
                "ServReport": SHAPES["ServReport"].replace("ServProvId:ST", "ServProvId:ST?"),
                "ServReq": SHAPES["ServReq"].replace(
                    "Reservation:CV*", "Reservation:CV* Permission:CV*"
                ),
                "StructuredInfo": SHAPES["StructuredInfo"].replace("Type:CV", "Type:CS"),
                "CodedInfo": "Code:CS",
            }
        ),
        "1.4": MappingProxyType({}),
    }
)
"""What differs in each version."""

ATTRIBUTES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "CS": frozenset({"V", "DN"}),
        "CV": frozenset({"V", "S", "DN", "OT"}),
        "TS": frozenset({"V"}),
        "PQ": frozenset({"V", "U"}),
        "BL": frozenset({"V"}),
        "URL": frozenset({"V"}),
    }
)
"""The attributes of value types; the others (ST, INT, B64, ANY) have text."""

REPORT_STATUS: Mapping[str, str] = MappingProxyType(
    {"S": "registered", "P": "preliminary", "F": "final", "A": "appended"}
)
"""Status of a report (Volven 7306) as DiagnosticReport.status."""

RESULT_STATUS: Mapping[str, str] = MappingProxyType(
    {
        "1": "corrected",
        "2": "preliminary",
        "3": "final",
        "4": "amended",
        "5": "registered",
        "6": "registered",
        "7": "registered",
        # Carried out, dictated, written: there may be a text, which nobody has signed.
        "8": "preliminary",
        "9": "preliminary",
        "10": "preliminary",
        "11": "final",
        # A signed result with an unsigned addition: what stands there is not all signed.
        "12": "preliminary",
        "13": "amended",
        "14": "cancelled",
        "15": "registered",
    }
)
"""Status of a result (Volven 8245) as Observation.status."""

CANCELLATION, ADDITION, NEW, HISTORY, REPLACEMENT = "C", "A", "N", "H", "O"
"""Types of service of reports and results (Volven 7309)."""

COMPARATORS: Mapping[str, str] = MappingProxyType(
    {"LT": "<", "LE": "<=", "GT": ">", "GE": ">=", "ML": "<", "MG": ">"}
)
"""Volven 8239; EQ says nothing, NE has no counterpart."""
INTERPRETATIONS: Mapping[str, str] = MappingProxyType({"1": "H", "2": "L", "3": "A"})
"""Marks of deviation (Volven 8244)."""
SEXES: Mapping[str, str] = MappingProxyType({"1": "male", "2": "female", "9": "other"})
"""Volven 3101."""
SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "CLIN": "CH", "MBIO": "MB", "HIST": "SP", "CYTO": "CP", "PAT": "SP", "MPAT": "SP",
        "RTG": "RX", "RAD": "RAD", "BLD": "RAD", "CT": "CT", "MR": "NMR", "UL": "RUS",
        "NUK": "NMS", "SCI": "NMS", "MA": "RAD", "MGEN": "GE", "FARM": "TX", "IMTR": "IMM",
        "OBD": "PAT", "LAB": "LAB", "AN": "OTH",
    }
)  # fmt: skip
"""Type of report (Volven 8202) as diagnostic service section (HL7 table 0074)."""
IMAGING = frozenset({"RTG", "RAD", "BLD", "CT", "MR", "UL", "NUK", "SCI", "MA"})

RESISTANCE = "8271"
"""Number of the table of resistance, in which I changed its meaning."""
INCREASED_EXPOSURE_FROM = "2019-01-01"
"""From this day on I means susceptible at increased exposure, no longer intermediate (EUCAST)."""

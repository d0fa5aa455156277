"""Binary as plain content: a picture or document goes in and comes out as it is.

https://hl7.org/fhir/R4/binary.html#rest
"""

import base64

from samspill.base.errors import NotFound
from samspill.base.json import Resource
from samspill.interactions import read
from samspill.interactions.versions import Version
from samspill.rest import negotiate, responses
from samspill.rest.requests import Request
from samspill.rest.responses import Response


def wants_content(request: Request) -> bool:
    """Whether a read is of the content: unless the client asks for FHIR by name."""
    if request.path[:1] != ("Binary",) or request.method != "GET":
        return False
    is_read = len(request.path) == 2 or request.path[2:3] == ("_history",)
    is_instance = is_read and not request.path[1].startswith(("_", "$"))
    return is_instance and not (
        request.parameter("_format") or negotiate.names_fhir(request.header("accept"))
    )


def of_version(version: Version) -> Response:
    """The content, never to be shown as a page of ours."""
    resource = read.parsed(version)
    if "data" not in resource:
        raise NotFound("This Binary has no content", "Denne Binary har ikke noe innhold")
    headers = (
        ("content-type", str(resource["contentType"])),
        ("content-disposition", "attachment"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("etag", responses.etag(version)),
        ("last-modified", responses.http_date(version.at)),
    )
    return Response(200, headers, base64.b64decode(resource["data"]))


def is_content(request: Request) -> bool:
    """Whether a body is content rather than a resource."""
    sent = request.header("content-type")
    return request.path[:1] == ("Binary",) and bool(sent) and not negotiate.names_fhir(sent)


def resource_of(request: Request) -> Resource:
    """The Binary of a body; X-Security-Context names the resource whose rules protect it."""
    content: Resource = {
        "contentType": request.header("content-type"),
        "data": base64.b64encode(request.body).decode(),
    }
    if protector := request.header("x-security-context"):
        content["securityContext"] = {"reference": protector}
    id = {"id": request.path[1]} if len(request.path) == 2 else {}
    return {"resourceType": "Binary", **id, **content}

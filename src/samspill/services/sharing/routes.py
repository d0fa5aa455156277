"""The manifest of a SMART Health Link, for viewers of any kind and any origin.

https://hl7.org/fhir/uv/smart-health-cards-and-links/links-specification.html
"""

import json
from functools import partial

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from samspill.base.errors import NotFound, SamspillError
from samspill.interactions.platform import Platform
from samspill.services.sharing import service
from samspill.services.sharing.model import WrongPasscode

PATH = "/sharing/manifest/{secret}"
LARGEST = 10_000
CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "content-type",
    "cache-control": "no-store",
}


def routes(platform: Platform) -> list[Route]:
    async def serve(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=CORS)
        body = await request.body()
        work = partial(_answer, platform, request.path_params["secret"], body)
        return await anyio.to_thread.run_sync(work)

    return [Route(PATH, serve, methods=["POST", "OPTIONS"])]


def _answer(platform: Platform, secret: str, body: bytes) -> Response:
    try:
        asked = json.loads(body) if len(body) < LARGEST else None
    except ValueError:
        asked = None
    if not isinstance(asked, dict) or not isinstance(asked.get("recipient"), str):
        return JSONResponse({"error": "recipient and passcode are needed"}, 400, CORS)
    try:
        found = service.open(platform, secret, str(asked.get("passcode", "")), asked["recipient"])
    except WrongPasscode as wrong:
        return JSONResponse({"remainingAttempts": wrong.left}, 401, CORS)
    except NotFound as error:
        return JSONResponse({"error": str(error)}, 404, CORS)
    except SamspillError as error:
        return JSONResponse({"error": str(error)}, 503, CORS)
    file = {"contentType": "application/fhir+json", "embedded": found.file}
    return JSONResponse({"status": "finalized", "files": [file]}, 200, CORS)

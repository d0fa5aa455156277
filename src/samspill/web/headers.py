"""The headers that keep a page to itself. https://www.w3.org/TR/CSP3/"""

from urllib.parse import urlsplit

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        # The design system draws its small signs as data: masks.
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def policy(leads_to: str) -> str:
    """The policy of a page whose forms may also lead to the sites of some addresses."""
    parts = [urlsplit(address) for address in leads_to.split()]
    sites = {
        f"{each.scheme}://{each.netloc}" if each.netloc else f"{each.scheme}:" for each in parts
    }
    forms = " ".join(("form-action 'self'", *sorted(sites)))
    return CONTENT_SECURITY_POLICY.replace("form-action 'self'", forms)


SECURITY = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""On every answer."""

PAGE = {
    **SECURITY,
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "vary": "accept-encoding, accept-language, cookie",
}
"""On every page: nothing of it stays behind in the browser or on the way."""

IMMUTABLE = {**SECURITY, "cache-control": "public, max-age=31536000, immutable"}
"""On files whose name holds the digest of their content."""

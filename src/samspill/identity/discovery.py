"""What the server says of itself: OpenID Connect discovery, RFC 8414 and SMART configuration.

https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata ·
https://hl7.org/fhir/smart-app-launch/conformance.html
"""

from typing import Any

from samspill.identity import jose, scopes
from samspill.identity.provider import Provider

PATHS = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
SMART_PATH = "/fhir/.well-known/smart-configuration"


def metadata(provider: Provider) -> dict[str, Any]:
    """For any client of OAuth or OpenID Connect."""
    return {
        "issuer": provider.issuer,
        "authorization_endpoint": provider.address("authorize"),
        "pushed_authorization_request_endpoint": provider.address("par"),
        "token_endpoint": provider.address("token"),
        "introspection_endpoint": provider.address("introspect"),
        "revocation_endpoint": provider.address("revoke"),
        "userinfo_endpoint": provider.address("userinfo"),
        "jwks_uri": provider.address("jwks"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "dpop_signing_alg_values_supported": list(jose.ALGORITHMS),
        "scopes_supported": [*scopes.PLAIN, *SCOPES],
        "acr_values_supported": ["idporten-loa-substantial", "idporten-loa-high"],
        "authorization_details_types_supported": ["nhn:tillitsrammeverk:parameters"],
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        **{
            f"{endpoint}_endpoint_{name}": value
            for endpoint in ("token", "introspection", "revocation")
            for name, value in _AUTHENTICATION.items()
        },
    }


def smart(provider: Provider) -> dict[str, Any]:
    """For SMART apps, at the FHIR base."""
    said = metadata(provider)
    taken = {name: said[name] for name in _SMART if name in said}
    return taken | {"capabilities": list(CAPABILITIES)}


SCOPES = ("patient/*.cruds", "user/*.cruds", "system/*.cruds")
CAPABILITIES = (
    "launch-ehr",
    "launch-standalone",
    "authorize-post",
    "client-public",
    "client-confidential-asymmetric",
    "sso-openid-connect",
    "context-ehr-patient",
    "context-ehr-encounter",
    "context-standalone-patient",
    "context-banner",
    "permission-offline",
    "permission-online",
    "permission-patient",
    "permission-user",
    "permission-v1",
    "permission-v2",
)
_AUTHENTICATION: dict[str, list[str]] = {
    "auth_methods_supported": ["private_key_jwt", "none"],
    "auth_signing_alg_values_supported": [*jose.ALGORITHMS, *jose.SMART_ALGORITHMS],
}
_SMART = (
    "issuer",
    "jwks_uri",
    "authorization_endpoint",
    "pushed_authorization_request_endpoint",
    "token_endpoint",
    "introspection_endpoint",
    "revocation_endpoint",
    "userinfo_endpoint",
    "grant_types_supported",
    "response_types_supported",
    "code_challenge_methods_supported",
    "scopes_supported",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "dpop_signing_alg_values_supported",
)

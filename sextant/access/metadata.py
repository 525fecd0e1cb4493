"""What an OAuth client is told of this resource server (RFC 9728), as the MCP specification asks. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sextant.access.settings import LOOPBACK, AccessSettings

WELL_KNOWN = "/.well-known/oauth-protected-resource"


def protected_resource(settings: AccessSettings, asked: str) -> dict[str, Any]:
    """Return the document for `WELL_KNOWN`; `asked` is the address of what it is about, where no audience is one."""
    return {
        "resource": _resource(settings) or asked,
        "authorization_servers": [settings.sextant_oidc_issuer],
        "bearer_methods_supported": ["header"],
        "resource_name": "Sextant",
    }


def challenge(settings: AccessSettings, headers: Mapping[str, str], error: str | None = None) -> str:
    """Return the value of WWW-Authenticate: where the document is, and what is wrong with a token that was sent."""
    parts = ['Bearer realm="Sextant"', f'resource_metadata="{_document(settings, headers)}"']
    if error:
        parts += ['error="invalid_token"', f'error_description="{error}"']
    return ", ".join(parts)


def _resource(settings: AccessSettings) -> str | None:
    """Return the audience that is an address: what a client has to ask a token for (RFC 8707)."""
    return next((one for one in settings.audiences if urlsplit(one).scheme in ("http", "https")), None)


def _document(settings: AccessSettings, headers: Mapping[str, str]) -> str:
    resource = urlsplit(_resource(settings) or "")
    if resource.hostname:
        return f"{resource.scheme}://{resource.netloc}{WELL_KNOWN}{resource.path.rstrip('/')}"
    return base(headers) + WELL_KNOWN


def base(headers: Mapping[str, str]) -> str:
    """Return the address under which this server was asked, as its client has it: a proxy in front may speak https."""
    host = headers.get("host", "localhost")
    name = urlsplit(f"//{host}").hostname
    said = headers.get("x-forwarded-proto", "").split(",")[0].strip()
    scheme = said if said in ("http", "https") else "http" if name in LOOPBACK else "https"
    return f"{scheme}://{host}"

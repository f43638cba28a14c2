"""The providers by which people sign in, as the environment names them and allauth wants them."""

import re
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.variables import Variables

_TITLES = {"google": "Google", "microsoft": "Microsoft"}
_MICROSOFT = "https://login.microsoftonline.com/"
# The tenant of an organisation, but for that of all personal accounts.
_TENANT = r"(?!9188040d-6c67-4c5b-b112-36a304b66dad)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def providers_of(env: Variables, names: list[str], *, needs_tls: bool) -> dict[str, Any]:
    """Return what the variables of each of these providers say.

    Raises:
        ImproperlyConfigured: one is missing, or its accounts could be anybody's.
    """
    providers: dict[str, Any] = {}
    for name in (name.strip().lower() for name in names):
        key, secret = (_needed(env, f"{name}_client_{part}") for part in ("id", "secret"))
        app = {"client_id": key, "secret": secret, "settings": {"mark": name}}
        if name != "github":
            issuer = _issuer(env, name, needs_tls)
            app |= {
                # A tie is to an issuer and a subject: another issuer is another provider, whatever its name.
                "provider_id": issuer.partition("://")[2].replace("/", "~"),
                "name": _TITLES.get(name) or env.text(f"{name.upper()}_TITLE", name.capitalize()),
                "settings": {
                    "mark": name if name in _TITLES else "",
                    "issuer": issuer,
                    # Of Google and Microsoft the token has all of it.
                    "fetch_userinfo": name not in _TITLES,
                    "server_url": f"{issuer.rstrip('/')}/.well-known/openid-configuration",
                },
            }
        kind = "github" if name == "github" else "openid_connect"
        providers.setdefault(kind, {"APPS": [], "OAUTH_PKCE_ENABLED": True})["APPS"].append(app)
    return providers


def _issuer(env: Variables, name: str, needs_tls: bool) -> str:
    if name == "google":
        return "https://accounts.google.com"
    if name == "microsoft":
        issuer = f"{_MICROSOFT}{_needed(env, 'microsoft_tenant').lower()}/v2.0"
    else:
        issuer = _needed(env, f"{name}_issuer")
    if issuer.startswith(_MICROSOFT) and not re.fullmatch(f"{_MICROSOFT}{_TENANT}/v2.0", issuer):
        raise ImproperlyConfigured(
            "MICROSOFT_TENANT is the ID of your own tenant, such as 01234567-89ab-cdef-0123-456789abcdef. With"
            " common, organizations or consumers, anybody's account at Microsoft could claim one of your addresses."
        )
    if not re.fullmatch(r"https?://[^~?#\s]+", issuer) or (needs_tls and issuer.startswith("http:")):
        raise ImproperlyConfigured(f"{name.upper()}_ISSUER is not an https:// address: {issuer}")
    return issuer


def _needed(env: Variables, name: str) -> str:
    value = env.text(name.upper())
    if not value:
        raise ImproperlyConfigured(
            f"{name.upper()} is not set, and SIGN_IN_WITH needs it; see docs/deploying.md."
        )
    return value

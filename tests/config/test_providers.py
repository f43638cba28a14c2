"""Providers in the environment: valid and refused values."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.providers import providers_of
from config.variables import Variables

TENANT = "01234567-89ab-cdef-0123-456789abcdef"
KEYS = {
    f"{name}_CLIENT_{part}": part.lower()
    for name in ("GOOGLE", "MICROSOFT", "GITHUB", "ACME")
    for part in ("ID", "SECRET")
}


def read(**variables: str) -> dict[str, Any]:
    env = Variables(KEYS | variables)
    return providers_of(env, env.texts("SIGN_IN_WITH"), needs_tls=True)


def test_providers_are_those_that_the_environment_names() -> None:
    assert read() == {}
    made = read(
        SIGN_IN_WITH="google, microsoft,github,acme",
        MICROSOFT_TENANT=TENANT.upper(),
        ACME_ISSUER="https://sso.acme.example/realms/all/",
        ACME_TITLE="Acme SSO",
    )
    assert made["github"] == {
        "APPS": [{"client_id": "id", "secret": "secret", "settings": {"mark": "github"}}],
        "OAUTH_PKCE_ENABLED": True,
    }
    assert made["openid_connect"]["OAUTH_PKCE_ENABLED"]
    apps = [
        (app["provider_id"], app["name"], app["settings"]["issuer"], app["settings"]["server_url"])
        for app in made["openid_connect"]["APPS"]
    ]
    assert [app["settings"]["fetch_userinfo"] for app in made["openid_connect"]["APPS"]] == [
        False,
        False,
        True,
    ]
    microsoft, known = f"login.microsoftonline.com/{TENANT}/v2.0", ".well-known/openid-configuration"
    assert apps == [
        (
            "accounts.google.com",
            "Google",
            "https://accounts.google.com",
            f"https://accounts.google.com/{known}",
        ),
        (microsoft.replace("/", "~"), "Microsoft", f"https://{microsoft}", f"https://{microsoft}/{known}"),
        (
            "sso.acme.example~realms~all~",
            "Acme SSO",
            "https://sso.acme.example/realms/all/",
            f"https://sso.acme.example/realms/all/{known}",
        ),
    ]


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"SIGN_IN_WITH": "google", "GOOGLE_CLIENT_SECRET": ""}, "GOOGLE_CLIENT_SECRET is not set"),
        ({"SIGN_IN_WITH": "microsoft"}, "MICROSOFT_TENANT is not set"),
        *(
            (
                {"SIGN_IN_WITH": "microsoft", "MICROSOFT_TENANT": tenant},
                "MICROSOFT_TENANT is the ID of your own tenant",
            )
            for tenant in ("common", "Organizations", "consumers", "9188040d-6c67-4c5b-b112-36a304b66dad")
        ),
        ({"SIGN_IN_WITH": "acme"}, "ACME_ISSUER is not set"),
        ({"SIGN_IN_WITH": "acme", "ACME_ISSUER": "http://sso.acme.example"}, "is not an https:// address"),
        (
            {"SIGN_IN_WITH": "acme", "ACME_ISSUER": "https://login.microsoftonline.com/common/v2.0"},
            "MICROSOFT_TENANT",
        ),
    ],
)
def test_provider_of_anybody_or_with_something_missing_stops_the_start(
    variables: dict[str, str], words: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        read(**variables)

"""Keys in addresses that programs read without signing in: who has one may read. Only its digest is kept."""

import hashlib
import secrets


def new_key() -> str:
    return secrets.token_urlsafe(32)


def digest_of(key: str) -> str:
    """A key is 256 random bits, so that a plain hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()

"""The development issuer's signing key: made at the first start and kept, so that tokens outlive restarts."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import ECAlgorithm

LIFETIME = 12 * 60 * 60
"""Seconds a token is good for, and the most that can be asked for."""

_ALGORITHM = "ES256"


class SigningKey:
    """An ES256 key in a PEM file that only its owner can read."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            _make(file)
        key = load_pem_private_key(file.read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{file} holds no elliptic curve key; remove it and start again for a new one")
        self._key = key
        self._public: dict[str, Any] = ECAlgorithm.to_jwk(
            key.public_key(), as_dict=True
        )  # Any: a JWK (RFC 7517)
        self._id = hashlib.sha256(f"{self._public['x']}.{self._public['y']}".encode()).hexdigest()[:16]

    def published(self) -> dict[str, Any]:  # Any: a JWK set (RFC 7517)
        """The key set that services check tokens against."""
        return {"keys": [{**self._public, "kid": self._id, "use": "sig", "alg": _ALGORITHM}]}

    def token(
        self,
        *,
        subject: str,
        roles: Sequence[str],
        company: str | None,
        issuer: str,
        audience: str,
        lifetime: int,
    ) -> str:
        """A signed bearer token (RFC 7519). `lifetime` is in seconds; `company` None is the whole group."""
        now = int(time.time())
        claims = {
            "sub": subject, "roles": list(roles), "iss": issuer, "aud": audience, "iat": now, "exp": now + lifetime,
        }  # fmt: skip
        if company is not None:
            claims["company"] = company
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM, headers={"kid": self._id})


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    making = file.with_suffix(".making")
    descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as handle:
        handle.write(pem)
    making.replace(file)

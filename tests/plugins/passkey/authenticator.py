"""An authenticator in software: what it signs can be bent, one field at a time."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from hub.contract.steps import Ask
from hub.contract.values import value

PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, MADE = 0x01, 0x04, 0x08, 0x10, 0x40
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@value
class Bend:
    """What is unlike an honest answer."""

    origin: str = "https://hub.test"
    rp_id: str = "hub.test"
    type: str = ""
    challenge: str | None = None
    flags: int | None = None
    counter: int | None = None
    handle: bytes | None = None
    client: Mapping[str, Any] = field(default_factory=dict)
    """More members of the client data."""
    signature: bytes | None = None
    fmt: str = "none"
    statement: Mapping[str, Any] = field(default_factory=dict)


HONEST = Bend()


class Authenticator:
    """Holds one passkey."""

    def __init__(self, key: PrivateKey | None = None, aaguid: bytes = b"\0" * 16) -> None:
        self.key: PrivateKey = key or ec.generate_private_key(ec.SECP256R1())
        self.id = token_bytes(32)
        self.handle = b""
        self.aaguid = aaguid
        self.counter = 0
        self.flags = PRESENT | VERIFIED
        self.maker: tuple[ec.EllipticCurvePrivateKey, x509.Certificate] | None = None
        """Who vouches for it, when somebody does."""

    def make(self, ask: Ask, bend: Bend = HONEST) -> str:
        """The answer to `navigator.credentials.create`, as the page posts it."""
        told = _options(ask)
        self.handle = _bytes(told["user"]["id"])
        client = _client("webauthn.create", told, bend)
        data = self._data(bend, self.flags | MADE) + self._attested()
        fmt, statement = self._vouched(data + sha256(client).digest(), bend)
        object_ = cbor2.dumps({"fmt": fmt, "attStmt": statement, "authData": data})
        response = {"clientDataJSON": _text(client), "attestationObject": _text(object_)}
        return self._answer({**response, "transports": ["internal", "unheard"]})

    def prove(self, ask: Ask, bend: Bend = HONEST) -> str:
        """The answer to `navigator.credentials.get`."""
        client = _client("webauthn.get", _options(ask), bend)
        self.counter += bool(self.counter)
        data = self._data(bend, self.flags)
        signature = bend.signature or self._sign(data + sha256(client).digest())
        handle = self.handle if bend.handle is None else bend.handle
        return self._answer(
            {
                "clientDataJSON": _text(client),
                "authenticatorData": _text(data),
                "signature": _text(signature),
                "userHandle": _text(handle) if handle else None,
            }
        )

    def _answer(self, response: Mapping[str, Any]) -> str:
        name = _text(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})

    def _data(self, bend: Bend, flags: int) -> bytes:
        flags = flags if bend.flags is None else bend.flags | (flags & MADE)
        counter = self.counter if bend.counter is None else bend.counter
        return sha256(bend.rp_id.encode()).digest() + bytes([flags]) + counter.to_bytes(4, "big")

    def _attested(self) -> bytes:
        return self.aaguid + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(self._cose())

    def _cose(self) -> dict[int, Any]:
        public = self.key.public_key()
        match public:
            case ec.EllipticCurvePublicKey():
                numbers = public.public_numbers()
                long = (public.curve.key_size + 7) // 8
                x, y = numbers.x.to_bytes(long, "big"), numbers.y.to_bytes(long, "big")
                small = long == 32
                return {1: 2, 3: -7 if small else -35, -1: 1 if small else 2, -2: x, -3: y}
            case ed25519.Ed25519PublicKey():
                return {1: 1, 3: -8, -1: 6, -2: public.public_bytes_raw()}
            case rsa.RSAPublicKey():
                pair = public.public_numbers()
                return {1: 3, 3: -257, -1: pair.n.to_bytes(256, "big"), -2: b"\x01\x00\x01"}

    def _sign(self, signed: bytes) -> bytes:
        match self.key:
            case ec.EllipticCurvePrivateKey() as key:
                return key.sign(signed, ec.ECDSA(SHA256()))
            case ed25519.Ed25519PrivateKey() as key:
                return key.sign(signed)
            case rsa.RSAPrivateKey() as key:
                return key.sign(signed, padding.PKCS1v15(), SHA256())

    def _vouched(self, signed: bytes, bend: Bend) -> tuple[str, Mapping[str, Any]]:
        if self.maker is None or bend.statement or bend.fmt != "none":
            return bend.fmt, bend.statement
        key, certificate = self.maker
        chain = [certificate.public_bytes(Encoding.DER)]
        signature = key.sign(signed, ec.ECDSA(SHA256()))
        return "packed", {"alg": -7, "sig": signature, "x5c": chain}


def _options(ask: Ask) -> Any:
    return json.loads(str(ask.values["options"]))


def _client(kind: str, told: Any, bend: Bend) -> bytes:
    client = {
        "type": bend.type or kind,
        "challenge": told["challenge"] if bend.challenge is None else bend.challenge,
        "origin": bend.origin,
        "crossOrigin": False,
        **bend.client,
    }
    return json.dumps(client).encode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "===")


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")

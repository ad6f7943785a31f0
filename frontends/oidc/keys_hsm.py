"""Signing keys that never leave a token, through PKCS#11.

python-pkcs11 is imported only when a token is configured. It initializes libraries without locks
of their own while it lets other threads run: two threads at once crash the process. So one lock
for the whole process stands around every call; more signatures per second come from more workers.
"""

import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import field
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import Any, Final, TypeVar

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from hub import ConfigError, StoreUnavailable, value

from .keys_material import RSA_BITS, PublicKey
from .settings import HsmToken

T = TypeVar("T")
_ED25519: Final = b"\x13\x0cedwards25519"
"""PKCS#11 2.40 errata: the curve's name as a PrintableString."""
_LABEL: Final = "hub oidc"


class HsmUnavailable(StoreUnavailable):
    """The token is gone or does not answer: nothing can be signed now."""


class _Process:
    """What PKCS#11 keeps once per process, whoever asks: the log-in, and here the lock."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.lock = RLock()
        self.sessions: dict[HsmToken, Any] = {}
        self.refused: set[HsmToken] = set()
        """Their PIN was wrong: shown again, it would lock the token."""
        self.loaded: set[str] = set()
        self.inherited: set[str] = set()
        """Modules to be begun again before they are used."""

    def now(self) -> "_Process":
        """Itself, or a new one in a process forked from the one that opened the token."""
        if self.pid != os.getpid():
            loaded = self.loaded | self.inherited
            self.__init__()  # type: ignore[misc]
            self.inherited = loaded
        return self


# The standard itself has this state once per process; a second lock would guard nothing.
_PROCESS: Final = _Process()


@value
class HsmPair:
    alg: str
    handle: bytes
    """The object's CKA_ID."""
    public: PublicKey

    def private(self, hsm: "Hsm") -> Any:
        """What joserfc takes for a private key; it signs in the token and holds no secret."""
        made = {"RS256": _RsaInToken, "PS256": _RsaInToken, "ES256": _EcInToken}
        return made.get(self.alg, _EdInToken)(hsm=hsm, pair=self)


class Hsm:
    def __init__(self, token: HsmToken) -> None:
        """Opens nothing yet: a process that is about to fork must not hold a session."""
        self._token = token

    def check(self, algorithms: Sequence[str]) -> None:
        """Raise `ConfigError` unless the token is there, takes the PIN and can sign these."""
        try:
            missing = self._run(lambda session: _missing(session, algorithms))
        except HsmUnavailable as error:
            raise ConfigError("plugin.oidc.hsm", str(error)) from error
        if missing:
            problem = f"the token cannot sign {', '.join(missing)}"
            raise ConfigError("plugin.oidc.algorithms", problem)

    def make(self, alg: str) -> HsmPair:
        handle = secrets.token_bytes(16)
        public = self._run(lambda session: _generated(session, alg, handle))
        return HsmPair(alg=alg, handle=handle, public=public)

    def sign(self, handle: bytes, alg: str, message: bytes) -> bytes:
        try:
            return self._run(lambda session: _signed(session, handle, alg, message))
        except ConfigError as error:
            # Right when the hub began: a service asks later, it is not told of files.
            raise HsmUnavailable(str(error)) from error

    def destroy(self, handle: bytes) -> None:
        def destroyed(session: Any) -> None:
            for each in list(session.get_objects({_pkcs11().Attribute.ID: handle})):
                each.destroy()

        self._run(destroyed)

    def _run(self, act: Callable[[Any], T]) -> T:
        """*act* with a session that is logged in; a session that broke is opened again, once."""
        process, pkcs11 = _PROCESS.now(), _pkcs11()
        with process.lock:
            known = self._token in process.sessions
            try:
                return act(self._session(process))
            except pkcs11.PKCS11Error as error:
                self._forget(process)
                if not known:
                    raise HsmUnavailable(_words(error)) from error
            try:
                return act(self._session(process))
            except pkcs11.PKCS11Error as error:
                self._forget(process)
                raise HsmUnavailable(_words(error)) from error

    def _session(self, process: _Process) -> Any:
        if self._token not in process.sessions:
            process.sessions[self._token] = self._opened(process)
        return process.sessions[self._token]

    def _opened(self, process: _Process) -> Any:
        pkcs11, module = _pkcs11(), self._token.module
        if self._token in process.refused:
            raise HsmUnavailable("the token refused the PIN; it is not shown again until a restart")
        library = pkcs11.lib(module)
        if module in process.inherited:
            process.inherited.discard(module)
            library.reinitialize()
        process.loaded.add(module)
        token = library.get_token(token_label=self._token.token)
        try:
            return token.open(rw=True, user_pin=_pin(self._token.pin_file))
        except (pkcs11.PinIncorrect, pkcs11.PinLenRange, pkcs11.PinInvalid):
            process.refused.add(self._token)
            raise

    def _forget(self, process: _Process) -> None:
        session = process.sessions.pop(self._token, None)
        if session is None:
            return
        with suppress(_pkcs11().PKCS11Error):
            session.close()
        # A token that was pulled and put back is seen again only by a library begun again.
        module = self._token.module
        if all(other.module != module for other in process.sessions):
            process.inherited.add(module)


@value
class _InToken:
    """A key of cryptography's kind, as far as joserfc needs one."""

    hsm: Hsm = field(repr=False)
    pair: HsmPair

    def public_key(self) -> PublicKey:
        return self.pair.public

    def _sign(self, message: bytes) -> bytes:
        return self.hsm.sign(self.pair.handle, self.pair.alg, message)


@rsa.RSAPrivateKey.register
class _RsaInToken(_InToken):
    def sign(self, data: bytes, padding: object, algorithm: object) -> bytes:
        return self._sign(data)


@ec.EllipticCurvePrivateKey.register
class _EcInToken(_InToken):
    curve = ec.SECP256R1()

    def sign(self, data: bytes, algorithm: object) -> bytes:
        # joserfc expects what cryptography gives, DER, and makes JWS's own form of it again.
        raw = self._sign(data)
        return encode_dss_signature(
            int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        )


@ed25519.Ed25519PrivateKey.register
class _EdInToken(_InToken):
    def sign(self, data: bytes) -> bytes:
        return self._sign(data)


def _pkcs11() -> Any:
    try:
        import pkcs11
    except ImportError as error:
        problem = "needs python-pkcs11: install the extra `hsm`"
        raise ConfigError("plugin.oidc.hsm", problem) from error
    return pkcs11


def _pin(path: str) -> str:
    file = Path(path)
    try:
        if file.stat().st_mode & 0o077:
            # Whoever reads it signs with the hub's keys, as far as they reach the token.
            problem = f"others may read it: chmod 600 {file}"
            raise ConfigError("plugin.oidc.hsm.pin_file", problem)
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        problem = f"cannot be read: {type(error).__name__}"
        raise ConfigError("plugin.oidc.hsm.pin_file", problem) from None


def _words(error: Exception) -> str:
    """For the operator; PKCS#11 errors say little by themselves."""
    known = {
        "PinIncorrect": "the token refuses the PIN",
        "PinLocked": "the PIN is locked",
        "NoSuchToken": "there is no token of this label",
        "TokenNotPresent": "the token is gone",
        "DeviceRemoved": "the token is gone",
        "NoSuchKey": "the key is not in the token",
    }
    name = type(error).__name__
    return known.get(name, f"the token or its module fails: {name}")


def _missing(session: Any, algorithms: Sequence[str]) -> list[str]:
    able = session.token.slot.get_mechanisms()
    return [alg for alg in algorithms if _mechanism(alg)[0] not in able]


def _mechanism(alg: str) -> tuple[Any, Any]:
    pkcs11 = _pkcs11()
    each = pkcs11.Mechanism
    match alg:
        case "RS256":
            return each.SHA256_RSA_PKCS, None
        case "PS256":
            # RFC 7518 3.5: SHA-256 twice, and a salt as long as its output.
            return each.SHA256_RSA_PKCS_PSS, (each.SHA256, pkcs11.MGF.SHA256, 32)
        case "ES256":
            # Tokens that hash by themselves are rare: the digest is made here.
            return each.ECDSA, None
        case _:
            return each.EDDSA, None


def _signed(session: Any, handle: bytes, alg: str, message: bytes) -> bytes:
    mechanism, parameter = _mechanism(alg)
    kind = _pkcs11().ObjectClass.PRIVATE_KEY
    key = session.get_key(object_class=kind, id=handle)
    told = sha256(message).digest() if alg == "ES256" else message
    return bytes(key.sign(told, mechanism=mechanism, mechanism_param=parameter))


def _generated(session: Any, alg: str, handle: bytes) -> PublicKey:
    pkcs11 = _pkcs11()
    attribute, kind = pkcs11.Attribute, pkcs11.KeyType
    private = {attribute.SENSITIVE: True, attribute.EXTRACTABLE: False, attribute.DECRYPT: False}
    said = {"id": handle, "label": f"{_LABEL} {alg}", "store": True, "private_template": private}
    if alg in ("RS256", "PS256"):
        public, _ = session.generate_keypair(kind.RSA, RSA_BITS, **said)
        exponent = int.from_bytes(public[attribute.PUBLIC_EXPONENT], "big")
        modulus = int.from_bytes(public[attribute.MODULUS], "big")
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    curve = pkcs11.util.ec.encode_named_curve_parameters("secp256r1")
    of, named = (kind.EC, curve) if alg == "ES256" else (kind.EC_EDWARDS, _ED25519)
    parameters = session.create_domain_parameters(of, {attribute.EC_PARAMS: named}, local=True)
    public, _ = parameters.generate_keypair(**said)
    # The point comes wrapped in an OCTET STRING, whose two bytes of head say its length.
    point = bytes(public[attribute.EC_POINT])[2:]
    if alg == "ES256":
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return ed25519.Ed25519PublicKey.from_public_bytes(point)

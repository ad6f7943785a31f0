"""The signing keys: one file each, made at the first start, published together.

`RS256.pem` and `ES256.pem` sign. Any other `<alg>-<anything>.pem` in the folder is only published:
the next key before its turn, a former one until the last id_token it signed has expired.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey, KeyParameters, KeySet, RSAKey

from hub import ConfigError

Key = RSAKey | ECKey
ALGORITHMS: Final = ("RS256", "ES256")
_RSA_BITS: Final = 2048


class Keys:
    def __init__(self, folder: Path) -> None:
        """Read the folder; make it, and the keys that sign, where they are missing."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for alg in ALGORITHMS:
            _make(folder / f"{alg}.pem", alg)
        files = sorted(folder.glob("*.pem"))
        named = {file.stem: _read(file) for file in files}
        self._signing = {alg: named[alg] for alg in ALGORITHMS}
        self.all = KeySet(list(named.values()))

    def signing(self, alg: str) -> Key:
        return self._signing[alg]

    def public(self) -> Mapping[str, Any]:
        """The JWK set, without private members."""
        return dict(self.all.as_dict(private=False))


def _read(file: Path) -> Key:
    alg = file.stem.partition("-")[0]
    if alg not in ALGORITHMS:
        raise ConfigError(str(file), "a key's file is named after its algorithm: RS256-2026.pem")
    if file.stat().st_mode & 0o077:
        # Whoever reads it vouches for anybody to every service.
        raise ConfigError(str(file), f"others may read it: chmod 600 {file}")
    try:
        key = _imported(file.read_bytes(), alg)
    except (ValueError, OSError) as error:
        raise ConfigError(str(file), f"is no {alg} key: {type(error).__name__}") from None
    key.ensure_kid()
    return key


def _imported(pem: bytes, alg: str) -> Key:
    use: KeyParameters = {"use": "sig", "alg": alg}
    return RSAKey.import_key(pem, use) if alg == "RS256" else ECKey.import_key(pem, use)


def _make(file: Path, alg: str) -> None:
    if file.exists():
        return
    draft = file.with_name(f".{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(_generate(alg))
        # Several workers start at once: the link of one succeeds, all read the same file then.
        os.link(draft, file)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _generate(alg: str) -> bytes:
    key = (
        rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
        if alg == "RS256"
        else ec.generate_private_key(ec.SECP256R1())
    )
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

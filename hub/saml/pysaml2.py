"""Lends pysaml2, wherever it signs, verifies or decrypts, the hub's own hands instead of `xmlsec1`.

pysaml2 makes its security context by a function that five of its modules import by name, starts
the `xmlsec1` program twice for each signature and refuses to load without it. `install` replaces
that function everywhere, for service and provider side, metadata and decryption alike.
"""

import logging
import secrets
import zlib
from collections.abc import Iterable
from typing import Any, Final

from lxml import etree
from saml2 import create_class_from_xml_string, entity, mdstore, response, sigver, xmldsig
from saml2 import metadata as saml2_metadata
from saml2.sigver import (
    BadSignature,
    CryptoBackend,
    DecryptError,
    EncryptError,
    MissingKey,
    RSACrypto,
    SecurityContext,
    SignatureError,
)

from hub.saml import encryption, queries, reading, signatures
from hub.saml.algorithms import RSA_SHA256, SHA256, STRONG, Algorithms, Weak
from hub.saml.keys import Certificate, Known, SigningKey
from hub.saml.reading import Untrusted

log = logging.getLogger(__name__)
_KEYS: Final = Known()
_ISSUER: Final = "{urn:oasis:names:tc:SAML:2.0:assertion}Issuer"


def install() -> None:
    """Replace pysaml2's factory in all its modules, and its unbounded inflating.

    Twice is harmless.
    """
    for module in (sigver, entity, saml2_metadata, response, mdstore):
        module.security_context = security_context
    entity.decode_base64_and_inflate = _inflated
    # SHA-1 is what pysaml2 signs with where a configuration says nothing.
    xmldsig.sig_default, xmldsig.digest_default = RSA_SHA256, SHA256


def security_context(conf: Any) -> "SecurityContext | None":
    return _Context(conf) if conf else None


class _Hands(CryptoBackend):
    """pysaml2's seam for whole documents; everything is decided in `hub.saml`."""

    version = "0.0.0"

    def sign_statement(
        self, statement: Any, node_name: str, key_file: str, node_id: str | None
    ) -> str:
        root = reading.metadata(_text(statement))
        try:
            signatures.complete(_named(root, node_name, node_id), _key(key_file))
        except Untrusted as error:
            raise SignatureError(error.why) from error
        return etree.tostring(root, encoding="unicode")

    def validate_signature(
        self, signedtext: Any, cert_file: str, cert_type: str, node_name: str, node_id: str | None
    ) -> bool:
        """For whole documents, metadata: there the signed element must be the root."""
        try:
            root = reading.metadata(signedtext)
            if root is not _named(root, node_name, node_id):
                raise Untrusted("wrapped")
            with open(cert_file, "rb") as certificate:
                signatures.genuine(root, [Certificate.of(certificate.read())])
        except Untrusted as error:
            raise SignatureError(error.why) from error
        return True

    def encrypt_assertion(
        self,
        statement: Any,
        enc_key: str,
        template: Any,
        key_type: str = "",
        node_xpath: str | None = None,
        node_id: str | None = None,
    ) -> str:
        """By the hub's own algorithms: pysaml2's template asks for triple DES."""
        if not isinstance(statement, str | bytes):
            statement = sigver.pre_encrypt_assertion(statement)
        root = reading.metadata(_text(statement))
        found = root.xpath(node_xpath or sigver.ASSERT_XPATH)
        if len(found) != 1:
            raise EncryptError("no element to encrypt")
        with open(enc_key, "rb") as certificate:
            encryption.encrypted(found[0], Certificate.of(certificate.read()))
        return etree.tostring(root, encoding="unicode")


class _Signers(RSACrypto):
    """pysaml2's seam for query strings, by the same allow list; RSA and elliptic curves."""

    def get_signer(self, sigalg: str, sigkey: Any = None) -> "_Signer | None":
        return _Signer(self.key, sigalg) if sigalg in STRONG.signatures else None


class _Signer:
    def __init__(self, key: SigningKey | None, algorithm: str) -> None:
        self._key = key
        self._algorithm = algorithm

    def sign(self, msg: bytes, key: Any = None) -> bytes:
        if self._key is None:
            raise MissingKey("no key to sign with")
        return queries.signature(msg, self._key, self._algorithm)

    def verify(self, msg: bytes, sig: bytes, key: Any = None) -> bool:
        # pysaml2 writes the query anew before it verifies: the hub verifies what came, elsewhere.
        raise BadSignature("query strings are verified as they came")


class _Context(SecurityContext):
    """Keys from metadata only; what was verified is what pysaml2 goes on with."""

    def __init__(self, conf: Any) -> None:
        pairs = conf.encryption_keypairs or []
        super().__init__(
            _Hands(),
            conf.key_file,
            cert_file=conf.cert_file,
            metadata=getattr(conf, "metadata", None),
            only_use_keys_in_metadata=True,
            enc_key_files=[each["key_file"] for each in pairs if "key_file" in each],
            encryption_keypairs=conf.encryption_keypairs,
            sec_backend=_Signers(_key(conf.key_file) if conf.key_file else None),
        )
        self._exempted: dict[str, frozenset[Weak]] = {}

    def exempt(self, peer: str, weak: Iterable[str]) -> None:
        """Let the peer of this entity id use what is refused otherwise: see `Weak`."""
        self._exempted[peer] = frozenset(Weak(each) for each in weak)
        names = ",".join(sorted(self._exempted[peer]))
        log.warning("saml.weak_algorithms peer=%s exempted=%s", peer, names)

    def allowed(self, peer: str) -> Algorithms:
        return STRONG.besides(self._exempted.get(peer, frozenset[Weak]()))

    def certificates(self, peer: str) -> list[Certificate]:
        """What *peer* signs with, as its metadata says; short and broken keys are left out."""
        try:
            published = self.metadata.certs(peer, "any", "signing") if self.metadata else []
        except KeyError:
            published = []
        return list(_fit(text for _, text in published))

    def decrypt(self, enctext: Any, key_file: Any = None) -> str:
        """The document with its first `EncryptedData` replaced by what it holds."""
        try:
            root = reading.message(enctext)
            data = next(root.iter(encryption.ENCRYPTED_DATA), None)
            if data is None or data.getparent() is None:
                raise Untrusted("malformed")
            # The issuer is a claim until a signature proves it: an exempted peer's weakness is
            # everybody's to use against our key, which is why exemptions are so loud.
            allowed = self.allowed((root.findtext(_ISSUER) or "").strip())
            plain = encryption.decrypted(data, self._decryption_keys(key_file), allowed)
        except Untrusted as error:
            raise DecryptError(error.why) from error
        # As text: an element moved between trees takes the prefixes of the other, and no signature
        # over it holds any more.
        place = f"p{secrets.token_hex(16)}"
        data.getparent().replace(data, etree.Element(place))
        text: str = etree.tostring(root, encoding="unicode")
        return text.replace(f"<{place}/>", etree.tostring(plain, encoding="unicode"), 1)

    def _decryption_keys(self, key_file: Any) -> list[SigningKey]:
        given = key_file if isinstance(key_file, list) else [key_file]
        paths = dict.fromkeys(each for each in [*given, *self.enc_key_files] if each)
        return [_key(path) for path in paths]

    def _check_signature(
        self,
        decoded_xml: Any,
        item: Any,
        node_name: str = sigver.NODE_NAME,
        origdoc: Any = None,
        must: bool = False,
        only_valid_cert: bool = False,
        issuer: Any = None,
    ) -> Any:
        peer = (getattr(item.issuer or issuer, "text", None) or "").strip()
        certificates = self.certificates(peer)
        if not certificates:
            raise MissingKey(peer)
        try:
            root = reading.message(decoded_xml)
            element = _placed(root, _named(root, node_name, item.id))
            proven = signatures.genuine(element, certificates, self.allowed(peer))
        except Untrusted as error:
            raise SignatureError(error.why) from error
        _become(item, etree.tostring(proven))
        return item


def _become(item: Any, proven: bytes) -> None:
    """pysaml2 read *item* elsewhere, by another parser: from here on it is what was signed."""
    genuine = create_class_from_xml_string(type(item), proven)
    if genuine is None:
        raise SignatureError("malformed")
    # pysaml2 asks later whether there was a signature.
    genuine.signature = item.signature
    vars(item).clear()
    vars(item).update(vars(genuine))


def _named(root: etree._Element, node_name: str, node_id: str | None) -> etree._Element:
    namespace, _, tag = node_name.rpartition(":")
    found = [
        each
        for each in root.iter(f"{{{namespace}}}{tag}")
        if node_id is None or each.get("ID") == node_id
    ]
    if node_id is None:
        found = [each for each in found if each is root]
    if len(found) != 1:
        raise Untrusted("wrapped")
    return found[0]


def _placed(root: etree._Element, element: etree._Element) -> etree._Element:
    """The places where a message's signed element may stand; anywhere else it was moved aside."""
    steps = [etree.QName(each).localname for each in element.iterancestors()]
    if steps not in ([], ["Response"], ["EncryptedAssertion", "Response"]):
        raise Untrusted("wrapped")
    return element


def _fit(published: Iterable[str]) -> Iterable[Certificate]:
    for text in published:
        try:
            yield Certificate.of(text)
        except Untrusted as error:
            log.warning("saml.key_refused why=%s", error.why)


def _key(path: str) -> SigningKey:
    with open(path, "rb") as file:
        return _KEYS.get(file.read(), SigningKey)


def _text(statement: Any) -> bytes | str:
    """pysaml2 hands over bytes, text or its own objects."""
    return statement if isinstance(statement, bytes) else str(statement)


def _inflated(text: str) -> bytes:
    try:
        return reading.inflated(text)
    except Untrusted as error:
        # A posted message is not deflated: by this error alone pysaml2 goes on to read it plain.
        raise zlib.error(error.why) from error

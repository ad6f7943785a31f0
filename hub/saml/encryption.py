"""Encrypts elements for a peer, and decrypts those that came: AES-GCM under a key sent by OAEP."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import xmlsec
from lxml import etree

from hub.saml.algorithms import (
    AES128_CBC,
    AES128_GCM,
    AES256_CBC,
    AES256_GCM,
    OAEP,
    OAEP_MGF1P,
    SHA256,
    STRONG,
    Algorithms,
)
from hub.saml.keys import Certificate, SigningKey
from hub.saml.reading import Untrusted, message
from hub.saml.signatures import DS

ENC: Final = "http://www.w3.org/2001/04/xmlenc#"
ENC11: Final = "http://www.w3.org/2009/xmlenc11#"
ENCRYPTED_DATA: Final = f"{{{ENC}}}EncryptedData"
_METHOD: Final = f"{{{ENC}}}EncryptionMethod"
_BITS: Final = {AES128_GCM: 128, AES256_GCM: 256, AES128_CBC: 128, AES256_CBC: 256}


def encrypted(
    element: etree._Element,
    reader: Certificate,
    algorithm: str = AES256_GCM,
    transport: str = OAEP_MGF1P,
) -> etree._Element:
    """`EncryptedData` in place of *element*, which leaves its parent; returned where it now stands.

    The key travels inside it. SHA-256 within OAEP only by *transport* `OAEP`: see decision 24.
    CBC and RSA 1.5 are for a reader who was exempted by name.
    """
    context = xmlsec.EncryptionContext(_manager(reader.key))
    context.key = xmlsec.Key.generate(
        xmlsec.constants.KeyDataAes, _BITS[algorithm], xmlsec.constants.KeyDataTypeSession
    )
    try:
        return context.encrypt_xml(_template(algorithm, transport), element)
    except xmlsec.Error as error:
        raise Untrusted("key_type") from error


def decrypted(
    data: etree._Element, keys: Sequence[SigningKey], allowed: Algorithms = STRONG
) -> etree._Element:
    """What the `EncryptedData` *data* holds, as a tree of its own; raise `Untrusted`.

    It is read like a message from outside: encryption proves nothing about who sent it.
    """
    _meets_profile(data, allowed)
    for each in keys:
        plain = _opened(data, each)
        if plain is not None:
            return plain
    # One word for a wrong key, a wrong padding and a changed text: an oracle lives on differences.
    raise Untrusted("undecipherable")


def _opened(data: etree._Element, key: SigningKey) -> etree._Element | None:
    # On a copy, which decrypting changes, under the namespaces that its text may lean on.
    holder = etree.Element("holder", nsmap=data.nsmap)
    holder.append(etree.fromstring(etree.tostring(data, with_tail=False)))
    context = xmlsec.EncryptionContext(_manager(key.key))
    try:
        plain = context.decrypt(holder[0])
        return message(plain if isinstance(plain, bytes) else etree.tostring(plain))
    except (xmlsec.Error, Untrusted):
        return None


def _meets_profile(data: etree._Element, allowed: Algorithms) -> None:
    if data.tag != ENCRYPTED_DATA:
        raise Untrusted("malformed")
    method = data.find(_METHOD)
    transports = data.findall(f".//{{{ENC}}}EncryptedKey/{_METHOD}")
    if method is None or len(transports) != 1:
        raise Untrusted("malformed")
    if method.get("Algorithm") not in allowed.encryptions:
        raise Untrusted("algorithm")
    if transports[0].get("Algorithm") not in allowed.transports:
        raise Untrusted("algorithm")
    # CipherReference fetches, RetrievalMethod too: what is decrypted stands in the document.
    if any(True for _ in data.iter(f"{{{ENC}}}CipherReference", f"{{{DS}}}RetrievalMethod")):
        raise Untrusted("reference")


@lru_cache(maxsize=256)
def _manager(key: xmlsec.Key) -> xmlsec.KeysManager:
    # Making one reads every authority the machine trusts: 15 ms, once for each key. Threads share
    # it, since nobody adds to it any more.
    manager = xmlsec.KeysManager()
    manager.add_key(key)
    return manager


def _template(algorithm: str, transport: str) -> etree._Element:
    inner = ""
    if transport == OAEP:
        inner = (
            f'<ds:DigestMethod Algorithm="{SHA256}"/>'
            f'<e11:MGF xmlns:e11="{ENC11}" Algorithm="{ENC11}mgf1sha256"/>'
        )
    return etree.fromstring(
        f'<xenc:EncryptedData xmlns:xenc="{ENC}" xmlns:ds="{DS}" Type="{ENC}Element">'
        f'<xenc:EncryptionMethod Algorithm="{algorithm}"/><ds:KeyInfo><xenc:EncryptedKey>'
        f'<xenc:EncryptionMethod Algorithm="{transport}">{inner}</xenc:EncryptionMethod>'
        "<xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>"
        "<xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>"
    )

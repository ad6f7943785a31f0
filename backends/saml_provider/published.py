"""Our own metadata, as the provider loads it: Metadata 2.4.4."""

import secrets
from collections.abc import Sequence

from lxml import etree

from hub import saml, value

from .names import DS, MD, POST, SAMLP
from .settings import Provider


@value
class Described:
    entity_id: str
    address: str
    """Where answers are posted."""
    keys: Sequence[saml.SigningKey]
    provider: Provider


def published(said: Described) -> bytes:
    """Signed with the first key when the operator wants it so."""
    provider = said.provider
    root = etree.Element(
        f"{{{MD}}}EntityDescriptor",
        {"ID": f"_{secrets.token_hex(16)}", "entityID": said.entity_id},
        nsmap={"md": MD, "ds": DS},
    )
    role = etree.SubElement(
        root,
        f"{{{MD}}}SPSSODescriptor",
        protocolSupportEnumeration=SAMLP,
        AuthnRequestsSigned="true" if said.keys else "false",
        WantAssertionsSigned="true" if provider.signed in {"assertion", "both"} else "false",
    )
    for key in said.keys:
        _publish(role, key)
    if provider.name_id_format:
        etree.SubElement(role, f"{{{MD}}}NameIDFormat").text = provider.name_id_format
    etree.SubElement(
        role,
        f"{{{MD}}}AssertionConsumerService",
        {"Binding": POST, "Location": said.address, "index": "0", "isDefault": "true"},
    )
    if said.keys and provider.sign_metadata:
        saml.sign(root, said.keys[0])
    return saml.canonical(root)


def _publish(role: etree._Element, key: saml.SigningKey) -> None:
    # Without a use: it signs, and what is encrypted for it is read.
    holder = etree.SubElement(role, f"{{{MD}}}KeyDescriptor")
    data = etree.SubElement(etree.SubElement(holder, f"{{{DS}}}KeyInfo"), f"{{{DS}}}X509Data")
    etree.SubElement(data, f"{{{DS}}}X509Certificate").text = key.certificate
    for method in (saml.AES256_GCM, saml.AES128_GCM, saml.OAEP_MGF1P):
        etree.SubElement(holder, f"{{{MD}}}EncryptionMethod", Algorithm=method)

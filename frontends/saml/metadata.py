"""The hub's own metadata, as services load it: SAML Metadata 2.4.3."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from lxml import etree

from hub import value

from .declared import SamlSettings
from .documents import Element
from .names import DS, EMAIL, MD, MDUI, PERSISTENT, POST, REDIRECT, SAMLP, SHIBMD, TRANSIENT, XML, q
from .responses import new_id, written

_FORMATS: Final = (PERSISTENT, TRANSIENT, EMAIL)
_NAMESPACES: Final = {"md": MD, "ds": DS, "mdui": MDUI, "shibmd": SHIBMD}


@value
class Described:
    entity_id: str
    address: str
    """Where the hub stands: what follows the endpoints' paths."""
    certificates: Sequence[str]
    settings: SamlSettings
    languages: Sequence[str]
    now: datetime


def metadata(said: Described) -> Element:
    """Without a signature; the same for everybody who asks."""
    root = etree.Element(
        q(MD, "EntityDescriptor"),
        {
            "ID": new_id(),
            "entityID": said.entity_id,
            "validUntil": written(said.now + said.settings.valid_for),
        },
        _NAMESPACES,
    )
    _role(root, said)
    _people(root, said)
    return root


def _role(root: Element, said: Described) -> None:
    role = etree.SubElement(
        root,
        q(MD, "IDPSSODescriptor"),
        protocolSupportEnumeration=SAMLP,
        WantAuthnRequestsSigned="false",
        errorURL=f"{said.address}/help",
    )
    _shown(role, said)
    for certificate in said.certificates:
        key = etree.SubElement(role, q(MD, "KeyDescriptor"), use="signing")
        holder = etree.SubElement(etree.SubElement(key, q(DS, "KeyInfo")), q(DS, "X509Data"))
        _text(holder, DS, "X509Certificate", certificate)
    for binding in (REDIRECT, POST):
        _endpoint(role, "SingleLogoutService", binding, f"{said.address}/saml/slo")
    for name in _FORMATS:
        _text(role, MD, "NameIDFormat", name)
    for binding in (REDIRECT, POST):
        _endpoint(role, "SingleSignOnService", binding, f"{said.address}/saml/sso")


def _shown(role: Element, said: Described) -> None:
    extensions = etree.SubElement(role, q(MD, "Extensions"))
    for scope in said.settings.scopes:
        # Never a pattern: whoever reads one too widely takes others' values for ours.
        _text(extensions, SHIBMD, "Scope", scope).set("regexp", "false")
    ui = etree.SubElement(extensions, q(MDUI, "UIInfo"))
    for language in said.languages:
        name = _text(ui, MDUI, "DisplayName", said.settings.organisation or said.address)
        name.set(q(XML, "lang"), language)
    if said.settings.logo:
        # Sizes are demanded by the schema, and services scale it all the same.
        _text(ui, MDUI, "Logo", said.settings.logo, width="80", height="60")


def _people(root: Element, said: Described) -> None:
    name = said.settings.organisation
    if name:
        organisation = etree.SubElement(root, q(MD, "Organization"))
        for tag, text in (
            ("OrganizationName", name),
            ("OrganizationDisplayName", name),
            ("OrganizationURL", said.address),
        ):
            _text(organisation, MD, tag, text).set(q(XML, "lang"), said.languages[0])
    if said.settings.contact:
        person = etree.SubElement(root, q(MD, "ContactPerson"), contactType="technical")
        _text(person, MD, "EmailAddress", f"mailto:{said.settings.contact}")


def _endpoint(role: Element, name: str, binding: str, address: str) -> None:
    etree.SubElement(role, q(MD, name), Binding=binding, Location=address)


def _text(parent: Element, namespace: str, name: str, text: str, **attributes: str) -> Element:
    node = etree.SubElement(parent, q(namespace, name), **attributes)
    node.text = text
    return node

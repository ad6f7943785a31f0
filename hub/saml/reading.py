"""Reads XML that strangers send: small, plain, with nothing that a parser would act upon."""

import base64
import binascii
import re
import zlib
from typing import Final

from lxml import etree

from hub.contract.errors import HubError

LARGEST_MESSAGE: Final = 262_144
"""Bytes of a message: a response with encrypted assertions and hundreds of values fits well."""
LARGEST_METADATA: Final = 67_108_864
DEEPEST: Final = 64
_ENCODING: Final = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
_UTF8: Final = frozenset({b"utf-8", b"utf8", b"us-ascii"})


class Untrusted(HubError):
    """What came proves nothing. *why* is one of a few words of ours, never of the document's."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def message(text: bytes | str) -> etree._Element:
    """The root of one SAML message; raise `Untrusted` when it is not plain XML.

    A message has no comments and no processing instructions: they cut texts in two, and every
    reader joins the pieces in its own way (CVE-2017-11427: `admin<!-- -->.example`).
    """
    root = _plain(text, LARGEST_MESSAGE)
    if any(not isinstance(node.tag, str) for node in root.iter()):
        raise Untrusted("comments")
    if root.getprevious() is not None or root.getnext() is not None:
        raise Untrusted("comments")
    return root


def metadata(text: bytes | str) -> etree._Element:
    """The root of a metadata document, which may carry comments: a licence, a date."""
    return _plain(text, LARGEST_METADATA)


def inflated(text: str | bytes, limit: int = LARGEST_MESSAGE) -> bytes:
    """What the Redirect binding carries (Bindings 3.4.4.1), never more than *limit* bytes.

    A deflate bomb of 64 KiB is 64 MiB unpacked.
    """
    unpacking = zlib.decompressobj(-15)
    try:
        found = unpacking.decompress(unbased(text), limit + 1)
    except zlib.error as error:
        raise Untrusted("malformed") from error
    if len(found) > limit:
        raise Untrusted("too_large")
    if not unpacking.eof:
        raise Untrusted("malformed")
    return found


def unbased(text: str | bytes) -> bytes:
    """Base64 as senders break it into lines, and nothing else between."""
    plain = text.encode() if isinstance(text, str) else text
    try:
        return base64.b64decode(b"".join(plain.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Untrusted("malformed") from error


def _plain(text: bytes | str, largest: int) -> etree._Element:
    octets = text.encode() if isinstance(text, str) else text
    if len(octets) > largest:
        raise Untrusted("too_large")
    _refuse_declarations(octets)
    # One parser each time: an lxml parser is not to be shared by threads.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(octets, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Untrusted("malformed") from error
    # Belt and braces: the text was searched before the parser saw it.
    if root.getroottree().docinfo.internalDTD is not None:
        raise Untrusted("doctype")
    _refuse_depth(root)
    return root


def _refuse_declarations(octets: bytes) -> None:
    # In another encoding the words below would look otherwise, and a parser would still obey them.
    declared = _ENCODING.search(octets[:256])
    if b"\0" in octets or (declared and declared[1].lower() not in _UTF8):
        raise Untrusted("encoding")
    # Entities read files, call addresses and grow without end; SAML has no use for them.
    if b"<!DOCTYPE" in octets or b"<!ENTITY" in octets:
        raise Untrusted("doctype")


def _refuse_depth(root: etree._Element) -> None:
    depth = 0
    for happened, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if happened == "start" else -1
        # Readers further on call themselves for each level.
        if depth > DEEPEST:
            raise Untrusted("too_deep")

"""XML of strangers: what is too much, and what a parser would act upon."""

import base64
import zlib

import pytest

from hub import saml


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "doctype"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>', "doctype"),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"), "encoding"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "encoding"),
        (b"<a>admin<!-- -->.example</a>", "comments"),
        (b"<!-- before --><a/>", "comments"),
        (b"<a/><!-- behind -->", "comments"),
        (b"<a><?php echo 1 ?></a>", "comments"),
        (b"<a>" * 65 + b"</a>" * 65, "too_deep"),
        (b"<a>" * 400 + b"</a>" * 400, "malformed"),
        (b"<a>" + b"x" * saml.LARGEST_MESSAGE + b"</a>", "too_large"),
        (b"<a>&nothing;</a>", "malformed"),
        (b"<a", "malformed"),
        (b"", "malformed"),
        (b"\xff\xfe", "malformed"),
    ],
)
def test_what_is_no_plain_document_is_refused(text: bytes, why: str) -> None:
    with pytest.raises(saml.Untrusted, match=why):
        saml.message(text)


def test_metadata_may_carry_comments() -> None:
    assert saml.metadata(b"<!-- licence --><a><!-- x --></a>").tag == "a"


def deflated(text: bytes) -> str:
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(packing.compress(text) + packing.flush()).decode()


def test_a_deflated_message_is_read() -> None:
    assert saml.inflated(deflated(b"<a/>")) == b"<a/>"


def test_a_deflate_bomb_is_not_unpacked() -> None:
    bomb = deflated(b"<a>" + b" " * 50_000_000)
    assert len(bomb) < 70_000
    with pytest.raises(saml.Untrusted, match="too_large"):
        saml.inflated(bomb)


@pytest.mark.parametrize("text", ["!", "a", "é", "ab=c"])
def test_what_is_no_base64_is_refused(text: str) -> None:
    with pytest.raises(saml.Untrusted, match="malformed"):
        saml.inflated(text)


@pytest.mark.parametrize("octets", [b"\x00\x01\x02", b"\xff" * 20, b"x"])
def test_what_is_not_deflated_is_refused(octets: bytes) -> None:
    with pytest.raises(saml.Untrusted, match="malformed"):
        saml.inflated(base64.b64encode(octets))

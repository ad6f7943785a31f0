"""Encrypted for one reader: by what, and what is refused."""

import pytest
from lxml import etree

from hub import saml
from tests.vectors.saml.keys import pair

SECRET = '<A xmlns="urn:x" v="1">secret</A>'


def hidden(algorithm: str = saml.AES256_GCM, transport: str = saml.OAEP_MGF1P) -> etree._Element:
    holder = saml.message(f"<E>{SECRET}</E>")
    saml.encrypted(holder[0], pair("reader").certificate, algorithm, transport)
    text = etree.tostring(holder)
    assert b"secret" not in text
    return saml.message(text)[0]


@pytest.mark.parametrize("algorithm", [saml.AES128_GCM, saml.AES256_GCM])
@pytest.mark.parametrize("transport", [saml.OAEP, saml.OAEP_MGF1P])
def test_the_reader_reads_what_was_hidden(algorithm: str, transport: str) -> None:
    data = hidden(algorithm, transport)
    assert data.tag == saml.ENCRYPTED_DATA
    plain = saml.decrypted(data, [pair("another").signing, pair("reader").signing])
    assert saml.canonical(plain).decode() == SECRET


def test_another_reads_nothing() -> None:
    with pytest.raises(saml.Untrusted, match="undecipherable"):
        saml.decrypted(hidden(), [pair("another").signing])


def test_a_changed_cipher_text_is_one_refusal_like_all_others() -> None:
    data = hidden()
    value = list(data.iter("{*}CipherValue"))[-1]
    text = value.text or ""
    value.text = ("B" if text[0] == "A" else "A") + text[1:]
    with pytest.raises(saml.Untrusted, match="undecipherable"):
        saml.decrypted(data, [pair("reader").signing])


@pytest.mark.parametrize(
    ("strong", "weak", "exempted"),
    [
        ("http://www.w3.org/2009/xmlenc11#aes256-gcm", "aes256-cbc", saml.Weak.CBC),
        ("http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", "rsa-1_5", saml.Weak.RSA15),
    ],
)
def test_weak_encryption_is_not_even_tried(strong: str, weak: str, exempted: saml.Weak) -> None:
    text = etree.tostring(hidden()).replace(
        strong.encode(), f"http://www.w3.org/2001/04/xmlenc#{weak}".encode()
    )
    with pytest.raises(saml.Untrusted, match="algorithm"):
        saml.decrypted(saml.message(text), [pair("reader").signing])
    with pytest.raises(saml.Untrusted, match="undecipherable"):
        allowed = saml.STRONG.besides({exempted})
        saml.decrypted(saml.message(text), [pair("reader").signing], allowed)


def test_a_cipher_text_elsewhere_is_not_fetched() -> None:
    data = hidden()
    where = next(data.iter("{*}CipherValue"))
    where.tag = "{http://www.w3.org/2001/04/xmlenc#}CipherReference"
    where.set("URI", "file:///etc/passwd")
    with pytest.raises(saml.Untrusted, match="reference"):
        saml.decrypted(data, [pair("reader").signing])

"""What SAML modules may import besides `hub`: signatures, encryption and plain reading of XML.

It stands apart from `hub/__init__.py` so that a hub without SAML loads no XML library: write
`from hub import saml`, then `saml.genuine(…)`.
"""

from hub.saml.algorithms import (
    AES128_CBC,
    AES128_GCM,
    AES256_CBC,
    AES256_GCM,
    ECDSA_SHA256,
    OAEP,
    OAEP_MGF1P,
    PSS_SHA256,
    RSA_15,
    RSA_SHA1,
    RSA_SHA256,
    SHA1,
    SHA256,
    STRONG,
    Algorithms,
    Weak,
)
from hub.saml.encryption import ENCRYPTED_DATA, decrypted, encrypted
from hub.saml.keys import Certificate, SigningKey
from hub.saml.queries import Query
from hub.saml.queries import read as read_query
from hub.saml.queries import signed as signed_query
from hub.saml.queries import verify as verify_query
from hub.saml.reading import LARGEST_MESSAGE, Untrusted, inflated, message, metadata, unbased
from hub.saml.signatures import SIGNATURE, canonical, complete, genuine
from hub.saml.signing import sign

__all__ = [
    "AES128_CBC",
    "AES128_GCM",
    "AES256_CBC",
    "AES256_GCM",
    "Algorithms",
    "Certificate",
    "ECDSA_SHA256",
    "ENCRYPTED_DATA",
    "LARGEST_MESSAGE",
    "OAEP",
    "OAEP_MGF1P",
    "PSS_SHA256",
    "Query",
    "RSA_15",
    "RSA_SHA1",
    "RSA_SHA256",
    "SHA1",
    "SHA256",
    "SIGNATURE",
    "STRONG",
    "SigningKey",
    "Untrusted",
    "Weak",
    "canonical",
    "complete",
    "decrypted",
    "encrypted",
    "genuine",
    "inflated",
    "message",
    "metadata",
    "read_query",
    "sign",
    "signed_query",
    "unbased",
    "verify_query",
]

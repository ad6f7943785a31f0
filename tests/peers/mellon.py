"""Apache with mod_auth_mellon: the SAML service provider of most Apaches."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.frontends.saml.sp import ServiceProvider, certificate, pem
from tests.peers.httpd import apache
from tests.peers.parts import APACHE_MODULES, apache_module
from tests.peers.sites import Site

_TEXT = """
LoadModule auth_mellon_module {libraries}/mod_auth_mellon.so
LogLevel warn auth_mellon:info
<Location />
 MellonEnable info
 MellonEndpointPath /mellon
 MellonSPPrivateKeyFile {folder}/sp.key
 MellonSPCertFile {folder}/sp.cert
 MellonSPMetadataFile {folder}/sp.xml
 MellonIdPMetadataFile {folder}/hub.xml
 MellonSecureCookie On
 MellonSubjectConfirmationDataAddressCheck Off
 MellonSetEnv "family" "urn:oid:2.5.4.4"
 RequestHeader set X-Name "%{{MELLON_NAME_ID}}e"
 RequestHeader set X-Family "%{{MELLON_family}}e"
</Location>
<Location /mellon>
 ProxyPass !
</Location>
<Location /protected>
 AuthType Mellon
 MellonEnable auth
 Require valid-user
</Location>
"""
_STRONG = """
<Location />
 MellonAuthnContextClassRef "{asks}"
 MellonAuthnContextComparisonType "minimum"
</Location>
"""


def described(at: Site) -> ServiceProvider:
    return ServiceProvider(
        entity_id=f"{at.origin}/mellon/metadata",
        consumers=(f"{at.origin}/mellon/postResponse",),
        logout=f"{at.origin}/mellon/logout",
        signs=True,
        encrypts=True,
        keys=("mellon",),
    )


@contextmanager
def protected_by_mellon(at: Site, hub_metadata: bytes, asks: str = "") -> Iterator[Path]:
    """Serves `<origin>/protected/…` until the block ends; the path is that of its log.

    *asks* is the class that it wants at least.
    """
    apache_module("mod_auth_mellon.so")
    with TemporaryDirectory(prefix="hub-mellon-") as made:
        folder = Path(made)
        (folder / "hub.xml").write_bytes(hub_metadata)
        (folder / "sp.xml").write_text(described(at).metadata(), encoding="utf-8")
        (folder / "sp.key").write_bytes(pem("mellon").partition(b"-----BEGIN CERT")[0])
        (folder / "sp.cert").write_bytes(certificate("mellon"))
        text = _TEXT.format(libraries=APACHE_MODULES, folder=folder)
        text += _STRONG.format(asks=asks) if asks else ""
        with apache(folder, at, text):
            yield folder / "apache-error.log"

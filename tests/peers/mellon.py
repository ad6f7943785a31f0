"""Apache with mod_auth_mellon: the SAML service provider of most Apaches."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.frontends.saml.sp import ServiceProvider, certificate, pem
from tests.peers.echo import echo_application
from tests.peers.parts import APACHE_MODULES, apache_module, program
from tests.peers.processes import listening, running, wait_until
from tests.peers.sites import Site

_MODULES = "mpm_event authn_core authz_core authz_user dir headers ssl proxy proxy_http auth_mellon"
_CONFIGURATION = """
ServerRoot /etc/apache2
PidFile {folder}/apache.pid
DefaultRuntimeDir {folder}
Mutex file:{folder} default
Listen 127.0.0.1:{site.port}
ServerName {site.origin}
UseCanonicalName On
ErrorLog {folder}/apache-error.log
LogLevel warn auth_mellon:info
{privileges}
{modules}
SSLEngine on
SSLCertificateFile {site.certificate.chain}
SSLCertificateKeyFile {site.certificate.key}
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
 ProxyPass http://127.0.0.1:{application}/
 Require all granted
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
def protected_by_mellon(at: Site, hub_metadata: bytes) -> Iterator[Path]:
    """Serves `<origin>/protected/…` until the block ends; the path is that of its log."""
    apache_module("mod_auth_mellon.so")
    apache = program("apache2")
    with ExitStack() as others:
        folder = Path(others.enter_context(TemporaryDirectory(prefix="hub-mellon-")))
        folder.chmod(0o755)
        (folder / "hub.xml").write_bytes(hub_metadata)
        (folder / "sp.xml").write_text(described(at).metadata(), encoding="utf-8")
        (folder / "sp.key").write_bytes(pem("mellon").partition(b"-----BEGIN CERT")[0])
        (folder / "sp.cert").write_bytes(certificate("mellon"))
        root = os.geteuid() == 0
        if root:
            shutil.chown(folder, "www-data", "www-data")
        text = _CONFIGURATION.format(
            folder=folder,
            site=at,
            privileges="User www-data\nGroup www-data" if root else "",
            modules="\n".join(_load(name) for name in _MODULES.split()),
            application=others.enter_context(echo_application()),
        )
        (folder / "apache.conf").write_text(text, encoding="utf-8")
        log = folder / "apache.log"
        command = [apache, "-DFOREGROUND", "-f", str(folder / "apache.conf")]
        process = others.enter_context(running(command, log))
        wait_until(lambda: listening(at.port), process, log)
        yield folder / "apache-error.log"


def _load(name: str) -> str:
    return f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so"

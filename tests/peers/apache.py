"""Apache with mod_auth_openidc: a relying party thousands of hospitals already run."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.peers.echo import echo_application
from tests.peers.parts import APACHE_MODULES, apache_module, program
from tests.peers.processes import listening, running, wait_until
from tests.peers.services import RelyingParty
from tests.peers.tunnel import tunnel

_MODULES = (
    "mpm_event authn_core authz_core authz_user dir headers ssl proxy proxy_http auth_openidc"
)
_CONFIGURATION = """
ServerRoot /etc/apache2
PidFile {folder}/apache.pid
DefaultRuntimeDir {folder}
Listen 127.0.0.1:{site.port}
ServerName {site.name}
UseCanonicalName On
ErrorLog {folder}/apache-error.log
LogLevel warn auth_openidc:info
{privileges}
{modules}
SSLEngine on
SSLCertificateFile {site.certificate.chain}
SSLCertificateKeyFile {site.certificate.key}
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCCABundlePath {root}
OIDCOutgoingProxy 127.0.0.1:{tunnel}
OIDCClientID {party.client_id}
OIDCClientSecret {party.secret}
OIDCRedirectURI {party.redirect_uri}
OIDCCryptoPassphrase a-passphrase-for-tests-only
OIDCScope "openid profile email national_id"
OIDCRemoteUserClaim sub
OIDCPKCEMethod {pkce}
OIDCCookieSameSite On
OIDCPassIDTokenAs claims
OIDCHTMLErrorTemplate {folder}/error.html
OIDCDefaultURL {site.origin}/protected/
<Location />
 ProxyPass http://127.0.0.1:{application}/
 Require all granted
</Location>
<Location /protected>
 AuthType openid-connect
 Require valid-user
</Location>
"""


@contextmanager
def protected_by_apache(
    party: RelyingParty, issuer: str, root: Path, pkce: str = "S256"
) -> Iterator[None]:
    """Serves `<origin>/protected/…`; *root* is the authority Apache trusts the hub by."""
    apache_module("mod_auth_openidc.so")
    apache = program("apache2")
    with ExitStack() as others:
        folder = Path(others.enter_context(TemporaryDirectory(prefix="hub-apache-")))
        # Apache gives up root before it reads the authority's certificate.
        folder.chmod(0o755)
        trusted = shutil.copy(root, folder / "authority.pem")
        text = _CONFIGURATION.format(
            folder=folder,
            site=party.site,
            party=party,
            issuer=issuer,
            root=trusted,
            pkce=pkce,
            privileges="User www-data\nGroup www-data" if os.geteuid() == 0 else "",
            modules="\n".join(_load(name) for name in _MODULES.split()),
            tunnel=others.enter_context(tunnel()),
            application=others.enter_context(echo_application()),
        )
        (folder / "apache.conf").write_text(text, encoding="utf-8")
        (folder / "error.html").write_text("<h1>%s</h1><p id=error>%s</p>", encoding="utf-8")
        log = folder / "apache.log"
        command = [apache, "-DFOREGROUND", "-f", str(folder / "apache.conf")]
        process = others.enter_context(running(command, log))
        wait_until(lambda: listening(party.site.port), process, log)
        yield


def _load(name: str) -> str:
    return f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so"

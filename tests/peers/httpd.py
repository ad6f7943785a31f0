"""Apache before one application, over TLS: what every module's configuration begins with."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.echo import echo_application
from tests.peers.parts import APACHE_MODULES, program
from tests.peers.processes import listening, running, wait_until
from tests.peers.sites import Site

_PATIENCE = 60
_MODULES = "mpm_event authn_core authz_core authz_user dir headers ssl proxy proxy_http"
_HEAD = """
ServerRoot /etc/apache2
PidFile {folder}/apache.pid
DefaultRuntimeDir {folder}
Mutex file:{folder} default
Listen 127.0.0.1:{site.port}
ServerName {site.origin}
UseCanonicalName On
ErrorLog {folder}/apache-error.log
{privileges}
{modules}
SSLEngine on
SSLCertificateFile {site.certificate.chain}
SSLCertificateKeyFile {site.certificate.key}
<Location />
 ProxyPass http://127.0.0.1:{application}/
 Require all granted
</Location>
"""


@contextmanager
def apache(folder: Path, at: Site, text: str) -> Iterator[None]:
    """Serves the pages of an application at *at*, under the rules that *text* adds."""
    root = os.geteuid() == 0
    folder.chmod(0o755)
    if root:
        shutil.chown(folder, "www-data", "www-data")
    with echo_application() as application:
        head = _HEAD.format(
            folder=folder,
            site=at,
            privileges="User www-data\nGroup www-data" if root else "",
            modules="\n".join(_load(name) for name in _MODULES.split()),
            application=application,
        )
        (folder / "apache.conf").write_text(head + text, encoding="utf-8")
        log = folder / "apache.log"
        command = [program("apache2"), "-DFOREGROUND", "-f", str(folder / "apache.conf")]
        with running(command, log) as process:
            wait_until(lambda: listening(at.port), process, log, seconds=_PATIENCE)
            yield


def _load(name: str) -> str:
    return f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so"

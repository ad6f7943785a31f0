"""Apache with mod_shib and its daemon: the SAML service provider of universities and hospitals."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.frontends.saml.sp import ServiceProvider, certificate, pem
from tests.peers.httpd import apache
from tests.peers.parts import APACHE_MODULES, apache_module, program
from tests.peers.processes import running, wait_until
from tests.peers.sites import Site

_PATIENCE = 60
_APACHE = """
LoadModule mod_shib {libraries}/mod_shib.so
ShibConfig {folder}/shibboleth2.xml
<Location /Shibboleth.sso>
 ProxyPass !
 AuthType None
 SetHandler shib
</Location>
<Location /protected>
 AuthType shibboleth
 ShibRequestSetting requireSession 1
 ShibUseHeaders On
 Require valid-user
</Location>
"""
_SERVICE = """
<SPConfig xmlns="urn:mace:shibboleth:3.0:native:sp:config" clockSkew="60">
 <OutOfProcess logger="{folder}/shibd.logger"/>
 <InProcess logger="{folder}/native.logger"/>
 <UnixListener address="{folder}/shibd.sock"/>
 <StorageService type="Memory" id="mem" cleanupInterval="900"/>
 <SessionCache type="StorageService" StorageService="mem" inprocTimeout="900"/>
 <ReplayCache StorageService="mem"/>
 <ApplicationDefaults entityID="{entity}" REMOTE_USER="name" signing="true">
  <Sessions lifetime="28800" timeout="3600" relayState="ss:mem" checkAddress="false"
   handlerSSL="true" cookieProps="https" redirectLimit="exact">
   <SSO entityID="{hub}/saml/metadata">SAML2</SSO>
   <Logout asynchronous="{alone}">SAML2 Local</Logout>
  </Sessions>
  <Errors supportContact="nobody@images.test"/>
  <MetadataProvider type="XML" validate="true" path="{folder}/hub.xml"/>
  <AttributeExtractor type="XML" path="{folder}/attribute-map.xml"/>
  <CredentialResolver type="File" key="{folder}/sp.key" certificate="{folder}/sp.cert"/>
 </ApplicationDefaults>
 <SecurityPolicyProvider type="XML" path="/etc/shibboleth/security-policy.xml"/>
 <ProtocolProvider type="XML" path="/etc/shibboleth/protocols.xml"/>
</SPConfig>
"""
_ATTRIBUTES = """
<Attributes xmlns="urn:mace:shibboleth:2.0:attribute-map">
 <Attribute name="urn:oid:2.5.4.4" id="family"/>
</Attributes>
"""
_LOGGER = """
log4j.rootCategory=INFO, file
log4j.appender.file=org.apache.log4j.FileAppender
log4j.appender.file.fileName={folder}/{name}.log
log4j.appender.file.layout=org.apache.log4j.PatternLayout
log4j.appender.file.layout.ConversionPattern=%d %p %c %x: %m%n
"""


def described(at: Site) -> ServiceProvider:
    return ServiceProvider(
        entity_id=f"{at.origin}/shibboleth",
        consumers=(f"{at.origin}/Shibboleth.sso/SAML2/POST",),
        logout=f"{at.origin}/Shibboleth.sso/SLO/Redirect",
        signs=True,
        encrypts=True,
        keys=("shib",),
    )


@contextmanager
def protected_by_shib(
    at: Site, hub: str, hub_metadata: bytes, *, answered: bool = False
) -> Iterator[Path]:
    """Serves `<origin>/protected/…` until the block ends; the path is that of the daemon's log.

    By itself it wants no answer when somebody leaves; *answered* makes it want one.
    """
    apache_module("mod_shib.so")
    daemon = program("shibd")
    with ExitStack() as others:
        folder = Path(others.enter_context(TemporaryDirectory(prefix="hub-shib-")))
        _write(folder, hub_metadata)
        alone = "false" if answered else "true"
        said = _SERVICE.format(folder=folder, entity=described(at).entity_id, hub=hub, alone=alone)
        (folder / "shibboleth2.xml").write_text(said, encoding="utf-8")
        log, socket = folder / "run.log", folder / "shibd.sock"
        settings = str(folder / "shibboleth2.xml")
        command = [daemon, "-F", "-f", "-c", settings, "-p", str(folder / "shibd.pid")]
        process = others.enter_context(running(command, log))
        wait_until(socket.exists, process, log, seconds=_PATIENCE)
        # The daemon may be root; Apache is not.
        socket.chmod(0o666)
        text = _APACHE.format(folder=folder, libraries=APACHE_MODULES)
        others.enter_context(apache(folder, at, text))
        yield folder / "shibd.log"


def _write(folder: Path, hub_metadata: bytes) -> None:
    (folder / "hub.xml").write_bytes(hub_metadata)
    (folder / "sp.key").write_bytes(pem("shib").partition(b"-----BEGIN CERT")[0])
    (folder / "sp.cert").write_bytes(certificate("shib"))
    (folder / "attribute-map.xml").write_text(_ATTRIBUTES, encoding="utf-8")
    for name in ("shibd", "native"):
        (folder / f"{name}.logger").write_text(
            _LOGGER.format(folder=folder, name=name), encoding="utf-8"
        )

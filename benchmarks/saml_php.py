"""SimpleSAMLphp with a person signed in, where it is installed."""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from html import unescape

import httpx

from benchmarks.provider import Provider
from benchmarks.saml_flow import Idp, SamlFlow
from benchmarks.saml_stock import unspoken
from benchmarks.wire import Connection, WrongAnswer
from tests.peers.simplesaml import LOGIN, PASSWORD, WWW, Party, Started, started
from tests.vectors.saml.keys import pair

_SP = "https://service.test"
_SSO = "/saml2/idp/SSOService.php"
_CACHED = ("-d", "opcache.enable_cli=1", "-d", "opcache.validate_timestamps=0")
_STATE = re.compile(r'name="AuthState" value="([^"]+)"')


@contextmanager
def php_saml() -> Iterator[tuple[Idp, ...]]:
    """Plain and encrypted, a server each; nothing where it is not installed."""
    if not WWW.is_dir() or not shutil.which("php"):
        yield ()
        return
    with ExitStack() as stack:
        found = []
        for name, sealed in (("plain", False), ("encrypted", True)):
            asking = Party(address=_SP, sealed=sealed, signs=False)
            found.append(_idp(name, sealed, stack.enter_context(started(asking, _CACHED))))
        yield tuple(found)


def _idp(name: str, sealed: bool, there: Started) -> Idp:
    def described(at: Provider) -> Idp:
        return Idp(
            name=f"SimpleSAMLphp, {name}",
            at=at,
            sso=_SSO,
            destination=f"{there.address}{_SSO}",
            sp=f"{_SP}/metadata",
            consumer=f"{_SP}/acs",
            keys=(pair("idp").certificate,),
            own=pair("sp").signing,
            sealed=sealed,
        )

    nobody = unspoken("SimpleSAMLphp", there.port, there.pid, "")
    cookie = _signed_in(there, described(nobody))
    return described(unspoken("SimpleSAMLphp", there.port, there.pid, cookie))


def _signed_in(there: Started, idp: Idp) -> str:
    """The cookies of a browser that typed the password once."""
    with Connection(there.port, idp.at.host) as unused:
        path = SamlFlow(idp, unused).path("_first")
    with httpx.Client(follow_redirects=True, timeout=30) as browser:
        page = browser.get(f"{there.address}{path}")
        state = _STATE.search(page.text)
        if state is None:
            raise WrongAnswer(f"a page without a password: {page.text[:300]}")
        typed = {"username": LOGIN, "password": PASSWORD, "AuthState": unescape(state[1])}
        answer = browser.post(str(page.url), data=typed)
        if "SAMLResponse" not in answer.text:
            raise WrongAnswer(f"not signed in: {answer.text[:300]}")
        return "; ".join(f"{name}={text}" for name, text in browser.cookies.items())

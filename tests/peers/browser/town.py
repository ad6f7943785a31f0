"""The region the browser visits: a hub over https with every page there is, and two services."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hub.app import utc_now
from hub.contract.values import value
from hub_plugins.demo.notice import people as everybody
from hub_plugins.demo.pki.authority import Authority as TestAuthority
from hub_plugins.demo.pki.folder import write_authorities
from tests.peers.authority import Authority
from tests.peers.browser.people import Person
from tests.peers.hub_process import HubProcess, served, set_up
from tests.peers.node_party import protected_by_node
from tests.peers.services import RelyingParty, relying_party
from tests.peers.sites import Site, site

TERMS = """Le portail est réservé aux professionnels de santé et à leurs équipes.

Vos identifiants sont personnels : ne les prêtez à personne.

Chaque connexion est inscrite dans un journal que vous pouvez lire dans votre compte.
"""


@value
class Town:
    hub: HubProcess
    medimail: RelyingParty
    """Asks for a strong level."""
    emage: RelyingParty
    """`/?name=value` adds to its authorization request."""

    @property
    def origins(self) -> frozenset[str]:
        sites = (self.hub.site, self.medimail.site, self.emage.site)
        return frozenset(each.origin for each in sites)


@contextmanager
def town(
    authority: Authority, folder: Path, people: Sequence[Person], mailboxes: str
) -> Iterator[Town]:
    """*people* live there beside those of the demo; *mailboxes*: a list as operators import it."""
    medimail = relying_party("medimail", site(authority, "medimail.test"))
    emage = relying_party("emage", site(authority, "emage.test"))
    hub = HubProcess(site=site(authority, "hub.test"), root=authority.root, folder=folder)
    (folder / "terms.txt").write_text(TERMS, encoding="utf-8")
    write_authorities(folder, TestAuthority(utc_now()), utc_now(), [])
    text = _configuration(hub.site, medimail, emage)
    described = everybody() + "\n".join(person.described() for person in people)
    set_up(hub, text, (medimail, emage), described)
    (folder / "mailboxes.csv").write_text(mailboxes, encoding="utf-8")
    hub.command("medimail", "import", str(folder / "mailboxes.csv"))
    with ExitStack() as all_of_it:
        all_of_it.enter_context(served(hub))
        for party in (medimail, emage):
            node = protected_by_node(party, hub.issuer, authority.root, folder)
            all_of_it.enter_context(node)
        yield Town(hub=hub, medimail=medimail, emage=emage)


def _configuration(site: Site, medimail: RelyingParty, emage: RelyingParty) -> str:
    return f"""
environment = "test"
public_address = "{site.origin}"
listen = "127.0.0.1:{site.port}"
workers = 1
database = "sqlite:///hub.db"
plugins = ["own", "regional", "password", "terms", "situation", "oidc", "directory",
  "sent_code", "totp", "passkey", "cps", "console", "emage",
  "association", "medimail"]
policy = "regional"
methods = ["password", "passkey", "cps", "totp", "sent_code", "word"]
[messages]
chains = {{ sms = ["console"], mail = ["console"] }}
[support]
telephone = "03 00 00 00 00"
hours = "du lundi au vendredi de 9 h à 18 h"
mail = "assistance@region.example"
[session]
per_account = 3
[portal]
requires = ["terms.portal"]
[plugin.password]
memory = 1024
passes = 1
[plugin.cps]
roots = ["roots.pem"]
authorities = ["authorities.pem"]
crls = ["list-4.crl"]
diagnosis = "https://diagnosis.test/"
[plugin.oidc]
registration = "open"
registration_approval = false
registration_minimum = "simple"
registrations_per_hour = 1000
[plugin.terms.texts.portal]
version = "2026-01"
title = "Conditions générales d’utilisation du portail"
file = "terms.txt"
[plugin.association.forms.letters]
version = "2026-01"
title = "Votre compte de messagerie"
attestation = "J’atteste que ces informations sont exactes."
[provider.word]
title = "Fournisseur de la clinique"
module = "tests.federation.word_provider.WordBackend"
config = {{ kind = "word", at = "{site.origin}/help" }}
possible = {{ factors = ["knowledge"] }}
{_service(medimail, "Medimail", "Messagerie sécurisée de santé", "mail", "strong", "")}
{_service(emage, "e-mage", "Imagerie médicale partagée", "scan-line", "simple", "emage.reader")}
[service.pocket]
title = "Medimail sur téléphone"
summary = "La messagerie sécurisée, dans la poche"
minimum = "simple"
tile = false
frontend = "oidc"
[service.pocket.oidc]
client_id = "pocket"
application_type = "native"
token_endpoint_auth_method = "none"
redirect_uris = []
mobile_grant = true
device_grant = true
[service.workshop]
title = "Atelier"
minimum = "simple"
claims = ["given_name", "rpps", "situation"]
tile = false
frontend = "oidc"
[service.workshop.oidc]
client_id = "workshop"
token_endpoint_auth_method = "none"
redirect_uris = ["https://workshop.test/back"]
access_tokens = "jwt"
journal = true
[service.asking]
title = "Atelier qui demande"
minimum = "simple"
claims = ["given_name"]
tile = false
frontend = "oidc"
[service.asking.oidc]
client_id = "asking"
token_endpoint_auth_method = "none"
redirect_uris = ["https://workshop.test/asking"]
consent = true
journal = true
[service.letters]
title = "Courrier de la clinique"
minimum = "simple"
requires = ["association.letters"]
claims = ["given_name", "mailboxes"]
tile = false
frontend = "oidc"
[service.letters.oidc]
client_id = "letters"
token_endpoint_auth_method = "none"
redirect_uris = ["https://workshop.test/letters"]
[service.annuaire]
title = "Annuaire régional"
summary = "Trouver un professionnel, une structure, une messagerie"
icon = "no-such-icon"
minimum = "simple"
launch = "https://annuaire.test/"
"""


def _service(
    party: RelyingParty, title: str, summary: str, icon: str, minimum: str, right: str
) -> str:
    return f"""
[service.{party.service}]
title = "{title}"
summary = "{summary}"
icon = "{icon}"
more = "Ouvert à tous les professionnels de la région.\\n\\nRien n’y est conservé."
minimum = "{minimum}"
rights = {[right] if right else []}
claims = ["given_name", "family_name", "email", "rpps"]
launch = "{party.site.origin}/"
deep_link = "{party.site.origin}/?ui_locales={{language}}"
parameters = {{ language = "[a-z]{{2}}" }}
frontend = "oidc"
[service.{party.service}.oidc]
client_id = "{party.client_id}"
client_secret_file = "{party.service}.secret"
redirect_uris = ["{party.redirect_uri}"]
post_logout_redirect_uris = ["{party.site.origin}/"]
token_endpoint_auth_method = "{party.method}"
client_credentials = true
client_scopes = ["notices", "shares"]
"""

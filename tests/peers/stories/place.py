"""The region the stories happen in: ways to sign in, real carriers, two services."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hub.app import utc_now
from hub.contract.values import value
from hub_plugins.demo.notice import people as of_the_demo
from hub_plugins.demo.pki.authority import Authority as TestAuthority
from hub_plugins.demo.pki.folder import write_authorities
from hub_plugins.demo.psc.provider import Provider
from tests.peers.authority import Authority
from tests.peers.browser.town import TERMS, Town
from tests.peers.hub_process import HubProcess, served, set_up
from tests.peers.mail import Mailbox, mail_server
from tests.peers.node_party import protected_by_node
from tests.peers.psc import SECRET, psc, psc_sites, psc_tables
from tests.peers.services import RelyingParty, relying_party
from tests.peers.sites import Site, site
from tests.peers.sms import MessageCentre, message_centre
from tests.peers.stories.cast import CAST
from tests.peers.stories.post import Post

_FIRST = 'requires = ["terms.letters", "association.letters"]'


@value
class Place:
    town: Town
    letters: RelyingParty
    """Wants its terms accepted and an identity confirmed before it opens for the first time."""
    post: Post
    provider: Provider
    """The simulated Pro Santé Connect."""
    wallet: str
    """Where people choose their card there."""


@contextmanager
def place(authority: Authority, folder: Path) -> Iterator[Place]:
    sites = psc_sites(authority)
    medimail = relying_party("medimail", site(authority, "medimail.test"))
    emage = relying_party("emage", site(authority, "emage.test"))
    letters = relying_party("letters", site(authority, "letters.test"))
    parties = (medimail, emage, letters)
    hub = HubProcess(site=site(authority, "hub.test"), root=authority.root, folder=folder)
    town = Town(hub=hub, medimail=medimail, emage=emage)
    with ExitStack() as running:
        centre = running.enter_context(message_centre(folder))
        mailbox = running.enter_context(mail_server())
        write_secrets(folder, {"psc.secret": SECRET, "smpp.secret": centre.password})
        write_authorities(folder, TestAuthority(utc_now()), utc_now(), [])
        (folder / "terms.txt").write_text(TERMS, encoding="utf-8")
        _write_help(folder / "aide")
        text = _hub(hub.site) + _carriers(centre, mailbox) + psc_tables(sites, authority)
        text += _service(medimail, "Medimail", "Messagerie sécurisée de santé", "strong", "")
        text += _service(emage, "e-mage", "Imagerie médicale partagée", "simple", "emage.reader")
        text += _service(letters, "Courrier", "Courrier de la clinique", "simple", "")
        text = text.replace("[service.letters]", f"[service.letters]\n{_FIRST}")
        described = of_the_demo() + "\n".join(person.described() for person in CAST.values())
        set_up(hub, text, parties, described)
        (folder / "mailboxes.csv").write_text(_mailboxes(), encoding="utf-8")
        hub.command("medimail", "import", str(folder / "mailboxes.csv"))
        hub.command("directory", "accounts")
        running.enter_context(served(hub))
        for party in parties:
            node = protected_by_node(party, hub.issuer, authority.root, folder)
            running.enter_context(node)
        provider = running.enter_context(psc(sites, hub, f"{hub.issuer}/logout/returned"))
        post = Post(mailbox, centre)
        yield Place(
            town=town, letters=letters, post=post, provider=provider, wallet=sites.wallet.origin
        )


def _write_help(folder: Path) -> None:
    """What the operator says beside us, and of the application instead of us."""
    for language, words in (("fr", "Le mot de la région"), ("en", "The word of the region")):
        (folder / language).mkdir(parents=True)
        for name, number in (("95-region", "001122"), ("22-totp", "334455")):
            text = f"# {words} {number}\n\n{words} **{number}**.\n"
            (folder / language / f"{name}.md").write_text(text, encoding="utf-8")


def _mailboxes() -> str:
    """As the operator brings them in."""
    lines = ["address;kind;person;structure;first"]
    for login in (each for each in CAST if each.startswith("mailboxes")):
        lines.append(f"{login}@mss.test;PER;login:{login};;yes")
        lines.append(f"accueil@mss.test;ORG;login:{login};Cabinet des Tilleuls;no")
        lines.append(f"resultats@mss.test;APP;login:{login};;no")
    return "\n".join([*lines, ""])


def write_secrets(folder: Path, kept: dict[str, str]) -> None:
    for name, secret in kept.items():
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(secret, encoding="utf-8")


def _hub(own: Site) -> str:
    return f"""
environment = "test"
public_address = "{own.origin}"
listen = "127.0.0.1:{own.port}"
workers = 1
database = "sqlite:///hub.db"
plugins = ["own", "regional", "password", "terms", "situation", "oidc", "directory", "sent_code",
  "totp", "passkey", "cps", "psc", "smpp", "smtp", "association", "medimail", "emage"]
policy = "regional"
methods = ["password", "psc", "cps", "passkey", "totp", "sent_code"]
trusted_hops = 1
[support]
telephone = "03 00 00 00 00"
hours = "du lundi au vendredi de 9 h à 18 h"
mail = "assistance@region.example"
help = "aide"
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
[service.pocket]
title = "Medimail sur téléphone"
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
[plugin.terms.texts.portal]
version = "2026-01"
title = "Conditions générales d’utilisation du portail"
file = "terms.txt"
[plugin.terms.texts.letters]
version = "2026-01"
title = "Conditions d’utilisation de Courrier"
file = "terms.txt"
[plugin.association.forms.letters]
version = "2026-01"
title = "Votre compte de messagerie"
attestation = "J’atteste que ces informations sont exactes."
"""


def _carriers(centre: MessageCentre, mailbox: Mailbox) -> str:
    return f"""
[messages]
chains = {{ sms = ["smpp"], mail = ["smtp"] }}
[plugin.smpp]
host = "127.0.0.1"
port = {centre.port}
system_id = "hub"
password_file = "smpp.secret"
source = "Sante"
[plugin.smtp]
host = "127.0.0.1"
port = {mailbox.port}
tls = "none"
sender = "portail@region.example"
"""


def _service(party: RelyingParty, title: str, summary: str, minimum: str, right: str) -> str:
    return f"""
[service.{party.service}]
title = "{title}"
summary = "{summary}"
icon = "mail"
more = "Ouvert à tous les professionnels de la région.\\n\\nRien n’y est conservé."
minimum = "{minimum}"
rights = {[right] if right else []}
claims = ["given_name", "family_name", "email", "rpps", "situation", "mailboxes"]
launch = "{party.site.origin}/"
deep_link = "{party.site.origin}/?ui_locales={{record}}"
parameters = {{ record = "[a-z]{{2}}" }}
frontend = "oidc"
[service.{party.service}.oidc]
client_id = "{party.client_id}"
client_secret_file = "{party.service}.secret"
redirect_uris = ["{party.redirect_uri}"]
post_logout_redirect_uris = ["{party.site.origin}/bye"]
token_endpoint_auth_method = "{party.method}"
client_credentials = true
client_scopes = ["notices", "shares"]
"""

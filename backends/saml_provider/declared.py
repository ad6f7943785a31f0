"""`[plugin.saml_provider]` as backends SATOSA can load, or everything wrong with it at once."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from hub import (
    ConfigError,
    ConfigErrors,
    IdentityBackend,
    Json,
    MethodCard,
    MethodName,
    SatosaModule,
    Settings,
    saml,
)

from .entity import entity
from .identity import possible
from .settings import PROVIDER, Keys, Provider, SamlProviderSettings


def declared(settings: Settings, module: str) -> Iterable[IdentityBackend]:
    """*module*: the dotted path of the backend's class."""
    own = settings.section("saml_provider", SamlProviderSettings)
    wrong: list[ConfigError] = []
    backends = []
    for name, provider in own.providers.items():
        try:
            config = _config(provider, settings, f"plugin.saml_provider.providers.{name}")
        except ConfigErrors as errors:
            wrong += errors.errors
            continue
        card = MethodCard(
            name=MethodName(name), title=provider.title, identifies=True, icon=provider.icon
        )
        backends.append(
            IdentityBackend(
                module=SatosaModule(name=name, module=module, config=config),
                card=card,
                possible=possible(provider),
            )
        )
    if wrong:
        raise ConfigErrors(wrong)
    return backends


def _config(provider: Provider, settings: Settings, at: str) -> dict[str, Json]:
    wrong = [ConfigError(f"{at}.{key}", said) for key, said in _contradictions(provider, settings)]
    keys: list[Json] = []
    xml = ""
    try:
        keys = [_pair(each, settings, f"{at}.keys") for each in provider.keys]
        xml = _metadata(provider, settings, at)
    except ConfigError as error:
        wrong.append(error)
    if wrong:
        raise ConfigErrors(wrong)
    return {
        "provider": PROVIDER.dump_python(provider, mode="json"),
        "keys": keys,
        "metadata": xml,
    }


def _contradictions(provider: Provider, settings: Settings) -> Iterator[tuple[str, str]]:
    if not provider.metadata and not provider.metadata_url:
        yield "metadata", "needs a file, or metadata_url an address"
    if provider.metadata_url:
        scheme = urlsplit(provider.metadata_url).scheme
        if scheme != "https" and (settings.environment == "production" or scheme != "http"):
            yield "metadata_url", "must be an https address"
        # Whoever is on the way would otherwise choose whose signatures count.
        if not provider.metadata_certificate:
            yield "metadata_certificate", "is needed with metadata_url: who signed the metadata"
    if provider.encrypted and not provider.keys:
        yield "keys", "needs one when assertions must be encrypted"
    if not provider.evidence:
        yield "evidence", "must say what an answer is worth"
    for attribute, system in provider.identifiers.items():
        if not system or system != system.lower():
            yield f"identifiers.{attribute}", "must be a system in lower case: rpps"


def _pair(keys: Keys, settings: Settings, at: str) -> dict[str, Json]:
    private = settings.secret(keys.key_file, f"{at}.key_file")
    try:
        certificate = settings.file(keys.certificate_file).read_text(encoding="ascii")
        saml.Certificate.of(saml.SigningKey(private.encode(), certificate.encode()).certificate)
    except (OSError, ValueError, TypeError, saml.Untrusted) as error:
        said = f"is no key of fit length with its certificate: {type(error).__name__}"
        raise ConfigError(at, said) from None
    return {"private": private, "certificate": certificate}


def _metadata(provider: Provider, settings: Settings, at: str) -> str:
    if not provider.metadata:
        return ""
    try:
        raw = settings.file(provider.metadata).read_bytes()
        if provider.metadata_certificate:
            pin = settings.file(provider.metadata_certificate).read_bytes()
            raw = saml.canonical(saml.genuine(saml.metadata(raw), [saml.Certificate.of(pin)]))
        entity(raw, provider.entity_id)
        return raw.decode()
    except saml.Untrusted as error:
        raise ConfigError(f"{at}.metadata", f"cannot be believed: {error.why}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{at}.metadata", f"cannot be read: {type(error).__name__}") from None

"""Makes the providers people may come from ready: those of plugins, and those of hub.toml."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from hub.contract.errors import ConfigError, ConfigErrors
from hub.contract.identifiers import MethodName
from hub.contract.logout import EndsProviderSession
from hub.contract.methods import AuthenticationMethod
from hub.extensions import Equipped
from hub.federation.declared_providers import OWNER, declared
from hub.federation.provider import Provider, ProviderModule
from hub.federation.provider_method import ProviderMethod
from hub.federation.provider_side import ProviderSide
from hub.lending import Books, Ground, toolbox
from hub.store.one_time import SqlOneTime

METHODS = "authentication_methods"


def provider_side(ground: Ground, books: Books) -> ProviderSide:
    """Raise `ConfigErrors` for two providers of one name, and files that cannot be read."""
    hub = ground.configuration.hub
    wrong = list(_misnamed(ground))
    if wrong:
        raise ConfigErrors(wrong)
    return ProviderSide(
        base_url=hub.public_address,
        modules=[*_contributed(ground), *declared(hub.provider, ground.configuration.folder)],
        lend=lambda plugin: toolbox(ground, books, plugin),
        kept=SqlOneTime(ground.database, ground.keyring, ground.clock, "hub.provider"),
        faring=books.silences,
    )


def owners_of_providers(ground: Ground) -> Mapping[str, str]:
    declared_here = dict.fromkeys(ground.configuration.hub.provider, OWNER)
    return {**ground.contributions.providers, **declared_here}


def with_providers(
    equipped: Equipped,
    providers: Mapping[str, Provider],
    made: Callable[[Provider], ProviderMethod],
) -> Equipped:
    """Each provider is a method of its own name, after those of plugins unless `methods` says."""
    taken = sorted(set(providers) & set(equipped.methods))
    if taken:
        problem = "a method is so called"
        raise ConfigErrors([ConfigError(f"provider.{name}", problem) for name in taken])
    methods: dict[MethodName, AuthenticationMethod] = dict(equipped.methods)
    owners = dict(equipped.owners)
    for name, provider in providers.items():
        methods[MethodName(name)] = made(provider)
        owners[METHODS, name] = provider.module.owner
    return replace(equipped, methods=methods, owners=owners)


def provider_endings(equipped: Equipped) -> Mapping[str, EndsProviderSession]:
    """By method, those that can close their own session."""
    providers = (each for each in equipped.methods.values() if isinstance(each, ProviderMethod))
    backends = {each.card.name: each.provider.backend for each in providers}
    return {n: each for n, each in backends.items() if isinstance(each, EndsProviderSession)}


def _contributed(ground: Ground) -> Iterator[ProviderModule]:
    for name, backend in ground.contributions.backends.items():
        yield ProviderModule(backend=backend, owner=ground.contributions.providers[name])


def _misnamed(ground: Ground) -> Iterator[ConfigError]:
    contributed = ground.contributions.backends
    for name in ground.configuration.hub.provider:
        if name in contributed:
            yield ConfigError(f"provider.{name}", "a plugin contributes a provider so called")
    for name, backend in contributed.items():
        if backend.module.name != name:
            owner = ground.contributions.providers[name]
            problem = f"{owner!r}: its SATOSA module is called {backend.module.name!r}"
            yield ConfigError(f"provider.{name}", problem)

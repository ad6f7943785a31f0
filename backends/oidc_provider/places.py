"""Where the provider answers and with which keys, as it says now; asked when first needed."""

from functools import partial

import httpx

from hub import Clock

from .calls import document
from .kept import Kept
from .keys import Key, ProviderKeys, key_set
from .metadata import Metadata, read_metadata
from .settings import Provider


class Places:
    """Nothing is asked at start: the hub must start while the provider is down."""

    def __init__(self, provider: Provider, client: httpx.Client, clock: Clock) -> None:
        self._client = client
        self._discovered = provider.discovery
        self._metadata = Kept(partial(read_metadata, provider, client), clock, provider.keep)
        self.keys = ProviderKeys(Kept(self._key_set, clock, provider.keep))

    def metadata(self) -> Metadata:
        """Raise `Fault` when the provider never said."""
        return self._metadata.get()

    def answers(self) -> bool | None:
        """Whether the provider says where it answers; `None`: it is not asked, or was not yet."""
        return self._metadata.answers() if self._discovered else None

    def _key_set(self) -> tuple[Key, ...]:
        return key_set(partial(document, self._client, self.metadata().jwks))

"""Where a browser is sent to show the certificate of a card: a host of its own, once (route A)."""

from typing import Protocol


class CardHost(Protocol):
    @property
    def there(self) -> bool:
        """Whether somebody may be sent now: for a page that offers to."""

    def fresh(self, return_url: str) -> str | None:
        """An address to send one browser to, by `Redirect`; `None`: there is no such host now.

        *return_url* is that of the `Attempt` or `Task`. The browser is asked there for a
        certificate, and comes back by `Returning` with one `Answer`: `certificate` holds what it
        showed, as DER of at most 16 kB, whoever issued it and whatever it is worth, and that it
        holds the key was seen; or `refused` is one of two codes, which must stand in the
        catalogue of the plugin that asked: `<plugin>.no_certificate`, none was shown, or
        `<plugin>.timeout`, it was shown too late.

        The address works once and soon. Ask anew for every try: a browser remembers, for each
        host, which certificate was chosen, or that none was.
        """

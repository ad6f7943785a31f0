"""A proxy in this process, as careful or careless as a test wants it, before the hub's WSGI."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECRET = "s3cretsharedwiththeproxyoftheregion"
_CARD = "HTTP_HUB_CARD"


@dataclass
class Proxy:
    """Adds what nginx or HAProxy would; *header* makes the card's header from the request."""

    inside: "WSGIApplication"
    header: Callable[[Mapping[str, object]], str | None] = lambda environ: f"{SECRET} "
    adds: dict[str, str] = field(default_factory=dict)

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        passed = {**environ, "REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.7"}
        made = self.header(environ)
        passed.pop(_CARD, None)
        if made is not None:
            passed[_CARD] = made
        return self.inside({**passed, **self.adds}, start)

"""One address, three applications: protocol paths go to SATOSA's two, all others to the pages.

SATOSA breaks when it is mounted below a path, so nothing is rewritten: whole paths are compared.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Front:
    def __init__(
        self,
        pages: "WSGIApplication",
        federation: "WSGIApplication",
        frontends: Iterable[str],
        around: Callable[[], AbstractContextManager[None]],
        providers: "Mapping[str, WSGIApplication]" = MappingProxyType({}),
    ) -> None:
        """*around* is entered for each request to a protocol path: short, and many to a second.

        Not for the *providers*, by name: they are waited for, and may be slow.
        """
        self._pages = pages
        self._federation = federation
        self._around = around
        self._providers = providers
        self._firsts = {"broker", ".well-known", *frontends}

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        first = environ.get("PATH_INFO", "").lstrip("/").partition("/")[0]
        if first in self._providers:
            return self._providers[first](environ, start_response)
        if first not in self._firsts:
            return self._pages(environ, start_response)
        with self._around():
            return self._federation(environ, start_response)

"""One address, two applications: protocol paths go to SATOSA, all others to the pages.

SATOSA breaks when it is mounted below a path, so nothing is rewritten: whole paths are compared.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Front:
    def __init__(
        self, pages: "WSGIApplication", federation: "WSGIApplication", frontends: Iterable[str]
    ) -> None:
        self._pages = pages
        self._federation = federation
        self._firsts = {"broker", ".well-known", *frontends}

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        first = environ.get("PATH_INFO", "").lstrip("/").partition("/")[0]
        chosen = self._federation if first in self._firsts else self._pages
        return chosen(environ, start_response)

"""The shapes of the answers: JSON, and redirects to a service."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from satosa.response import Response, SeeOther

NO_STORE = ("Cache-Control", "no-store")


class EndpointError(Exception):
    """Told to a machine in JSON; *description* quotes nothing that was sent."""

    def __init__(
        self,
        error: str,
        description: str = "",
        status: str = "400 Bad Request",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status
        self.headers = headers

    def answer(self) -> Response:
        said = {"error_description": self.description} if self.description else {}
        return answered({"error": self.error, **said}, *self.headers, status=self.status)


def answered(
    body: Mapping[str, Any], *headers: tuple[str, str], status: str = "200 OK"
) -> Response:
    """JSON; not to be kept by anybody unless *headers* say otherwise."""
    kept = any(name == "Cache-Control" for name, _ in headers)
    extra = [] if kept else [NO_STORE]
    text = json.dumps(body, ensure_ascii=True)
    return Response(text, status=status, headers=[*headers, *extra], content="application/json")


def refused(error: str, status: str = "400 Bad Request", *headers: tuple[str, str]) -> Response:
    return answered({"error": error}, *headers, status=status)


def sent_to(address: str, parameters: Mapping[str, str | None]) -> Response:
    """A redirect by GET."""
    return SeeOther(with_query(address, parameters))


def with_query(address: str, parameters: Mapping[str, str | None]) -> str:
    """*address* with *parameters* added to the query it already has; those without text are not."""
    query = urlencode({name: text for name, text in parameters.items() if text})
    joint = ("&" if urlsplit(address).query else "?") if query else ""
    return f"{address}{joint}{query}"

"""The back channel of a flow: services reach the hub's application in this process."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import requests
from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import BaseAdapter

Application = Callable[..., Iterable[bytes]]


class WsgiAdapter(BaseAdapter):
    """Answers `requests` from an application, without a socket."""

    def __init__(self, app: Application, seen: list[str]) -> None:
        super().__init__()
        self._client = httpx.Client(transport=httpx.WSGITransport(app))
        self._seen = seen

    def send(  # the signature is that of requests
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        body: Any = request.body or b""
        self._seen.append(f"{request.method} {urlsplit(str(request.url)).path}")
        answer = self._client.request(
            str(request.method),
            str(request.url),
            content=body,
            headers=_plain(request.headers),
        )
        return _as_requests(request, answer)

    def close(self) -> None:
        self._client.close()


def back_channel(app: Application, seen: list[str]) -> type[OAuth2Session]:
    """Authlib's own session, whose requests end in *app*; *seen* collects method and path."""

    class InProcess(OAuth2Session):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.mount("http://", WsgiAdapter(app, seen))

    return InProcess


def _as_requests(asked: requests.PreparedRequest, answer: httpx.Response) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status_code
    response._content = answer.content
    response.headers.update(_plain(answer.headers))
    response.encoding = "utf-8"
    response.request = asked
    response.url = str(asked.url)
    return response


def _plain(headers: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(text) for name, text in headers.items() if name != "content-encoding"}

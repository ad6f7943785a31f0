"""What stands around every endpoint: its methods, its parameters, its errors."""

from collections.abc import Callable
from typing import cast

from satosa.context import Context
from satosa.response import Response

from hub import RAW_REQUEST, RawRequest, RequestRefused, StoreUnavailable

from .answers import EndpointError, refused
from .parameters import FORM, Parameters

Endpoint = Callable[[Context], Response]
Answer = Callable[[RawRequest], Response]


def machine(answer: Callable[[RawRequest], Response], *methods: str) -> Endpoint:
    """An endpoint no person sees: its errors are JSON."""

    def endpoint(context: Context) -> Response:
        raw = raw_of(context)
        if context.request_method not in methods:
            allowed = ("Allow", ", ".join(methods))
            return refused("invalid_request", "405 Method Not Allowed", allowed)
        try:
            return answer(raw)
        except EndpointError as error:
            return error.answer()
        except RequestRefused:
            return refused("invalid_request")
        except StoreUnavailable:
            later = ("Retry-After", "5")
            return refused("temporarily_unavailable", "503 Service Unavailable", later)

    return endpoint


def raw_of(context: Context) -> RawRequest:
    return cast(RawRequest, context.get_decoration(RAW_REQUEST))


def by_browser(raw: RawRequest) -> Parameters:
    if raw.method not in ("GET", "HEAD", "POST"):
        raise RequestRefused("page.bad_request", 405)
    form = raw.body.decode(errors="replace") if raw.content_type == FORM else ""
    return Parameters("&".join(filter(None, (raw.query, form))))


def form_of(raw: RawRequest) -> Parameters:
    form = Parameters(raw.body.decode(errors="replace"))
    if form.repeated == {"resource"}:
        raise EndpointError("invalid_target", "one resource at a time")
    if raw.content_type != FORM or form.repeated or form.absurd():
        raise RequestRefused("page.bad_request")
    return form

"""The suite's own site: where answers come back, keys are published and notices are heard."""

import json
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request, Response

CALLBACK = "/callback"
LEFT = "/left"
NOTICE = "/notice"


@dataclass
class Site:
    documents: dict[str, Any] = field(default_factory=dict)
    """What is published, as JSON or as the bytes it is, by path."""
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for, in order."""
    notices: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, environ: Any, start: Any) -> Any:
        return self._answer(Request(environ))(environ, start)

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        if request.path == NOTICE:
            self.notices.append(request.form.to_dict())
            return Response("")
        if request.path in self.documents:
            found = self.documents[request.path]
            return Response(found) if isinstance(found, bytes) else _json(found)
        sent = {"method": request.method, "query": request.args.to_dict(flat=False)}
        return _json({**sent, "form": request.form.to_dict(flat=False)})


def _json(document: Any) -> Response:
    return Response(json.dumps(document), content_type="application/json")

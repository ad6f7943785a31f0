"""Static files under names that change with their content, served from memory."""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path
from typing import Final

import flask

from hub.contract.values import value

_WITHIN: Final = re.compile(rb'url\("([\w.-]+)"\)')
_TYPES: Final = {".woff2": "font/woff2", ".js": "text/javascript", ".svg": "image/svg+xml"}
blueprint = flask.Blueprint("hub_static", __name__)


@value
class StaticFile:
    name: str
    content: bytes
    type: str


class StaticFiles:
    """Finds a file by its hashed name, and the address of a file by its plain one."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        """*folders* by owner: each one's `static/` folder, or one single file."""
        self._files: dict[tuple[str, str], StaticFile] = {}
        self._names: dict[tuple[str, str], str] = {}
        for owner, folder in folders.items():
            # Style sheets last: they name fonts and pictures by their hashed names.
            for file in sorted(_files(folder), key=lambda each: each.suffix == ".css"):
                self.add(owner, file.name, file.read_bytes())

    def address(self, owner: str, name: str) -> str:
        return f"/static/{owner}/{self._names[owner, name]}"

    def found(self, owner: str, hashed: str) -> StaticFile | None:
        return self._files.get((owner, hashed))

    def add(self, owner: str, name: str, content: bytes) -> None:
        """One more, called *name*."""
        file = Path(name)
        if file.suffix == ".css":
            content = _WITHIN.sub(lambda match: self._rewritten(owner, match), content)
        mark = sha256(content).hexdigest()[:12]
        hashed = f"{file.stem}.{mark}{file.suffix}"
        kind = _TYPES.get(file.suffix) or guess_type(file.name)[0] or "application/octet-stream"
        self._names[owner, file.name] = hashed
        self._files[owner, hashed] = StaticFile(name=file.name, content=content, type=kind)

    def _rewritten(self, owner: str, match: "re.Match[bytes]") -> bytes:
        name = match.group(1).decode()
        return f'url("{self._names.get((owner, name), name)}")'.encode()


@blueprint.get("/static/<owner>/<name>")
def static_file(owner: str, name: str) -> flask.Response:
    files: StaticFiles = flask.current_app.extensions["hub_static"]
    file = files.found(owner, name)
    if file is None:
        flask.abort(404)
    answer = flask.Response(file.content, content_type=file.type)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


@blueprint.get("/favicon.ico")
def favicon() -> flask.Response:
    files: StaticFiles = flask.current_app.extensions["hub_static"]
    return flask.redirect(files.address("hub", "mark.svg"))  # type: ignore[return-value]


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
    elif folder.is_dir():
        yield from (file for file in folder.iterdir() if file.is_file())

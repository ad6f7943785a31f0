"""Python starts with this where PYTHONPATH says so: each SQL statement leaves a line in a file.

In every process, those that the server starts included; of the product no line is changed.
"""

import os
from typing import Any

from sqlalchemy import Engine, event

COUNTED = "HUB_STATEMENTS"


@event.listens_for(Engine, "before_cursor_execute")
def _note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
    line = " ".join(statement.split()) + "\n"
    at = os.open(os.environ[COUNTED], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(at, line.encode())
    finally:
        os.close(at)

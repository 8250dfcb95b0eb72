"""Processes of one server leave together, also when the first of them is killed hard."""

from __future__ import annotations

import os
import threading
import time

# Set by `jingtu serve` for its children: the process whose end is theirs.
VARIABLE = "JINGTU_SERVE_PID"
_SECONDS = 1.0


def leave_with_server() -> None:
    """Watch the server that started this process, if one did, and leave when it is gone."""
    server = os.environ.get(VARIABLE)
    if server is not None and int(server) != os.getpid():
        threading.Thread(target=_watch, args=(int(server),), daemon=True).start()


def _watch(server: int) -> None:
    while True:
        try:
            os.kill(server, 0)
        except ProcessLookupError:
            os._exit(1)
        except PermissionError:
            pass  # it lives, under another user
        time.sleep(_SECONDS)

"""What the processes of a server write to stderr: lines for a person, or JSON for a collector."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import structlog


def logging_config(*, as_json: bool) -> dict[str, Any]:
    """The ``LOGGING`` setting.

    Parameters
    ----------
    as_json : bool
        One JSON object a line (``JINGTU_LOG_JSON``) instead of text.

    Examples
    --------
    >>> sorted(logging_config(as_json=True)["loggers"])
    ['django', 'jingtu']
    """
    renderer = (
        structlog.processors.JSONRenderer(serializer=partial(json.dumps, ensure_ascii=False))
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    finish: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_json:
        finish.append(structlog.processors.format_exc_info)
    logger = {"handlers": ["stderr"], "level": "INFO", "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [*finish, renderer],
                "foreign_pre_chain": [
                    structlog.stdlib.add_log_level,
                    structlog.stdlib.add_logger_name,
                    structlog.processors.TimeStamper(fmt="iso", utc=True),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "loggers": {"jingtu": logger, "django": {**logger, "level": "WARNING"}},
    }

"""Work beside the web server, in a process of its own: queued jobs, sealing, and the passing of days.

``jingtu serve`` starts it as ``python -m jingtu.service.background`` and ends it. It leaves by itself
when the server is gone, however that ended.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from datetime import date

from jingtu.service.lifetime import leave_with_server

logger = logging.getLogger(__name__)

SEAL_SECONDS = 1.0
# People at their screens come first: an import may take longer, a click may not.
BACKGROUND_NICENESS = 10


def main() -> None:
    """Run until told to stop: jobs in this thread, time and sealing in another."""
    from jingtu.service.cli.django import setup

    setup()
    os.nice(BACKGROUND_NICENESS)
    from django_tasks_db.management.commands.db_worker import Worker

    from jingtu.platform.jobs.running import resume_interrupted

    resumed = resume_interrupted()
    if resumed:
        logger.warning("%d jobs interrupted by the last stop are queued again", resumed)
    worker = Worker(
        queue_names=["*"],
        interval=0.5,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"serve-{os.getpid()}",
        excluded_queue_names=[],
    )
    worker.configure_signals()
    leave_with_server()
    threading.Thread(target=_pass_time, daemon=True).start()
    worker.run()


def _pass_time() -> None:
    """Seal every second; work through the days whenever the business date has moved on."""
    from django.db import close_old_connections

    from jingtu.platform.ledger.chain import Sealer

    sealer = Sealer(time.monotonic)
    ticked: date | None = None
    while True:
        close_old_connections()
        try:
            ticked = _tick_if_due(ticked)
            sealer.run_once()
        except Exception:
            # A database restarted at night must not end the sealing for good.
            logger.exception("sealing or ticking failed; trying again")
            time.sleep(5)
        time.sleep(SEAL_SECONDS)


def _tick_if_due(ticked: date | None) -> date:
    """Tick once a business date, catching up on days when the machine was off; write down the head."""
    from django.conf import settings

    from jingtu.platform import clock
    from jingtu.platform.duties import ticking
    from jingtu.platform.evidence import storage
    from jingtu.platform.ledger import chain

    today = clock.business_date()
    if today != ticked:
        ticking.tick(today)
        storage.sweep()
        chain.seal_all()
        chain.write_head(settings.CONFIG.heads_path, today.isoformat())
    return today


if __name__ == "__main__":
    main()

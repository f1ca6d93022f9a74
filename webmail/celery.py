"""The Celery app: it wakes workers for the queue's rows; without Redis its broker is a folder."""

import os
import warnings
from typing import Any

from celery import Celery, bootsteps
from celery.beat import EmbeddedService
from celery.platforms import SecurityWarning
from click import Option
from kombu import Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmail.settings")

from django.conf import settings

from .broker import SCHEME

SWEEP_SECONDS = 2.0
_HOUR = 3600.0
# Seconds until a sweep is stale: a busy machine is late, and must not throw away each one it gets to.
_PATIENCE = 30.0
_QUEUE = "postillion"


def _broker() -> dict[str, Any]:
    """Redis where there is one; a task that can't be handed over quickly is left to the sweep."""
    if settings.REDIS_URL:
        timeouts = {"socket_connect_timeout": 1, "socket_timeout": 2}
        return {"broker_url": settings.REDIS_URL, "broker_transport_options": timeouts}
    folder = settings.DATA_DIR / "broker"
    for name in ("tasks", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    options = {
        "data_folder_in": str(folder / "tasks"),
        "data_folder_out": str(folder / "tasks"),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.1,
    }
    return {"broker_url": f"{SCHEME}://localhost//", "broker_transport_options": options}


# It warns root of pickled tasks; ours are JSON.
warnings.filterwarnings("ignore", category=SecurityWarning)
app = Celery("postillion", include=["webmail.delivery.tasks"])
app.conf.update(
    **_broker(),
    # The exchange without a name goes straight to the queue: its bindings can't be flushed away.
    task_queues=[Queue(_QUEUE, Exchange(""), routing_key=_QUEUE)],
    task_default_queue=_QUEUE,
    task_default_exchange="",
    task_default_routing_key=_QUEUE,
    accept_content=["json"],
    task_serializer="json",
    result_serializer="json",
    task_ignore_result=True,
    task_publish_retry=False,
    worker_pool="threads",
    worker_concurrency=settings.WORKER_THREADS,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    enable_utc=True,
    timezone="UTC",
    # In memory: a file of the last runs is one more thing that a kill can break.
    beat_scheduler="celery.beat:Scheduler",
    beat_schedule={
        "sweep": {
            "task": "webmail.delivery.tasks.sweep",
            "schedule": SWEEP_SECONDS,
            "options": {"expires": _PATIENCE},
        },
        "sweep-store": {
            "task": "webmail.delivery.tasks.sweep_store",
            "schedule": _HOUR,
            "options": {"expires": _HOUR},
        },
        "send-reports": {
            "task": "webmail.delivery.tasks.send_reports",
            "schedule": _HOUR,
            "options": {"expires": _HOUR},
        },
    },
)


class Clock(bootsteps.StartStopStep):
    """The clock of an embedded installation, in a thread of its worker (`--clock`).

    Celery's own `-B` forks the running worker: a process more, and now and then the child closes, with what
    it has inherited, its own connection to Redis.
    """

    def __init__(self, worker: Any, *, clock: bool = False, **options: Any) -> None:
        self.enabled = clock
        super().__init__(worker, **options)

    def create(self, worker: Any) -> Any:
        """Make what the worker starts and stops."""
        return EmbeddedService(worker.app, thread=True, scheduler_cls=worker.app.conf.beat_scheduler)


app.steps["worker"].add(Clock)
app.user_options["worker"].add(Option(["--clock"], is_flag=True, help="Be the clock, too."))

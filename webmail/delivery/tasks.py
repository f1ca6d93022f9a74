"""What Celery calls: a task is only a wake-up, the queue's rows are the truth."""

from celery import shared_task
from celery.signals import worker_shutting_down
from django.utils import timezone

from webmail import heartbeat
from webmail.store import bulk, reports, snooze, spam_learning
from webmail.store import sweep as store_sweep

from . import (
    attempt,
    greylist,
    importing,
    push,
    report_intake,
    report_sender,
    scheduled,
    signing,
    tls_report_sender,
    tls_results,
    turn,
)
from . import sweep as sweeping


@worker_shutting_down.connect
def stop(**_: object) -> None:
    """Begin no more messages: what is claimed and not begun is given back."""
    turn.stopping.set()


@shared_task
def deliver(domain: str) -> None:
    """Carry out what is due at one destination."""
    attempt.deliver(domain)


@shared_task
def notify(account_id: int) -> None:
    """Tell the devices of an account what is new."""
    push.notify(account_id)


@shared_task
def sweep() -> None:
    """Find what is due and what was lost; that it came here shows that beat, broker and worker work."""
    sweeping.sweep()
    heartbeat.beat()
    snooze.wake()
    scheduled.settle()
    bulk.carry_on()
    push.sweep()
    spam_learning.carry_on()
    importing.wake()
    signing.care()
    report_intake.take()


@shared_task
def send_reports() -> None:
    """Tell domains that ask for it what came in their name, and how mail to them was encrypted."""
    report_sender.send()
    tls_report_sender.send()


@shared_task
def bring(import_id: int) -> None:
    """Go on with an import of mail."""
    importing.run(import_id)


@shared_task
def sweep_store() -> None:
    """Delete what nobody can undo or refer to any more."""
    store_sweep.run()
    greylist.forget(timezone.now())
    reports.forget_old()
    tls_results.forget_old(timezone.now())

"""kill -9 of a delivering process at each phase of a conversation: copies at the peer, and none missing.

    python -m tests.chaos.phases [--kills 50]

For each kill a message is submitted and delivered by a process of its own; the peer, when the conversation
comes to the phase, has the process killed. Then its lease is over, and a second process delivers what is due.
Missing must be 0; only between the final dot and our commit may there be a second copy, of the same
bytes. Status 1 when any of that is not so.
"""

import argparse
import multiprocessing
import os
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from bench.figures import say, table
from tests.peer import Peer, Told

DOMAIN = "hamburger.test"
PHASES = ("connected", "EHLO", "RCPT", "in the content", "after the dot", "answered", "QUIT")
MAY_DOUBLE = ("after the dot", "answered")
_SECONDS = 60


def _reach(peer: Peer, phase: str, reached: threading.Event) -> None:
    """Let the peer tell when the next conversation comes to a phase."""
    peer.told_in_data = reached if phase == "in the content" else None
    peer.answers = {
        "connected": {"banner": Told(reached)},
        "after the dot": {"content": Told(reached)},
        "answered": {"content": Told(reached, "250 2.0.0 stored", after=True)},
        "in the content": {},
    }.get(phase, {phase: Told(reached)})


def _trial(peer: Peer, phase: str, start: Callable[[], BaseProcess], submit: Callable[[], str]) -> int:
    """Kill one delivery at a phase and let another finish it; returns the copies at the peer."""
    from django.utils import timezone

    from webmail.delivery import claims

    subject = submit()
    reached = threading.Event()
    _reach(peer, phase, reached)
    first = start()
    if not reached.wait(_SECONDS):
        raise TimeoutError(f"no conversation came to: {phase}")
    first.kill()
    first.join()
    peer.told_in_data, peer.answers = None, {}
    # The time of a lease passes at once.
    claims.release_expired(timezone.now() + claims.lease_time() + timedelta(seconds=1))
    _make_due()
    start().join(_SECONDS)
    mine = [each.content for each in peer.messages if f"Subject: {subject}\r\n".encode() in each.content]
    if len(set(mine)) > 1:
        raise AssertionError("two copies of a message differ")
    return len(mine)


def _make_due() -> None:
    from django.utils import timezone

    from webmail.models import Destination, OutboundRecipient

    Destination.objects.all().delete()
    OutboundRecipient.objects.filter(state="waiting").update(next_attempt_at=timezone.now())


def _submitter() -> Callable[[], str]:
    """Make the database and Alice; returns what sends a letter of hers, and its subject."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    from mailserver.message.address import parse
    from mailserver.message.compose import Draft
    from webmail.delivery import submit
    from webmail.models import User
    from webmail.store import mailboxes

    user = User.objects.create_user("alice@crepes.test", "secret", name="Alice")
    account = mailboxes.create_account(user, "alice@crepes.test", "Alice")
    count = iter(range(1_000_000))

    def send() -> str:
        subject = f"Letter {next(count)}."
        draft = Draft(
            from_=parse("alice@crepes.test"), to=parse(f"bob@{DOMAIN}"), subject=subject, text="At noon?"
        )
        submit.submit(account.pk, draft, submission_key=subject, hold_seconds=0)
        return subject

    return send


def _run(kills: int) -> int:
    copies: dict[str, Counter[int]] = {phase: Counter() for phase in PHASES}
    with Peer() as peer:
        os.environ["MAIL_ROUTES"] = f"{DOMAIN}=127.0.0.1:{peer.port}"
        submit = _submitter()
        from webmail.delivery import submit as door

        door.kick = lambda domains: None  # type: ignore[assignment]
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.chaos.delivering"])
        from .delivering import deliver

        def start() -> BaseProcess:
            process = context.Process(target=deliver, args=(DOMAIN,))
            process.start()
            return process

        for phase in PHASES:
            for _ in range(kills):
                copies[phase][_trial(peer, phase, start, submit)] += 1
    return _conclude(copies, kills)


def _conclude(copies: dict[str, Counter[int]], kills: int) -> int:
    rows = [
        [phase, str(kills), str(found[0]), str(found[1]), str(kills - found[0] - found[1])]
        for phase, found in copies.items()
    ]
    print(table(["killed at", "times", "missing", "one copy", "more"], rows))
    missing = sum(found[0] for found in copies.values())
    doubled = {phase: kills - found[0] - found[1] for phase, found in copies.items()}
    wrong = missing + sum(count for phase, count in doubled.items() if phase not in MAY_DOUBLE)
    result = {"kills": kills * len(PHASES), "missing": missing, "doubled": doubled, "wrong": wrong}
    say(result, f"{missing} missing, {sum(doubled.values())} with a second copy, {wrong} that must not be")
    return int(bool(wrong))


def main() -> int:
    """Kill at each phase, and count; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=50, help="at each phase")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="phases-") as home:
        os.environ |= {
            "DATA_DIR": str(Path(home)),
            "DJANGO_SETTINGS_MODULE": "webmail.settings",
            "MAIL_HOSTNAME": "mx.crepes.test",
            "MAIL_DOMAINS": "crepes.test",
            "LOG_LEVEL": "ERROR",
        }
        os.environ.pop("DATABASE_URL", None)
        return _run(options.kills)


if __name__ == "__main__":
    sys.exit(main())

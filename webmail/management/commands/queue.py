"""`queue`: see what waits to go out, and hurry it, hold it or give it up."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from webmail.delivery import give_up, kick, overview, queue

_VERBS = {
    "show": "every recipient with its attempts and their dialogues",
    "retry": "try now, not at the next time",
    "hold": "keep back until released",
    "release": "let go of what is held",
    "cancel": "give up what has not left, without a word to the sender",
    "bounce": "give up what has not left, with a report to the sender",
    "expire": "try once more now, and give up with a report when that fails",
}


class Command(BaseCommand):
    help = "Show and steer the queue of outbound mail"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        listing = verbs.add_parser("list", help="what has not reached all its recipients")
        listing.add_argument("--all", action="store_true", help="what is done, too")
        listing.add_argument("--limit", type=int, default=100)
        for name, what in _VERBS.items():
            verb = verbs.add_parser(name, help=what)
            verb.add_argument("id", type=int, nargs="+" if name != "show" else 1)

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["verb"] == "list":
            self._write(_listing(options["limit"], everything=options["all"]))
            return
        for outbound_id in options["id"]:
            message = overview.find(outbound_id)
            if message is None:
                raise CommandError(f"there is no outbound message {outbound_id}")
            self._write(getattr(self, f"_{options['verb']}")(message))

    def _write(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.stdout.write(line)

    def _show(self, message: overview.Waiting) -> Iterator[str]:
        yield _line(message)
        for recipient in message.recipients:
            when = f", next try {recipient.next_attempt_at:%F %T}" if recipient.next_attempt_at else ""
            yield f"  {recipient.address}: {recipient.state}{when}"
            for report in recipient.reports:
                yield f"    {report.received_at:%F %T} {report.host} reports: {report.action} {report.status}"
            for attempt in recipient.attempts:
                where = f"{attempt.host} [{attempt.ip}] {attempt.tls}".strip() if attempt.host else "no host"
                yield f"    {attempt.started_at:%F %T} {where}: {attempt.code} {attempt.text}"
                for at, side, text in attempt.transcript:
                    yield f"      {at:8.3f} {side}: {text}"

    def _retry(self, message: overview.Waiting) -> Iterator[str]:
        return _woken(message, queue.retry_now(message.account_id, message.id))

    def _expire(self, message: overview.Waiting) -> Iterator[str]:
        return _woken(message, give_up.expire(message.account_id, message.id))

    def _bounce(self, message: overview.Waiting) -> Iterator[str]:
        addresses = give_up.bounce(message.account_id, message.id)
        yield f"{message.id}: {', '.join(addresses) or 'nothing waits'}"

    def _release(self, message: overview.Waiting) -> Iterator[str]:
        return self._retry(message)

    def _hold(self, message: overview.Waiting) -> Iterator[str]:
        yield f"{message.id}: {queue.hold(message.account_id, message.id)} recipients held"

    def _cancel(self, message: overview.Waiting) -> Iterator[str]:
        for address, stopped in queue.cancel(message.account_id, message.id):
            yield f"{message.id}: {address} {'cancelled' if stopped else 'too late'}"


def _woken(message: overview.Waiting, domains: Sequence[str]) -> Iterator[str]:
    kick.kick(domains)
    yield f"{message.id}: {', '.join(domains) or 'nothing waits'}"


def _listing(limit: int, *, everything: bool) -> Iterator[str]:
    for message in overview.newest(limit, everything=everything):
        yield _line(message)
        for recipient in message.recipients:
            reason = recipient.last.text.partition("\n")[0] if recipient.last else ""
            when = f"{recipient.next_attempt_at:%F %T} " if recipient.next_attempt_at else ""
            yield f"  {recipient.state:<9} {when}{recipient.address} {reason}".rstrip()


def _line(message: overview.Waiting) -> str:
    return f"{message.id} {message.created_at:%F %T} from <{message.mail_from}>"

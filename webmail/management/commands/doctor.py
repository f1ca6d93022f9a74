"""`doctor`: does the world find this server, and does it believe it? Says what to paste where."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from webmail.installation import examine, words
from webmail.installation.words import Line
from webmail.store import queries

_SIGNS = {"right": "ok", "blocking": "BLOCKING", "hurts": "hurts", "optional": "optional"}


class Command(BaseCommand):
    help = "Check DNS, port 25, reverse DNS and TLS, and say what to paste where; fails if mail is blocked"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("domain", nargs="*", help="of ours; all of them when none is named")

    def handle(self, *_args: Any, **options: Any) -> None:
        known = queries.domain_names()
        if strangers := sorted(set(options["domain"]) - set(known)):
            raise CommandError(f"no domain of ours: {', '.join(strangers)}")
        ask = examine.resolver()
        here = examine.here(ask)
        lines = self._show(here.host, map(words.of_check, examine.checks(ask, here)))
        for domain in options["domain"] or known:
            report = examine.domain_report(domain, ask, here)
            lines += self._show(domain, map(words.of_record, report.verdicts))
        blocking = sum(line.level == "blocking" for line in lines)
        if blocking:
            raise CommandError(f"{blocking} of these keep mail from going through")

    def _show(self, title: str, lines: Iterable[Line]) -> list[Line]:
        shown = list(lines)
        self.stdout.write(f"\n{title}")
        for line in shown:
            for text in _told(line):
                self.stdout.write(text)
        return shown


def _told(line: Line) -> Iterator[str]:
    detail = f" ({line.detail})" if line.detail else ""
    yield f"  {_SIGNS[line.level]:<9} {line.title}: {line.words}{detail}"
    if line.kind and line.level != "right":
        yield f"            {line.name}. {line.kind} {_pasted(line)}"
        if line.now:
            yield f"            now: {' | '.join(line.now)}"


def _pasted(line: Line) -> str:
    return f'"{line.value}"' if line.kind == "TXT" else line.value

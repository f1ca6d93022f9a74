"""Everything that an account keeps, as files: each part has its writer in WRITERS."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import zipstream

from mailserver.message import filename, vcard_writer
from webmail.models import Account, Alias, Identity, Mailbox, PictureSender, SenderChoice

from . import contact_files, mbox, preferences, queries, sieve_script

FORMAT = 1


@dataclass(frozen=True, slots=True)
class File:
    """A file of the archive; its content is made while it is read."""

    path: str
    content: Iterator[bytes]


type Writer = Callable[[Account], Iterator[File]]


def stream(account: Account) -> Iterator[bytes]:
    """One zip of everything, made as it is sent: nothing is kept on a disk, and little in memory."""
    packed = zipstream.ZipStream(compress_type=zipstream.ZIP_DEFLATED, compress_level=1)
    for writer in WRITERS:
        for file in writer(account):
            packed.add(file.content, file.path)
    yield from packed


def _mail(account: Account) -> Iterator[File]:
    """Each mailbox with mail as an mbox; a label below another is a file in its folder."""
    taken: dict[str, int] = {}
    for row in queries.mailbox_list(account.pk):
        levels = [filename.safe(level) or "_" for level in row.path.split("/")]
        path = filename.unique("/".join(["mail", *levels]) + ".mbox", taken)
        if row.message_count:
            yield File(path, mbox.of_mailbox(row.id))


def _contacts(account: Account) -> Iterator[File]:
    ids = queries.contact_ids(account.pk)
    if ids:
        yield File("contacts.vcf", vcard_writer.write(contact_files.given(account.pk, ids)))


def _rules(account: Account) -> Iterator[File]:
    yield File("rules.sieve", iter([sieve_script.script(account).encode()]))


def _settings(account: Account) -> Iterator[File]:
    kept = {
        "format": FORMAT,
        "address": account.address,
        "aliases": list(
            Alias.objects.filter(account=account).order_by("address").values_list("address", flat=True)
        ),
        "preferences": preferences.read(account) | {"key_map": account.user.key_map},
        "identities": list(
            Identity.objects.filter(account=account)
            .order_by("pk")
            .values("address", "name", "signature_html")
        ),
        "labels": list(
            Mailbox.objects.filter(account=account).order_by("path").values("path", "role", "color", "shown")
        ),
        "senders": [
            {"sender": sender, "verdict": verdict, "label": path or ""}
            for sender, verdict, path in SenderChoice.objects.filter(account=account)
            .order_by("sender")
            .values_list("sender", "verdict", "mailbox__path")
        ],
        "pictures_shown_of": list(
            PictureSender.objects.filter(account=account)
            .order_by("address")
            .values_list("address", flat=True)
        ),
        "saved_searches": [
            {"name": saved.name, "query": saved.query} for saved in queries.saved_searches(account.pk)
        ],
    }
    yield File("settings.json", iter([json.dumps(kept, ensure_ascii=False, indent=2).encode()]))


WRITERS: list[Writer] = [_mail, _contacts, _rules, _settings]
"""What an archive holds, in its order."""

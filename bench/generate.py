"""Varied messages from a seed: the same seed and count give the same bytes, on every machine.

    python -m bench.generate --count 1000 --seed 7 --out DIRECTORY     (.eml files)

Plain text, alternatives, newsletters in HTML, attachments, inline pictures and lists; senders and subjects
in several scripts and charsets; replies that belong to conversations; a long-tailed size; every Message-ID
and every body unique.
"""

import argparse
import base64
import json
import quopri
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from pathlib import Path

_WORDS = dict(line.split(": ") for line in Path(__file__).with_name("words.txt").read_text().splitlines())
_NOUNS, _VERBS, _ADJECTIVES = (_WORDS[kind].split() for kind in ("nouns", "verbs", "adjectives"))
_GIVEN, _FAMILY = (_WORDS[kind].split() for kind in ("given", "family"))
_FOREIGN_NAMES = [
    "张伟",
    "李娜",
    "山田太郎",
    "박지훈",
    "Émile Côté",
    "Ольга Петрова",
    "أحمد حسن",
    "Şule Öztürk",
]
_FOREIGN_SUBJECTS = [
    "下周的会议安排",
    "合同已经签好了",
    "新しい時刻表のお知らせ",
    "배송 일정 안내",
    "Überweisung für das Büro",
    "Résumé de la réunion d’été",
    "Расписание поездов",
    "موعد الاجتماع القادم",
    "Fotky z výletu 📷",
]
_FOREIGN_TEXT = [
    "你好，附件是我们上周讨论的计划。请在星期五之前告诉我你的意见。谢谢！",
    "お世話になっております。資料をお送りしますので、ご確認ください。",
    "Größere Änderungen am Fahrplan: der Zug fährt künftig um zwölf Minuten später ab.",
    "Добрый день! Отправляю вам отчёт за прошлый квартал.",
]
_HOSTS = [f"{name}.example" for name in ("alpine", "bakery", "cargo", "dune", "estuary", "fjord", "grove")]
_FILES = [
    ("minutes", "pdf", "application/pdf"),
    ("holiday", "jpg", "image/jpeg"),
    ("figures", "csv", "text/csv"),
    ("会议记录", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("archive", "zip", "application/zip"),
]
_KINDS = {"plain": 34, "alternative": 26, "newsletter": 12, "attachment": 13, "picture": 6, "list": 9}
NEWEST = datetime(2026, 6, 30, 12, tzinfo=UTC)
YEARS = timedelta(days=3 * 365)
"""When the newest message came, and how long before it the oldest."""


@dataclass(frozen=True, slots=True)
class Generated:
    """A message and how it would stand in a mailbox."""

    message_id: str
    raw: bytes
    received_at: datetime
    flags: frozenset[str]


class Generator:
    """Makes messages to `recipient`; `kibibytes` is the median size, `fixed` makes every size that one."""

    def __init__(self, seed: int, recipient: str, kibibytes: float = 5.0, *, fixed: bool = False) -> None:
        self._random = random.Random(seed)
        self._recipient = recipient
        self._bytes = kibibytes * 1024
        self._fixed = fixed
        self._seed = seed
        self._paragraphs = [self._paragraph() for _ in range(1500)]
        self._base64 = base64.b64encode(self._random.randbytes(57 * 4000)).decode()
        self._open: list[tuple[str, str, list[str]]] = []

    def messages(self, count: int) -> Iterator[Generated]:
        """Yield `count` messages from the oldest to the newest, spread over three years."""
        for number in range(count):
            received_at = NEWEST - YEARS + YEARS * ((number + 1) / count)
            yield self.message(number, received_at.replace(microsecond=0))

    def message(self, number: int, received_at: datetime) -> Generated:
        """One message; `number` makes its Message-ID and a line of its text unique."""
        choose = self._random
        message_id = f"<{number:07d}.{choose.getrandbits(40):010x}.{self._seed}@{choose.choice(_HOSTS)}>"
        subject, references = self._conversation(message_id)
        kind = choose.choices(list(_KINDS), list(_KINDS.values()))[0]
        header = self._header(message_id, subject, references, received_at, kind)
        size = int(self._bytes if self._fixed else self._bytes * choose.lognormvariate(0, 0.9))
        body = self._body(kind, number, max(200, min(size, 150_000) - sum(map(len, header)) - 200))
        raw = "\r\n".join([*header, *body]).encode()
        return Generated(message_id, raw, received_at, self._flags())

    def _flags(self) -> frozenset[str]:
        chances = {"\\Seen": 0.85, "\\Answered": 0.1, "\\Flagged": 0.03}
        return frozenset(flag for flag, chance in chances.items() if self._random.random() < chance)

    def _paragraph(self) -> str:
        """A few sentences, in lines of at most 76."""
        choose = self._random
        lines = [""]
        for _ in range(choose.randrange(2, 7)):
            words = ["The", choose.choice(_ADJECTIVES), choose.choice(_NOUNS), choose.choice(_VERBS)]
            words += ["for", "the", choose.choice(_ADJECTIVES), choose.choice(_NOUNS) + "."]
            for word in words:
                if len(lines[-1]) + len(word) > 74:
                    lines.append("")
                lines[-1] += f"{word} "
        return "\r\n".join(line.rstrip() for line in lines)

    def _person(self) -> str:
        choose = self._random
        if choose.random() < 0.15:
            name = choose.choice(_FOREIGN_NAMES)
            address = f"person{choose.randrange(300)}"
        else:
            name = f"{choose.choice(_GIVEN)} {choose.choice(_FAMILY)}"
            address = name.lower().replace(" ", choose.choice("._-"))
        return f"{_encoded(name)} <{address}@{choose.choice(_HOSTS)}>"

    def _conversation(self, message_id: str) -> tuple[str, list[str]]:
        """Subject and References: three in ten answer one of the latest messages."""
        choose = self._random
        if self._open and choose.random() < 0.3:
            parent_id, subject, references = choose.choice(self._open)
            references = [*references, parent_id][-8:]
            subject = f"Re: {subject.removeprefix('Re: ')}"
        else:
            references = []
            words = choose.choices(_ADJECTIVES, k=1) + choose.choices(_NOUNS, k=choose.randrange(1, 5))
            foreign = choose.random() < 0.12
            subject = choose.choice(_FOREIGN_SUBJECTS) if foreign else " ".join(words).capitalize()
        self._open = [*self._open[-50:], (message_id, subject, references)]
        return subject, references

    def _header(
        self, message_id: str, subject: str, references: list[str], received_at: datetime, kind: str
    ) -> list[str]:
        """The fields, as a relay hands them over."""
        choose = self._random
        date = format_datetime(received_at)
        relay = choose.choice(_HOSTS)
        fields = [
            f"Received: from out.{relay} (out.{relay} [192.0.2.{choose.randrange(1, 250)}])",
            f"\tby mx.{choose.choice(_HOSTS)} with ESMTPS id {choose.getrandbits(40):010X}; {date}",
            f"From: {self._person()}",
            f"To: {self._recipient}",
            f"Subject: {_encoded(subject)}",
            f"Date: {date}",
            f"Message-ID: {message_id}",
            "MIME-Version: 1.0",
        ]
        if choose.random() < 0.2:
            fields.append(f"Cc: {self._person()},\r\n {self._person()}")
        if references:
            fields += [f"In-Reply-To: {references[-1]}", "References: " + "\r\n ".join(references)]
        if kind == "list":
            fields += ["List-Id: Travellers <travellers.dune.example>", "Precedence: list"]
        return fields

    def _text(self, number: int, size: int) -> str:
        """About `size` bytes of prose, its first line unlike any other message's."""
        choose = self._random
        parts = [f"Note {number} of file {choose.getrandbits(32):08x}."]
        length = 0
        while length < size:
            parts.append(choose.choice(self._paragraphs))
            length += len(parts[-1]) + 4
        if choose.random() < 0.15:
            parts.insert(1, choose.choice(_FOREIGN_TEXT))
        return "\r\n\r\n".join(parts)[: max(size, 40)].rstrip() + "\r\n"

    def _html(self, number: int, size: int, picture: str = "") -> str:
        """A letter laid out with tables, as newsletters are."""
        rows = "".join(
            f'<tr><td style="padding:8px;color:#333333">{paragraph}</td></tr>\r\n'
            for paragraph in self._text(number, max(size - 400, 100)).split("\r\n\r\n")
        )
        image = f'<img src="cid:{picture}" alt="" width="120">' if picture else ""
        return (
            '<!DOCTYPE html>\r\n<html><head><meta charset="utf-8">\r\n'
            "<style>td { font-size: 15px }</style></head>\r\n"
            f'<body>{image}<table width="600" cellpadding="0">\r\n{rows}</table>\r\n'
            '<p><a href="https://www.grove.example/read">Read on</a></p></body></html>\r\n'
        )

    def _body(self, kind: str, number: int, size: int) -> list[str]:
        """Content fields, the empty line and the content."""
        if kind in ("plain", "list"):
            return _leaf("text/plain", self._text(number, size))
        if kind == "newsletter":
            return _leaf("text/html", self._html(number, size))
        if kind == "alternative":
            text = _leaf("text/plain", self._text(number, size // 3))
            return self._multipart(
                "alternative", [text, _leaf("text/html", self._html(number, size * 2 // 3))]
            )
        binary = self._file(size * 2 // 3)
        if kind == "picture":
            html = _leaf("text/html", self._html(number, size // 3, f"picture{number}@bench"))
            fields = ["Content-Type: image/png", f"Content-ID: <picture{number}@bench>"]
            return self._multipart("related", [html, [*fields, *binary]])
        name, extension, content_type = self._random.choice(_FILES)
        file_name = _encoded(f"{name}-{number}.{extension}")
        fields = [
            f'Content-Type: {content_type}; name="{file_name}"',
            f'Content-Disposition: attachment; filename="{file_name}"',
        ]
        return self._multipart(
            "mixed", [_leaf("text/plain", self._text(number, size // 3)), [*fields, *binary]]
        )

    def _file(self, size: int) -> list[str]:
        """About `size` bytes of base64 lines, ready to follow a part's other fields."""
        count = max(1, min(size // 78, 3900))
        start = self._random.randrange(0, 4000 - count)
        lines = [self._base64[76 * line : 76 * line + 76] for line in range(start, start + count)]
        return ["Content-Transfer-Encoding: base64", "", *lines, ""]

    def _multipart(self, subtype: str, parts: list[list[str]]) -> list[str]:
        boundary = f"=_{self._random.getrandbits(64):016x}"
        lines = [f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"', ""]
        for part in parts:
            lines += [f"--{boundary}", *part]
        return [*lines, f"--{boundary}--", ""]


def _encoded(text: str) -> str:
    """A header value: encoded words (RFC 2047) where it isn't ASCII."""
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=70).encode(linesep="\r\n")


def _leaf(content_type: str, text: str) -> list[str]:
    """A text part: 7bit when it is ASCII, else quoted-printable."""
    if text.isascii():
        return [
            f"Content-Type: {content_type}; charset=us-ascii",
            "Content-Transfer-Encoding: 7bit",
            "",
            text,
        ]
    quoted = quopri.encodestring(text.replace("\r\n", "\n").encode()).replace(b"\n", b"\r\n").decode()
    return [
        f"Content-Type: {content_type}; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        quoted,
    ]


def main() -> None:
    """Write .eml files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--recipient", default="bench@bench.test")
    parser.add_argument("--kibibytes", type=float, default=5.0, help="median size")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    started, total = time.perf_counter(), 0
    generator = Generator(arguments.seed, arguments.recipient, arguments.kibibytes)
    for number, message in enumerate(generator.messages(arguments.count)):
        (arguments.out / f"{number:07d}.eml").write_bytes(message.raw)
        total += len(message.raw)
    seconds = time.perf_counter() - started
    print(json.dumps({"messages": arguments.count, "bytes": total, "seconds": round(seconds, 2)}))
    print(f"# {arguments.count} messages, {total / 1e6:.1f} MB, in {seconds:.1f} s")


if __name__ == "__main__":
    main()

"""A script taken for the rules of an account: what stood there and is unchanged stays as it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import mailserver.sieve
from mailserver.query import write
from mailserver.sieve import Filter, LexicalError, Statement, Unread
from webmail.models import Account, Rule

from . import mailboxes, queries, rules, sieve_script
from .mailbox_names import MailboxError
from .refusal import RefusalError
from .rules import Written
from .search_match import compiled

_MOST_TEXTS = 100


class ScriptError(RefusalError):
    """It can't be taken; nothing is changed. `code` is large, unread or elsewhere; `unread` says where.

    elsewhere: the forwarding of all mail, or the vacation, is another one, and Settings have these.
    """

    def __init__(self, code: str, unread: Sequence[Unread] = ()) -> None:
        super().__init__(code)
        self.unread = unread


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the account's own script has: its rules by their statements, and what Settings have."""

    rules: Mapping[tuple[str, str], Rule]
    others: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What rules may name: verified addresses, and labels by their paths, casefolded."""

    addresses: dict[str, int]
    labels: dict[str, int]

    @classmethod
    def of(cls, account_id: int) -> Self:
        """Read it: two statements."""
        addresses = queries.forward_addresses(account_id)
        return cls(
            {each.address: each.pk for each in addresses if each.verified_at},
            {row.path.casefold(): row.id for row in queries.mailbox_list(account_id)},
        )


def written(account_id: int, filters: Sequence[Filter]) -> tuple[list[Written], list[Unread]]:
    """Make rules of filters, with the labels they need; and those that can't be."""
    return _written(account_id, filters, _Ground.of(account_id), makes_labels=True)


def _written(
    account_id: int, filters: Sequence[Filter], ground: _Ground, *, makes_labels: bool
) -> tuple[list[Written], list[Unread]]:
    addresses, labels = ground.addresses, ground.labels
    many, lost = [], []
    for each in filters:
        query = write(each.tree)
        forward_id = addresses.get(each.forward_to.lower())
        if compiled(query) is None or (each.forward_to and forward_id is None):
            # Of an address that nobody agreed for, a rule would do less than the script says.
            lost.append(Unread(0, query, each.forward_to))
            continue
        if each.folder and makes_labels and each.folder.casefold() not in labels:
            try:
                labels[each.folder.casefold()] = mailboxes.create(account_id, each.folder)[0]
            except MailboxError:
                lost.append(Unread(0, query, each.folder))
                continue
        acts = {name: getattr(each, name) for name in ("archives", "stars", "marks_read", "trashes", "stops")}
        mailbox_id = labels.get(each.folder.casefold()) if each.folder else None
        many.append(
            Written(
                query=query,
                name=each.name,
                enabled=each.enabled,
                mailbox_id=mailbox_id,
                forward_id=forward_id,
                **acts,
            )
        )
    return many, lost


def check(account: Account, script: str) -> None:
    """Say whether a script could be taken; raises ScriptError."""
    _wanted(account, script, makes_labels=False)


def replace_rules(account: Account, script: str) -> None:
    """Have the rules of a script and no others; raises ScriptError, and RuleError for too many."""
    # First without a trace: of a script that is refused, no label is left.
    check(account, script)
    rules.replace_all(account.pk, _wanted(account, script, makes_labels=True))


def _wanted(account: Account, script: str, *, makes_labels: bool) -> list[tuple[int | None, Written | None]]:
    """The rules of a script in order, each with the key of the one it is, or takes the place of."""
    standing, ground = _standing(account), _Ground.of(account.pk)
    found = [(_key(statement), statement) for statement in _statements(script)]
    present = {key for key, _ in found}
    left = {rule.name: rule for key, rule in standing.rules.items() if key not in present}
    wanted: list[tuple[int | None, Written | None]] = []
    unread: list[Unread] = []
    for key, statement in found:
        if rule := standing.rules.get(key):
            wanted.append((rule.pk, None))
        elif key not in standing.others:
            many, lost = _read(account.pk, statement, ground, makes_labels=makes_labels)
            unread += lost
            wanted += _placed(many, left)
    if unread:
        raise ScriptError("unread", unread)
    if standing.others - present:
        raise ScriptError("elsewhere")
    return wanted


def _placed(many: Sequence[Written], left: dict[str, Rule]) -> Iterator[tuple[int | None, Written]]:
    """Let a rule that was rewritten under its name keep its hits, and what no script says."""
    for each in many:
        old = left.pop(each.name, None) if each.name and len(many) == 1 else None
        yield (old.pk, replace(each, never_spam=old.never_spam)) if old else (None, each)


def _read(
    account_id: int, statement: Statement, ground: _Ground, *, makes_labels: bool
) -> tuple[list[Written], list[Unread]]:
    read = mailserver.sieve.read(f"{statement.comment}\n{statement.text}")
    many, lost = _written(account_id, read.filters, ground, makes_labels=makes_labels)
    return many, [replace(each, line=statement.line) for each in (*read.unread, *lost)]


def _standing(account: Account) -> _Standing:
    mine = {_key(_only(each)): rule for rule, each in sieve_script.filters_of(account)}
    others = {_key(_only(each)) for each in sieve_script.forwards(account)}
    if reply := sieve_script.reply(account):
        others |= {_key(statement) for statement in _statements(mailserver.sieve.write([], reply))}
    return _Standing(mine, frozenset(others))


def _only(each: Filter) -> Statement:
    [statement] = _statements(mailserver.sieve.write([each]))
    return statement


def _statements(script: str) -> list[Statement]:
    if len(script) > mailserver.sieve.MAX_LENGTH or script.count("text:") > _MOST_TEXTS:
        raise ScriptError("large")
    try:
        found = mailserver.sieve.statements(script.replace("\r\n", "\n"))
    except LexicalError as error:
        raise ScriptError("unread", [Unread(error.line, "")]) from error
    return [statement for statement in found if not statement.text.startswith("require")]


def _key(statement: Statement) -> tuple[str, str]:
    return statement.comment.strip(), " ".join(statement.text.split())

"""Answers the ManageSieve server from the store: a person's rules are one script, which always works."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import mailserver.sieve
from mailserver.access.refusal import No
from mailserver.managesieve.backend import Script
from mailserver.sasl import Claim, Salt
from webmail.models import Account, Door, Outcome
from webmail.store import announce, credentials, scram_salts, sieve_exchange, sieve_script
from webmail.store.log_ins import Visitor
from webmail.store.rules import RuleError
from webmail.store.sieve_exchange import ScriptError

from . import database
from .admission import WatchedAdmission
from .denials import denial

NAME = "postillion"
_MOST_TOLD = 10


class SieveOwner(NamedTuple):
    """Somebody who logged in (mailserver.managesieve.backend.Owner)."""

    account: Account
    admission: WatchedAdmission


class SieveBackend:
    """The rules of accounts (mailserver.managesieve.backend.Backend)."""

    extensions: Sequence[str] = ("fileinto", "copy", "imap4flags", "body", "envelope")

    def __init__(self) -> None:
        self._watcher = announce.Watcher()

    def salt(self, name: str) -> Salt:
        """Give the salt of a person's app passwords."""
        return scram_salts.of(name)

    def log_in(self, claim: Claim, ip: str) -> tuple[SieveOwner, bytes]:
        """By the one door; who may read mail with a program may sort it with one."""
        answer, proves = credentials.authenticate_claim(claim, Visitor(Door.IMAP, ip, "ManageSieve"))
        if not answer.is_accepted or answer.account is None:
            code = "TRYLATER" if answer.outcome == Outcome.LIMITED else ""
            raise No(denial(answer.outcome, claim), code)
        admission = WatchedAdmission(answer.admission(Door.IMAP), self._watcher)
        return SieveOwner(answer.account, admission), proves

    def run[T](self, function: Callable[..., T], *arguments: object) -> T:
        """Ask with a connection that is not stale; a database that fails is our trouble."""
        return database.ask("ManageSieve", _trouble, function, *arguments)

    def scripts(self, _owner: SieveOwner) -> Sequence[Script]:
        """The one."""
        return [Script(NAME, True)]

    def read(self, owner: SieveOwner, name: str) -> str:
        """The rules, the forwarding and the vacation."""
        _must_be_ours(name)
        return sieve_script.script(owner.account)

    def check(self, owner: SieveOwner, text: str) -> None:
        """Say what no rule can do."""
        try:
            sieve_exchange.check(owner.account, text)
        except ScriptError as error:
            raise _refused(error) from error

    def make_room(self, _owner: SieveOwner, name: str, size: int) -> None:
        """There is room for one, of a bounded size."""
        _must_be_one(name)
        if size > mailserver.sieve.MAX_LENGTH:
            raise No(f"The largest has {mailserver.sieve.MAX_LENGTH} octets", "QUOTA/MAXSIZE")

    def write(self, owner: SieveOwner, name: str, text: str) -> None:
        """Have the rules of this script and no others."""
        self.make_room(owner, name, len(text))
        try:
            sieve_exchange.replace_rules(owner.account, text)
        except RuleError as error:
            raise No("There would be too many rules", "QUOTA") from error
        except ScriptError as error:
            raise _refused(error) from error

    def activate(self, _owner: SieveOwner, name: str) -> None:
        """It is; single rules are switched off, by `allof (false, …)`."""
        if not name:
            raise No("The script always works: switch single rules off")
        _must_be_ours(name)

    def delete(self, _owner: SieveOwner, name: str) -> None:
        """What works can't be deleted (RFC 5804 §2.10)."""
        _must_be_ours(name)
        raise No("The script always works: keep an empty one", "ACTIVE")

    def rename(self, _owner: SieveOwner, name: str, _new: str) -> None:
        """It has its name for good."""
        _must_be_ours(name)
        raise No("The script keeps its name")

    def end_thread(self) -> None:
        """Close this thread's database connection."""
        database.end_thread()


def _trouble() -> No:
    return No("This does not work just now", "TRYLATER")


def _must_be_ours(name: str) -> None:
    if name != NAME:
        raise No(f"There is one script, {NAME}", "NONEXISTENT")


def _must_be_one(name: str) -> None:
    if name != NAME:
        raise No(f"There is room for one script, {NAME}", "QUOTA/MAXSCRIPTS")


def _refused(error: ScriptError) -> No:
    if error.code == "elsewhere":
        return No("The forwarding of all mail and the vacation are changed in Settings")
    if error.code == "large":
        return No(f"The largest has {mailserver.sieve.MAX_LENGTH} octets", "QUOTA/MAXSIZE")
    lines = [
        f"line {each.line}: no rule can do this{f' ({each.detail})' if each.detail else ''}"
        for each in error.unread[:_MOST_TOLD]
    ]
    return No("\r\n".join(lines))

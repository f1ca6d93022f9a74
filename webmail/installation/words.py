"""What was found, in plain words: what it is for, what is wrong, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailserver.setup.records import Weight
from mailserver.setup.verdict import Verdict

from .examine import Check

type _Words = Mapping[str, str | Promise]

PURPOSES: _Words = {
    "address": gettext_lazy("The mail server has a name"),
    "ptr": gettext_lazy("Its address leads back to the name"),
    "mx": gettext_lazy("Mail for the domain comes here"),
    "spf": gettext_lazy("SPF: this server may send for the domain"),
    "dkim": gettext_lazy("DKIM: the key of its signatures"),
    "dmarc": gettext_lazy("DMARC: what becomes of forged mail"),
    "mta-sts": gettext_lazy("MTA-STS: others must encrypt to us"),
    "mta-sts-host": gettext_lazy("MTA-STS: where its rules are read"),
    "tls-rpt": gettext_lazy("TLS reports: others tell of trouble"),
    "srv": gettext_lazy("Mail programs find the server"),
    "autoconfig": gettext_lazy("Thunderbird sets itself up"),
    "autodiscover": gettext_lazy("Outlook sets itself up"),
    "port-out": gettext_lazy("Port 25 is open outwards"),
    "port-in": gettext_lazy("Port 25 is open inwards"),
    "certificate": gettext_lazy("The certificate for TLS"),
}
WEIGHTS: _Words = {
    "right": gettext_lazy("Good"),
    Weight.BLOCKING: gettext_lazy("Blocking"),
    Weight.HURTS: gettext_lazy("Hurts delivery"),
    Weight.OPTIONAL: gettext_lazy("Optional"),
}
_RECORD_FAULTS: _Words = {
    "silent": gettext_lazy("The DNS gave no answer. Look again later."),
    "missing": gettext_lazy("It is missing."),
    "twice": gettext_lazy("There is more than one, so that none of them counts. Keep one."),
    "other": gettext_lazy("It says something else."),
    "open": gettext_lazy("It lets everybody send for this domain."),
    "syntax": gettext_lazy("It can’t be understood by others."),
}
_MEANINGS: _Words = {
    "address.missing": gettext_lazy(
        "Nobody finds this server. Put its public address in place of the one below."
    ),
    "mx.missing": gettext_lazy("No mail reaches the domain."),
    "mx.other": gettext_lazy("Mail for the domain goes to another server."),
    "ptr.missing": gettext_lazy("Many refuse mail from it. Who rents you the address sets it, not your DNS."),
    "ptr.other": gettext_lazy("Many refuse mail from it. Who rents you the address sets it, not your DNS."),
    "spf.missing": gettext_lazy("Others take mail from the domain for forged."),
    "spf.other": gettext_lazy("It does not name this server: its mail is taken for forged."),
    "dkim.other": gettext_lazy("It is another key: signatures are taken for broken."),
    "dmarc.missing": gettext_lazy("Large providers ask for one. Reports go to the address in it."),
}
_NOTES: _Words = {
    "watching": gettext_lazy("It only watches: forged mail passes. Say p=quarantine when all is signed."),
    "unsure": gettext_lazy("It refers to others; whether they name this server can’t be told here."),
    "weaker": gettext_lazy("It says nothing of other servers: end it with -all."),
}
_CHECKS: _Words = {
    "port-out": gettext_lazy("Other mail servers can be reached."),
    "port-in": gettext_lazy("This server answers at its own name."),
    "certificate": gettext_lazy("It is valid and has the right name."),
    "port-out.shut": gettext_lazy(
        "No mail server could be reached at port 25: most who rent out servers shut it. Ask them to open "
        "it, or send through a smarthost: MAIL_ROUTES=*=smtp.example.com:587"
    ),
    "port-out.smarthost": gettext_lazy("The smarthost does not answer."),
    "port-in.shut": gettext_lazy(
        "Nobody answers, as seen from this machine. Open port 25 in firewall and router, and map it to "
        "where the server listens."
    ),
    "port-in.stranger": gettext_lazy("Another server answers at this name."),
    "certificate.unreadable": gettext_lazy("It can’t be read."),
    "certificate.expired": gettext_lazy("It has expired: mail programs refuse the server."),
    "certificate.expires": gettext_lazy("It expires within two weeks."),
    "certificate.names": gettext_lazy("It is not for the name of this server."),
    "certificate.self-signed": gettext_lazy(
        "It vouches for itself: mail programs warn of it. Set TLS_CERT and TLS_KEY to one that others trust."
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A finding as a page or a terminal shows it; `level` is right, blocking, hurts or optional."""

    level: str
    title: str
    words: str
    name: str = ""
    kind: str = ""
    value: str = ""
    now: tuple[str, ...] = ()
    detail: str = ""

    @property
    def level_words(self) -> str:
        """The level in words."""
        return str(WEIGHTS[self.level])


def of_record(verdict: Verdict) -> Line:
    """Describe what was found of a record."""
    record, fault = verdict.record, verdict.fault
    words = (
        _MEANINGS.get(f"{record.purpose}.{fault}") or _RECORD_FAULTS.get(fault) or _NOTES.get(verdict.note)
    )
    return Line(
        "right" if verdict.is_right else verdict.weight,
        str(PURPOSES[record.purpose]),
        str(words or _("It is right.")),
        record.name,
        record.kind,
        record.value,
        verdict.found.values,
    )


def of_check(check: Check) -> Line:
    """Describe what was found of anything else."""
    words = _CHECKS[f"{check.name}.{check.fault}" if check.fault else check.name]
    level = "right" if check.is_right else check.weight
    return Line(level, str(PURPOSES[check.name]), str(words), detail=check.detail)

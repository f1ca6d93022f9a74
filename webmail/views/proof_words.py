"""Whether a message is from who it says, in a sentence: what our own server found when it came."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from mailserver.authenticity.results import Result
from mailserver.message.address import domain_of
from webmail.store.queries import ConversationMessage

from . import checks_words


@dataclass(frozen=True, slots=True)
class Proof:
    """A sentence about the sender; `is_forged` when it is a warning."""

    text: str
    is_forged: bool = False


def proof(message: ConversationMessage) -> Proof | None:
    """Say what was proven of the sender of a message, None when nothing was, either way."""
    recorded = checks_words.recorded(message.prefix)
    found = {each.method: each for each in recorded}
    dmarc, spf = found.get("dmarc"), found.get("spf")
    if dmarc is None or spf is None:
        return None
    domain = dmarc.properties.get("header.from", "") or domain_of(message.from_address)
    values = {"domain": domain}
    if dmarc.result == "pass":
        return Proof(_("%(domain)s confirms that this is from it.") % values)
    signed = [each for each in recorded if each.method == "dkim"]
    values["server"] = checks_words.peer(message.prefix)[1]
    if dmarc.result == "fail" and (voucher := dmarc.properties.get("policy.arc")):
        text = _("%(voucher)s, which handed this on, vouches that it is from %(domain)s.")
        return Proof(text % (values | {"voucher": voucher}))
    if dmarc.result == "fail":
        return Proof(_why_forged(signed) % values, is_forged=True)
    if dmarc.result != "none":
        return None
    if any(each.result == "pass" and each.properties.get("header.d") == domain for each in signed):
        return Proof(_("%(domain)s signed this.") % values)
    if spf.result == "fail" and spf.properties.get("smtp.mailfrom") == domain:
        text = _(
            "It may be forged: %(domain)s says that %(server)s, which brought this message, does not send "
            "its mail. Be careful with links and files."
        )
        return Proof(text % values, is_forged=True)
    return None


def _why_forged(signed: list[Result]) -> str:
    if any(each.result == "fail" for each in signed):
        return _(
            "This message says it is from %(domain)s, but its signature is broken: it is forged, or was "
            "changed on its way. %(server)s brought it. Do not trust its links and files."
        )
    return _(
        "This message says it is from %(domain)s, but %(domain)s neither signed it nor sent it: %(server)s "
        "did. Do not trust its links and files."
    )

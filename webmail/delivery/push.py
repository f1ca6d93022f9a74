"""Notices of new mail on devices: found by the sweep, sent by a task of their own.

The modseq up to which a device was told is in its row: whatever becomes of a task, nothing is told twice.
Only what a push service did not take is given back, and told when it may be asked again.
"""

import logging
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mailserver.dns import Resolver
from mailserver.web import Web
from mailserver.web_push import PushError, PushGoneError, PushLaterError, Sender, Subscription
from webmail.models import PushDevice
from webmail.store import devices, queries
from webmail.store.queries import News

from .kick import wake

logger = logging.getLogger(__name__)

_FRESH = timedelta(hours=1)
# Of a storm, the newest conversations are enough.
_MOST = 5
_LONGEST_NAME, _LONGEST_SUBJECT = 80, 200
_DNS_SECONDS = 3.0


def sweep() -> None:
    """Wake a worker for each account that has something to tell: one cheap query when none has."""
    wake("notify", queries.accounts_with_news(), expires_seconds=60)


def notify(account_id: int) -> None:
    """Tell the devices of an account what came to its Inbox since they were told."""
    found = queries.push_devices(account_id)
    news = queries.news(account_id, timezone.now() - _FRESH) if found else []
    gone = []
    for device in found:
        modseq = device.account.modseq
        if modseq > device.told_modseq and devices.claim(device.pk, device.told_modseq, modseq):
            fresh = [each for each in news if device.told_modseq < each.modseq <= modseq]
            if fresh and not _tell(device, fresh, modseq):
                gone.append(device.pk)
    if gone:
        devices.drop(gone)


def _tell(device: PushDevice, fresh: list[News], claimed: int) -> bool:
    """Send a notice for each conversation, the newest last; False when the subscription is over.

    From the first that the service can't take now, they are told later, while they are fresh.
    """
    to = Subscription(device.endpoint, device.public_key, device.secret)
    newest = {each.thread_id: each for each in reversed(fresh)}.values()
    told = device.told_modseq
    for each in sorted(newest, key=lambda news: news.modseq)[-_MOST:]:
        said = said_of(each, device.language, shows_content=device.shows_content)
        try:
            sender().send(web(settings.DNS_RESOLVER), to, said, topic=f"conversation-{each.thread_id}")
        except PushGoneError:
            return False
        except PushLaterError as error:
            next_at = devices.postpone(device, claimed, told, error.seconds)
            logger.info("no notice for device %s before %s: %s", device.pk, next_at, error)
            return True
        except PushError as error:
            logger.info("no notice for device %s: %s", device.pk, error)
            return True
        told = each.modseq
    devices.recovered(device)
    return True


def said_of(news: News, language: str, *, shows_content: bool) -> dict[str, object]:
    """What a device is told: no more than that something came, unless it asked for more."""
    with translation.override(language):
        title, body = "Postillion", _("New mail")
        if shows_content:
            title = (news.from_name or news.from_address)[:_LONGEST_NAME]
            body = news.subject[:_LONGEST_SUBJECT] or _("(no subject)")
    url = f"/conversations/{news.thread_id}/?in=inbox"
    return {"title": title, "body": body, "tag": f"conversation-{news.thread_id}", "url": url}


@lru_cache
def sender() -> Sender:
    """Who we are to push services."""
    contact = settings.SITE_URL if settings.SITE_URL.startswith("https://") else ""
    return Sender(settings.PUSH_PRIVATE_KEY, contact or f"mailto:postmaster@{settings.MAIL_HOSTNAME}")


@lru_cache
def web(server: str) -> Web:
    """The open web, as seen by this name server."""
    return Web(Resolver(server, lifetime=_DNS_SECONDS))

"""Mail that was refused, as the one it was meant for looks for it."""

from django.db.models import Exists, OuterRef, Q

from webmail.models import Message, Rejected


def rejected(account_id: int, words: str, limit: int) -> list[tuple[Rejected, bool]]:
    """List the newest whose sender, subject or recipient has these words; True: it came after all.

    The indexes rejected_newest and message_by_message_id.
    """
    came = Message.objects.filter(account_id=account_id, message_id=OuterRef("message_id"))
    rows = Rejected.objects.filter(account_id=account_id).annotate(
        arrived=Exists(came.exclude(message_id=""))
    )
    for word in words.split()[:10]:
        rows = rows.filter(
            Q(from_text__icontains=word)
            | Q(mail_from__icontains=word)
            | Q(subject__icontains=word)
            | Q(recipient__icontains=word)
        )
    return [(row, row.arrived) for row in rows.order_by("-rejected_at")[:limit]]

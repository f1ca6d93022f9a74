"""A message that raises: a bug of ours or spoilt data. It is tried a few times more, and then parked."""

import logging
from collections.abc import Callable, Sequence

from django.db import InterfaceError, OperationalError

from mailserver.smtp.reply import TROUBLE

from . import fate
from .owed import Owed, Parcel, Result

logger = logging.getLogger(__name__)


def guarded(parcel: Parcel, owed: Sequence[Owed], hand_over: Callable[[], list[Result]]) -> list[Result]:
    """Hand a message over; when that raises, its recipients have a fault each and the other messages go on.

    A database that is away raises on: it is no fault of the message.
    """
    try:
        return hand_over()
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 (whatever it is)
        return _faults(parcel, owed, error)


def _faults(parcel: Parcel, owed: Sequence[Owed], error: Exception) -> list[Result]:
    """Tell the operator, once as an error when it was the last try; the results for its recipients."""
    if any(fate.is_last_fault(item.fault_count) for item in owed):
        logger.error("outbound message %d is parked: handing it over always fails", parcel.id, exc_info=error)
    else:
        logger.warning("outbound message %d could not be handed over: %r", parcel.id, error)
    return [Result(item, TROUBLE, fault=True) for item in owed]

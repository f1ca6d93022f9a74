"""A message that raises: a bug of ours or spoilt data. It is tried a few times more, and then parked."""

import logging
from collections.abc import Sequence

from mailserver.smtp.reply import TROUBLE

from . import fate
from .owed import Owed, Parcel, Result

logger = logging.getLogger(__name__)


def faults(parcel: Parcel, owed: Sequence[Owed], error: Exception) -> list[Result]:
    """Tell the operator, once as an error when it was the last try; the results for its recipients."""
    if any(fate.is_last_fault(item.fault_count) for item in owed):
        logger.error("outbound message %d is parked: handing it over always fails", parcel.id, exc_info=error)
    else:
        logger.warning("outbound message %d could not be handed over: %r", parcel.id, error)
    return [Result(item, TROUBLE, fault=True) for item in owed]

"""How somebody came in by a mail program, watched over by what is announced of the account."""

from collections.abc import Callable

from webmail.store import admissions, announce


class WatchedAdmission:
    """An admission (mailserver.access.admission.Admission)."""

    def __init__(self, admission: admissions.Admission, watcher: announce.Watcher) -> None:
        self._admission, self._watcher = admission, watcher

    def is_valid(self) -> bool:
        """Ask the store."""
        return self._admission.is_valid()

    async def in_doubt(self, call: Callable[[], None]) -> Callable[[], None]:
        """Wait for the announcement."""
        return await self._watcher.ring(announce.doors_of(self._admission.account_id), call)

"""STLS (RFC 2595 §4)."""

from ..registry import State, command
from ..replies import Bad, No, positive
from ..session import Session


@command("STLS", State.AUTHORIZATION)
async def starttls(session: Session, _words: list[str]) -> str:
    """Go on under TLS; what was said before it is forgotten."""
    if session.connection.is_encrypted:
        raise Bad("TLS is active already")
    if session.service.tls is None:
        raise No("There is no certificate")
    session.user = ""
    await session.connection.start_tls(session.service.tls(), positive("Begin TLS now"))
    return ""

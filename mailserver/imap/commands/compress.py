"""COMPRESS (RFC 4978)."""

from ..lexer import Lexer
from ..registry import News, State, command
from ..replies import Done, No
from ..session import Session


@command("COMPRESS", State.WITH_MAIL, News.NONE)
async def compress(session: Session, args: Lexer) -> Done:
    """Go on compressed, both ways; a few octets are unpacked at a time, however many they stand for."""
    args.space()
    mechanism = args.atom()
    args.end()
    if mechanism != "DEFLATE":
        raise No("Only DEFLATE is known", "CANNOT")
    if session.connection.is_compressed:
        raise No("Compression is active already", "COMPRESSIONACTIVE")
    session.connection.write(f"{session.tag} OK COMPRESS completed\r\n".encode())
    await session.connection.flush()
    session.connection.start_compression()
    return Done("")

"""Leads an exchange of SASL (sasl.py) to its end, whatever protocol carries it."""

from collections.abc import Awaitable, Callable

from .sasl import Challenge, Claim, Exchange, Salt, SaltWanted, SaslError, decode


async def carry_out[T](
    exchange: Exchange,
    initial: str | None,
    *,
    respond: Callable[[bytes], Awaitable[str]],
    salt: Callable[[str], Awaitable[Salt]],
    log_in: Callable[[Claim], Awaitable[tuple[T, bytes]]],
) -> T:
    """Find out who it is, which is true only at the end; raises SaslError where it makes no sense.

    `initial` is a response that came with the command, None for none. `respond` sends a challenge and returns
    the line that the client answers; `log_in` says who a claim is of, and gives the key that proves us.
    """
    found: list[T] = []
    try:
        step = next(exchange)
        while True:
            answer: bytes | Salt
            match step:
                case Challenge(octets):
                    answer = decode(await respond(octets) if initial is None else initial)
                    initial = None
                case SaltWanted(name):
                    answer = await salt(name)
                case claim:
                    who, answer = await log_in(claim)
                    found.append(who)
            step = exchange.send(answer)
    except StopIteration:
        if not found:
            raise SaslError("it ended without a claim") from None
        return found[-1]

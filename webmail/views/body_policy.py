"""What the frame of a message may do."""


def policy(host: str, message_id: int) -> str:
    """Write the Content-Security-Policy of a body: our style, and pictures of this message; nothing else.

    Remote pictures come from our own address, too, so that no policy has to allow another host.
    """
    own = f"{host}/messages/{message_id}"
    return (
        f"default-src 'none'; img-src {own}/parts/ {own}/pictures/ data:; style-src 'unsafe-inline' 'self'; "
        "font-src 'none'; script-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )

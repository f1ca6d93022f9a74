"""What the frame of a message may do."""

# What the frame's own attribute says, too: it holds when the body stands in a window of its own.
SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"


def policy(host: str, message_id: int) -> str:
    """Write the Content-Security-Policy of a body: our style, and pictures of this message; nothing else.

    Remote pictures come from our own address, too, so that no policy has to allow another host.
    """
    own = f"{host}/messages/{message_id}"
    return (
        f"sandbox {SANDBOX}; default-src 'none'; "
        f"img-src {own}/parts/ {own}/pictures/ data:; style-src 'unsafe-inline' 'self'; "
        "font-src 'none'; script-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )

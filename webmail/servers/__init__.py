"""Mail on the wire: what binds the protocol servers to the store."""

"""Messages as pure values: bytes in, values out, no I/O."""

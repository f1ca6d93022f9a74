"""The whole way, with real servers: browser -> HTTP -> queue -> SMTP -> mailbox -> HTTP -> browser."""

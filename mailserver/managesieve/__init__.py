"""ManageSieve (RFC 5804): mail programs read and write the filter script of their owner."""

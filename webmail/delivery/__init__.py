"""Mail in motion: the only writer of the queue."""

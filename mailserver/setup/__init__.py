"""What a mail domain needs around the server: records in the DNS, open ports, settings of mail programs."""

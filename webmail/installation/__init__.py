"""What this installation is to the world outside: its services, its records in the DNS, its health there."""

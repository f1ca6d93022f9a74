"""What keeps an account one's own: password, second step, app passwords, sessions and log-ins."""

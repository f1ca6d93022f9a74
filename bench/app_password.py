"""Make a person an app password for IMAP and submission, and print it; those made before are gone then.

DATA_DIR=... python -m bench.app_password ADDRESS
"""

import argparse

import django


def main() -> None:
    """Read the address, and print what to type."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("address")
    options = parser.parse_args()
    django.setup()
    from webmail.models import Door, User
    from webmail.store import app_passwords

    user = User.objects.get(address=options.address)
    app_passwords.revoke_all(user)
    print(app_passwords.create(user, "bench", [Door.IMAP, Door.SMTP]))


if __name__ == "__main__":
    main()

"""Ask mailauth, another implementation of DKIM and ARC, about what we sign, and verify what it signs.

npm install --prefix /tmp/mailauth mailauth@7
python -m tools.mailauth /tmp/mailauth/node_modules
"""

import base64
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailserver.authenticity import arc, arc_seal, dkim, sign
from mailserver.message import compose
from mailserver.message.address import parse

_DOMAIN = "crepes.test"
_TEXTS = {
    "plain": "At noon?\n",
    "empty": "",
    "white space": "a  b \t\n c\t\n\n\n",
    "beyond ASCII": "Crêpes à midi 王\n",
    "long lines": "very long " * 500,
    "dots": ".\n..\nFrom here\n",
}


def _messages() -> dict[str, bytes]:
    """Letters as the composer makes them, and one that is bare."""
    drafts = {
        name: compose.Draft(
            from_=parse("Alice Crêpe <alice@crepes.test>"),
            to=parse("Bob 王 <bob@hamburger.test>"),
            subject=f"{name} 王 " * 20,
            text=text,
            message_id="1@crepes.test",
            date=datetime.now(UTC),
        )
        for name, text in _TEXTS.items()
    }
    made = {name: compose.compose(draft) for name, draft in drafts.items()}
    return made | {"bare": b"From: <alice@crepes.test>\r\n\r\nHi\r\n"}


def main(arguments: Sequence[str]) -> int:
    """Print a line for each message, and 1 when anything does not hold."""
    now = datetime.now(UTC)
    keys = [sign.Key(_DOMAIN, kind[:3], sign.new_key(kind)) for kind in (sign.RSA, sign.ED25519)]
    records = {f"{key.selector}._domainkey.{_DOMAIN}": sign.record(key.private) for key in keys}
    messages = _messages()
    ours = {}
    for name, raw in messages.items():
        seal = arc_seal.seal(raw, keys[0], found="mx.crepes.test; dmarc=pass", chain=arc.NONE, at=now)
        ours[name] = seal + sign.sign(raw, keys, now) + raw
    pem = keys[0].private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    asked = {
        "records": records,
        "verify": [base64.b64encode(raw).decode() for raw in ours.values()],
        "sign": base64.b64encode(messages["beyond ASCII"]).decode(),
        "key": pem.decode(),
        "domain": _DOMAIN,
        "selector": keys[0].selector,
    }
    script = Path(__file__).with_name("mailauth.mjs")
    done = subprocess.run(
        ["node", str(script), arguments[0]],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stderr)
        return 1
    answer = json.loads(done.stdout)
    well = not answer["errors"]
    for name, found in zip(ours, answer["verified"], strict=True):
        passed = [each[2] for each in found["dkim"]] == ["pass", "pass"] and found["arc"] == "pass"
        print(f"{name}: {'pass' if passed else found}")
        well = well and passed
    theirs = answer["signed"].encode() + messages["beyond ASCII"]
    by_us = dkim.verify(theirs, lambda name: [records[name].encode()], at=now)
    print("signed by mailauth:", [(each.result, each.reason) for each in by_us])
    return 0 if well and [each.result for each in by_us] == ["pass"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

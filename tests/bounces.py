"""Bounces as the usual servers and providers write them: our own words, their forms."""

from dataclasses import dataclass

SENT_ID = "lunch@crepes.test"
ORIGINAL = (
    "Received: from mx.crepes.test by mx.far.test; Sun, 22 Nov 2026 12:00:01 +0000\n"
    "From: Alice <alice@crepes.test>\nTo: Bob <bob@hamburger.test>\nSubject: Lunch?\n"
    f"Message-ID: <{SENT_ID}>\nDate: Sun, 22 Nov 2026 12:00:00 +0000\n\nAt noon?\n"
)


@dataclass(frozen=True)
class Sample:
    """A bounce, and what a reader should find in it for each recipient."""

    name: str
    raw: bytes
    expected: tuple[tuple[str, str, str, str], ...]
    """(address, action, status, kind)"""
    message_id: str = SENT_ID


BOB = "bob@hamburger.test"
UNKNOWN = ((BOB, "failed", "5.1.1", "unknown"),)


def plain(
    text: str,
    *,
    sender: str = "MAILER-DAEMON@far.test",
    subject: str = "failure notice",
    extra: str = "",
    original: str = ORIGINAL,
) -> bytes:
    """Write a bounce of one text, the original below it."""
    head = f"From: {sender}\nTo: alice@crepes.test\nSubject: {subject}\n{extra}Message-ID: <b1@far.test>\n"
    kind = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
    return (head + kind + text + original).replace("\n", "\r\n").encode()


def report(
    status: str, text: str = "Not delivered.\n", *, original: str = ORIGINAL, kind: str = "multipart/report"
) -> bytes:
    """Write a bounce with fields for programs (RFC 3464)."""
    return (
        (
            "From: Mail Delivery System <MAILER-DAEMON@far.test>\nTo: alice@crepes.test\n"
            "Subject: Undelivered Mail Returned to Sender\nMessage-ID: <b1@far.test>\nMIME-Version: 1.0\n"
            f'Content-Type: {kind}; report-type=delivery-status; boundary="b"\n\n'
            f"--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
            f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.far.test\n\n{status}\n"
            f"--b\nContent-Type: message/rfc822\n\n{original}\n--b--\n"
        )
        .replace("\n", "\r\n")
        .encode()
    )


def _mixed(text: str, *, sender: str, subject: str) -> bytes:
    """Write a bounce with the original as an attached message and no fields for programs."""
    return (
        (
            f"From: {sender}\nTo: alice@crepes.test\nSubject: {subject}\nMessage-ID: <b1@far.test>\n"
            'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'
            f"--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
            f"--b\nContent-Type: message/rfc822\n\n{ORIGINAL}\n--b--\n"
        )
        .replace("\n", "\r\n")
        .encode()
    )


def _page(html: str, *, sender: str, subject: str) -> bytes:
    head = f"From: {sender}\nTo: alice@crepes.test\nSubject: {subject}\nMIME-Version: 1.0\n"
    return (head + "Content-Type: text/html; charset=utf-8\n\n" + html).replace("\n", "\r\n").encode()


SAMPLES = (
    Sample(
        "qmail",
        plain(
            "Hi. This is the qmail-send program at far.test.\nI'm afraid I could not hand over your message.\n"
            "This is a permanent error; I've given up.\n\n<bob@hamburger.test>:\n"
            "192.0.2.7 does not like recipient.\nRemote host said: 550 5.1.1 no such user - psmtp\n"
            "Giving up on 192.0.2.7.\n\n--- Below this line is a copy of the message.\n\n"
        ),
        UNKNOWN,
    ),
    Sample(
        "qmail, a host that is not there",
        plain(
            "Hi. This is the qmail-send program at far.test.\n\n<bob@hamburger.test>:\n"
            "Sorry, I couldn't find any host named hamburger.test. (#5.1.2)\n\n"
            "--- Below this line is a copy of the message.\n\n"
        ),
        ((BOB, "failed", "5.1.2", "no domain"),),
    ),
    Sample(
        "qmail, two of them",
        plain(
            "Hi. This is the qmail-send program at far.test.\n\n<bob@hamburger.test>:\nUser unknown\n\n"
            "<dan@hamburger.test>:\n552 mailbox full (#5.2.2)\n\n--- Below this line is a copy of the message.\n\n"
        ),
        (*UNKNOWN, ("dan@hamburger.test", "failed", "5.2.2", "full")),
    ),
    Sample(
        "a list of names without a domain",
        plain(
            "Your mail to the following recipients could not be delivered because\n"
            "they are not accepting mail from alice@crepes.test:\n\tbob\n\n"
            "--- Below this line is a copy of the message.\n\n",
            sender="Mail Delivery Subsystem <MAILER-DAEMON@hamburger.test>",
        ),
        ((BOB, "failed", "5.0.0", "refused"),),
    ),
    Sample(
        "sendmail, an alias",
        plain(
            "   ----- The following addresses had permanent fatal errors -----\ndan@far.test\n"
            "    (expanded from: bob@hamburger.test)\n\n   ----- Transcript of session follows -----\n"
            "554 Too many hops\n\n   ----- Message header follows -----\n\n",
        ),
        ((BOB, "failed", "5.4.6", "loop"),),
    ),
    Sample(
        "Exim",
        plain(
            "This message was created automatically by mail delivery software.\n\nA message that you sent could "
            "not be delivered to one or more of its\nrecipients. This is a permanent error. The following "
            "address(es) failed:\n\n  bob@hamburger.test\n    host mx.hamburger.test [192.0.2.7]\n"
            "    SMTP error from remote mail server after RCPT TO:<bob@hamburger.test>:\n"
            "    550 5.1.1 No such user here\n\n"
            "------ This is a copy of the message, including all the headers. ------\n\n",
            sender="Mail Delivery System <Mailer-Daemon@far.test>",
            subject="Mail delivery failed: returning message to sender",
            extra="X-Failed-Recipients: bob@hamburger.test\n",
        ),
        UNKNOWN,
    ),
    Sample(
        "Exim, a warning",
        plain(
            "This message was created automatically by mail delivery software.\nA message that you sent has not "
            "yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue.\n\n"
            f"The message identifier is: 1abc\nThe subject is: Lunch?\n\nThe address to which the message "
            f"has not yet been delivered is:\n\n  {BOB}\n    Delay reason: connection timed out\n\n"
            "No action is required on your part. Delivery attempts will continue for\nsome time.\n",
            sender="Mail Delivery System <Mailer-Daemon@far.test>",
            subject="Warning: message 1abc delayed 24 hours",
            original="",
        ),
        ((BOB, "delayed", "4.4.7", "expired"),),
        message_id="",
    ),
    Sample(
        "Exchange 2003",
        _mixed(
            "Your message\n\n  To:      everybody@crepes.test\n  Subject: Lunch?\n  Sent:    Sun, 22 Nov 2026 12:00\n\n"
            "did not reach the following recipient(s):\n\nbob@hamburger.test on Sun, 22 Nov 2026 12:00:03\n"
            "    The recipient name is not recognized\n\tMSEXCH:IMS:Far:SITE:MAIL 0 (000C05A6) Unknown Recipient\n",
            sender="System Administrator <postmaster@far.test>",
            subject="Undeliverable: Lunch?",
        ),
        UNKNOWN,
    ),
    Sample(
        "Exchange Online",
        report(
            f"Final-Recipient: rfc822;{BOB}\nAction: failed\nStatus: 5.1.10\nDiagnostic-Code: smtp;550 5.1.10 "
            "RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup\n"
        ),
        ((BOB, "failed", "5.1.10", "unknown"),),
    ),
    Sample(
        "Exchange Online, spam",
        report(
            f"Final-Recipient: rfc822;{BOB}\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp;550 5.7.1 "
            "Service unavailable, message was blocked as spam\n"
        ),
        ((BOB, "failed", "5.7.1", "policy"),),
    ),
    Sample(
        "Gmail",
        report(
            f"Final-Recipient: rfc822; {BOB}\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.hamburger.test\n"
            "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please\n"
            " try double-checking the address.\n",
            "** Address not found **\n\nYour message wasn't delivered because the address couldn't be found.\n",
        ),
        UNKNOWN,
    ),
    Sample(
        "Gmail, in words",
        plain(
            f"Delivery to the following recipient failed permanently:\n\n     {BOB}\n\n"
            "Technical details of permanent failure:\nGoogle tried to deliver your message, but it was rejected by "
            "the server. The error that the other server returned was:\n550 550 5.2.1 The user's mailbox is "
            "disabled (state 14).\n\n----- Original message -----\n\n",
            sender="Mail Delivery Subsystem <mailer-daemon@googlemail.test>",
            subject="Delivery Status Notification (Failure)",
        ),
        ((BOB, "failed", "5.2.1", "disabled"),),
    ),
    Sample(
        "QQ",
        _page(
            "<html><body><p>很抱歉您发送的邮件被退回,以下是该邮件的相关信息:</p><table><tr><td>被退回邮件</td>"
            "<td>主 题:Lunch?<br>时 间:2026-11-22 20:00:00</td></tr><tr><td>无法发送到</td>"
            f"<td>{BOB}</td></tr><tr><td>退信原因</td><td>收件人邮件地址不存在,邮件无法送达。<br>"
            "host mx.hamburger.test said: 550 Mailbox not found</td></tr></table></body></html>\n",
            sender="PostMaster@qq.test",
            subject="来自qq.com的退信",
        ),
        UNKNOWN,
        message_id="",
    ),
    Sample(
        "163",
        plain(
            f"抱歉,您的邮件被退回来了……\n\n原邮件信息:\n时 间:2026-11-22 20:00:00\n主 题:Lunch?\n"
            f"收件人:{BOB}\n\n退信原因:\n收件人的邮箱空间已满\n",
            sender="Postmaster@163.test",
            subject="系统退信",
            original="",
        ),
        ((BOB, "failed", "5.2.2", "full"),),
        message_id="",
    ),
    Sample(
        "Postfix",
        report(
            f"Final-Recipient: rfc822; {BOB}\nOriginal-Recipient: rfc822;{BOB}\nAction: failed\nStatus: 5.1.1\n"
            "Remote-MTA: dns; mx.hamburger.test\nDiagnostic-Code: smtp; 550 5.1.1 <bob@hamburger.test>: Recipient\n"
            "    address rejected: User unknown in virtual mailbox table\n"
        ),
        UNKNOWN,
    ),
    Sample(
        "Postfix, out of time",
        report(
            f"Final-Recipient: rfc822; {BOB}\nAction: failed\nStatus: 4.4.1\nDiagnostic-Code: X-Postfix; connect to\n"
            "    mx.hamburger.test[192.0.2.7]:25: Connection timed out\n"
        ),
        ((BOB, "failed", "4.4.1", "expired"),),
    ),
    Sample(
        "Postfix, a delay",
        report(
            f"Final-Recipient: rfc822; {BOB}\nAction: delayed\nStatus: 4.7.1\nDiagnostic-Code: smtp; 451 4.7.1 Greylisted\n"
        ),
        ((BOB, "delayed", "4.7.1", "busy"),),
    ),
    Sample(
        "Postfix, in words",
        plain(
            "This is the mail system at host mx.far.test.\n\nI'm sorry to have to inform you that your message could "
            f"not\nbe delivered to one or more recipients.\n\n<{BOB}>: host mx.hamburger.test[192.0.2.7] said:\n"
            "    552 5.3.4 Message size exceeds fixed limit (in reply to end of DATA command)\n\n",
            subject="Undelivered Mail Returned to Sender",
        ),
        ((BOB, "failed", "5.3.4", "too large"),),
    ),
    Sample(
        "Sendmail",
        plain(
            "The original message was received at Sun, 22 Nov 2026 12:00:00 GMT\nfrom mx.crepes.test [192.0.2.1]\n\n"
            f"   ----- The following addresses had permanent fatal errors -----\n<{BOB}>\n"
            "    (reason: 550 5.1.1 <bob@hamburger.test>... User unknown)\n\n"
            "   ----- Transcript of session follows -----\n... while talking to mx.hamburger.test.:\n>>> DATA\n"
            "<<< 550 5.1.1 <bob@hamburger.test>... User unknown\n550 5.1.1 <bob@hamburger.test>... User unknown\n"
            "<<< 503 5.0.0 Need RCPT (recipient)\n\n   ----- Original message follows -----\n\n",
            sender="Mail Delivery Subsystem <MAILER-DAEMON@far.test>",
            subject="Returned mail: see transcript for details",
        ),
        UNKNOWN,
    ),
    Sample(
        "Yahoo",
        plain(
            f"Sorry, we were unable to deliver your message to the following address.\n\n<{BOB}>:\n"
            "Remote host said:\n554 delivery error: dd This user doesn't have a hamburger.test account "
            "(bob@hamburger.test) [-9] - mta1\n\n--- Below this line is a copy of the message.\n\n",
            sender="MAILER-DAEMON@yahoo.test",
            subject="Failure Notice",
        ),
        UNKNOWN,
    ),
    Sample(
        "Courier",
        report(
            f"Final-Recipient: rfc822; {BOB}\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 User unknown.\n",
            f"The original message was received on Sun, 22 Nov 2026\nfrom mx.crepes.test\n\n"
            f"---\n\n                           UNDELIVERABLE MAIL\n\nYour message to the following recipients cannot "
            f"be delivered:\n\n<{BOB}>:\n    mx.hamburger.test [192.0.2.7]:\n>>> RCPT TO:<{BOB}>\n<<< 550 User unknown.\n",
        ),
        ((BOB, "failed", "5.0.0", "unknown"),),
    ),
    Sample(
        "OpenSMTPD",
        plain(
            "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    An error has occurred "
            f"while attempting to deliver a message for\n    the following list of recipients:\n\n{BOB}: 550 5.1.1 "
            "Invalid recipient\n\n    Below is a copy of the original message:\n\n",
            sender="Mailer Daemon <MAILER-DAEMON@far.test>",
            subject="Delivery status notification: error",
        ),
        UNKNOWN,
    ),
    Sample(
        "Amazon SES",
        report(
            f"Final-Recipient: rfc822; {BOB}\nAction: failed\nStatus: 5.4.4\nDiagnostic-Code: smtp; 550 5.4.4 Invalid domain\n"
        ),
        ((BOB, "failed", "5.4.4", "no domain"),),
    ),
    Sample(
        "IMail",
        plain(
            "Unknown user: bob@hamburger.test\n\n\nOriginal message follows.\n\n",
            sender="Postmaster <postmaster@far.test>",
            subject="Undeliverable Mail",
        ),
        UNKNOWN,
    ),
    Sample(
        "mail.ru",
        plain(
            "Это письмо создано автоматически.\nThis message was created automatically by mail delivery software.\n"
            f"A message that you sent could not be delivered.\n\n  {BOB}\n    host mx.hamburger.test: 550 5.1.1 "
            "Message was not accepted -- invalid mailbox.\n\n"
            "------ This is a copy of the message, including all the headers. ------\n\n",
            sender="mailer-daemon@corp.mail.test",
            subject="Mail delivery failed",
            extra="X-Failed-Recipients: bob@hamburger.test\n",
        ),
        UNKNOWN,
    ),
    Sample(
        "a gateway that writes mixed parts",
        report(
            f"Final-Recipient: {BOB}\nAction: failure\nStatus: 5.2.2 (mailbox full)\n", kind="multipart/mixed"
        ),
        ((BOB, "failed", "5.2.2", "full"),),
    ),
    Sample(
        "an alias that led elsewhere",
        report(
            f"Original-Recipient: rfc822;{BOB}\nFinal-Recipient: rfc822; robert@inner.test\nAction: failed\n"
            "Status: 5.1.1\n"
        ),
        ((BOB, "failed", "5.1.1", "unknown"),),
    ),
    Sample(
        "a report that names nobody",
        plain(
            "Your message could not be delivered because the mailbox is over quota.\n\n"
            "--- The header of the original message is following. ---\n\n",
            subject="Undeliverable",
        ),
        ((BOB, "failed", "5.2.2", "full"),),
    ),
)

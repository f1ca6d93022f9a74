"""Pictures that are there to report who reads: known by their address, or by being too small to see."""
# ruff: noqa: E501 (a pattern is read in one piece)

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

# Who counts openings, and how the address of the counting picture looks: host and path in lower case.
_KNOWN = (
    ("ActiveCampaign", r"(?:activehosted\.com|emlnk\d*\.com|acemln[a-z]\.com|img-us\d+\.com)/.*(?:lt\.php|open)"),
    ("Adobe Campaign", r"/r/\?id=h[0-9a-f]+,[0-9a-f]+,1$|\.campaign\.adobe\.com/r/"),
    ("Alibaba DirectMail", r"(?:^|\.)(?:dm\.aliyun|mail-track\.aliyun|directmail\.aliyuncs)[^/]*/"),
    ("Amazon SES", r"\.awstrack\.me/i0/"),
    ("Bananatag", r"(?:^|\.)bl-1\.com/"),
    ("Boomerang", r"(?:^|\.)mailstat\.us/"),
    ("Brevo", r"(?:sendibt\d*\.com|sendinblue\.com|brevo\.com|sibtrk\.com)/.*(?:tr/op|op/|/o/)|/tr/op/[\w-]{20,}|/mk/op/"),
    ("Campaign Monitor", r"(?:createsend\d*|cmail\d+)\.com/t/[^/]+/"),
    ("Constant Contact", r"(?:^|\.)rs6\.net/on\.jsp|constantcontact\.com/.*p1x1"),
    ("Customer.io", r"(?:customer\.io|customeriomail\.com)/e/o/|/e/o/[\w=-]{20,}"),
    ("Facebook", r"(?:^|\.)facebook\.com/email_open_log_pic"),
    ("GetResponse", r"getresponse\.com/(?:open|.*/o/)|/open\.html\?x="),
    ("Google Analytics", r"(?:^|\.)google-analytics\.com/(?:[gj]/)?(?:collect|__utm)"),
    ("HubSpot", r"(?:hubspot(?:links|email|starter[\w-]*)?\.(?:com|net)|hs-?sites[^/]*|hsappstatic\.net|t\.sidekickopen\d*\.com|"
                r"getsidekick\.com|track\.hubspot[^/]*)/.*(?:cto|/e\d?t/o|open|__ptq|track)|/e\d?t/o/|/cto/[\w*+-]{20,}"),
    ("Intercom", r"(?:(?:^|\.)via\.|-mail\.)intercom(?:-mail)?\.[^/]*/(?:o|via/o)"),
    ("Iterable", r"(?:^|\.)(?:iterable\.com|links\.[^/]+)/e/(?:o|open)"),
    ("Klaviyo", r"klaviyo(?:mail)?\.com/.*(?:open|/o/)|(?:^|\.)trk\.klclick\d*\.com/|kmail-lists\.com/.*open"),
    ("Kit", r"(?:convertkit-mail\d*|kit-mail\d*)\.com/(?:o|open)|(?:^|\.)open\.convertkit-mail"),
    ("LinkedIn", r"(?:^|\.)linkedin\.com/(?:emimp/|e/v2\?.*emimp)"),
    ("Litmus", r"(?:^|\.)emltrk\.com/"),
    ("Mailchimp", r"(?:list-manage\d*|mailchimpapp|mandrillapp)\.(?:com|net)/track/open"),
    ("MailerLite", r"(?:mlsend\d*|mlsnd|ml-?links?|clicks\.mlsend)\.(?:com|net|io)/(?:o|open|link/o)"),
    ("Mailgun", r"(?:^|\.)(?:mailgun\.(?:org|net|com)|email\.[^/]+)/o/[\w=+-]{20,}"),
    ("Mailjet", r"(?:^|\.)(?:mjt\.lu|mailjet\.com)/oo/|/oo/[\w-]{8,}/[0-9a-f]+/e\.gif"),
    ("Mailtrack", r"(?:^|\.)mailtrack\.(?:io|me)/(?:trace|img)|mltrk\.io/"),
    ("Marketo", r"(?:mkto[\w-]*|marketo)\.com/trk|/trk\?t=.*&mid="),
    ("Mixmax", r"(?:^|\.)(?:track\.mixmax|mixmax)\.com/api/track|(?:^|\.)track\.[^/]+/api/mixmax"),
    ("Oracle Eloqua", r"(?:^|\.)(?:en25|eloqua)\.com/.*(?:elqtrack|footerimages)|/e/footerimages/footerimage1\?"),
    ("Oracle Responsys", r"(?:^|\.)(?:rsys\d*|responsys)\.(?:net|com)/pub/(?:as|cc)"),
    ("Outreach", r"(?:outreach\.io|outrch\.com)/.*opened|/api/mailings/opened/"),
    ("Postmark", r"(?:^|\.)pstmrk\.it/open"),
    ("Salesforce", r"(?:exacttarget|exct|sfmc-content)\.(?:com|net)/open\.aspx|/open\.aspx\?ffcb|(?:pardot|pi\.pardot)\.com/r/"),
    ("SendCloud", r"(?:^|\.)(?:sctrack|track\d*)\.(?:sendcloud|sc)\.[^/]+/track/open"),
    ("SendGrid", r"(?:sendgrid\.(?:net|com)|ct\.sendgrid[^/]*)/wf/open|/wf/open\?upn="),
    ("SparkPost", r"(?:sparkpostmail\d*|spgo)\.(?:com|io)/q/|/q/[\w~-]{10,}~~/"),
    ("Streak", r"(?:^|\.)mailfoogae\.appspot\.com/"),
    ("Substack", r"(?:^|\.)(?:email\.)?(?:substack|mg-?\d*\.substack)\.com/o/|eotrx\.substackcdn\.com/open"),
    ("Superhuman", r"(?:^|\.)r\.superhuman\.com/"),
    ("X", r"(?:^|\.)(?:twitter|x)\.com/(?:scribe/ibis|i/jot)"),
    ("Yesware", r"(?:^|\.)(?:t\.)?yesware\.com/t/"),
    ("Zoho", r"(?:^|\.)(?:maillist-manage|zcsend|zohomail)\.[^/]+/.*(?:click|open|trackimage)"),
)  # fmt: skip
_PATTERNS = [(name, re.compile(pattern)) for name, pattern in _KNOWN]
_LOOKS_AT = 500
_TINY = re.compile(r"\s*0*[01](?:\.\d+)?\s*(?:px)?\s*")
_TINY_STYLE = re.compile(
    r"(?:^|;)\s*(?:max-)?(width|height)\s*:\s*0*[01](?:\.\d+)?\s*(?:px)?\s*(?:!\s*important\s*)?(?=;|$)", re.I
)
_HIDDEN_STYLE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?)\s*(?:!|;|$)", re.I
)


def known(url: str) -> str | None:
    """The name of the service whose counting picture is at `url`; None when it is none that we know."""
    address = url.partition("//")[2].lower()[:_LOOKS_AT]
    host, slash, rest = address.partition("/")
    address = f"{host.rpartition('@')[2]}{slash}{rest}"
    return next((name for name, pattern in _PATTERNS if pattern.search(address)), None)


def is_invisible(image: Mapping[str, str]) -> bool:
    """Whether an <img> with these attributes is too small or hidden, so that nobody misses it."""
    style = image.get("style", "")
    tiny = {name for name in ("width", "height") if _TINY.fullmatch(image.get(name, ""))}
    tiny |= {found.lower() for found in _TINY_STYLE.findall(style)}
    return len(tiny) == 2 or bool(_HIDDEN_STYLE.search(style))


def host_of(url: str) -> str:
    """The host of a web address in lower case; "" when there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""

"""Kinds of files in words, with their icons."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mailserver.message import filename


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is called, and the icon it stands under."""

    words: str | Promise
    icon: str


_PICTURE, _SOUND, _FILM = Kind(_("Picture"), "image"), Kind(_("Sound"), "music"), Kind(_("Video"), "film")
_PDF, _WORD = Kind(_("PDF document"), "file"), Kind(_("Word document"), "file")
_TABLE, _SLIDES = Kind(_("Spreadsheet"), "table"), Kind(_("Presentation"), "image")
_TEXT, _WEB, _CODE = Kind(_("Text"), "file"), Kind(_("Web page"), "globe"), Kind(_("Source text"), "code")
_DOCUMENT = Kind(_("Document"), "file")
_ARCHIVE, _PROGRAM = Kind(pgettext_lazy("kind of file", "Archive"), "archive"), Kind(_("Program"), "warning")
_MESSAGE, _EVENT, _CONTACT = (
    Kind(pgettext_lazy("kind of file", "Message"), "mail"),
    Kind(_("Calendar entry"), "calendar"),
    Kind(_("Contact card"), "user"),
)
_OUTLOOK = Kind(_("Outlook package"), "mail")
_SMIME_SIGNATURE = Kind(_("S/MIME signature"), "shield")
_SMIME = Kind(_("S/MIME message"), "lock")
_PGP_SIGNATURE = Kind(_("PGP signature"), "shield")
_PGP_KEY, _PGP = Kind(_("PGP key"), "lock"), Kind(_("PGP message"), "lock")
_CERTIFICATE = Kind(_("Certificate"), "lock")
_REPORT = Kind(_("Delivery report"), "file")
UNKNOWN = Kind(_("File"), "file")

_ENDINGS: dict[Kind, str] = {
    _PICTURE: "png jpg jpeg jfif gif webp bmp tif tiff heic heif avif svg ico psd",
    _SOUND: "mp3 m4a ogg oga opus wav flac aac amr wma aif aiff mid",
    _FILM: "mp4 m4v mov webm ogv avi mkv mpg mpeg wmv 3gp",
    _PDF: "pdf",
    _WORD: "doc docx docm dot dotx",
    _TABLE: "xls xlsx xlsm csv tsv ods numbers",
    _SLIDES: "ppt pptx pptm odp key pps ppsx",
    _DOCUMENT: "odt rtf pages epub wps",
    _TEXT: "txt text md log asc",
    _WEB: "html htm xhtml mht mhtml",
    _CODE: "json xml yaml yml toml ini py c h cpp java go rs css sql patch diff tex ts",
    _ARCHIVE: "zip rar 7z tar gz tgz bz2 xz zst cab arj",
    _MESSAGE: "eml msg mbox",
    _EVENT: "ics ical ifb vcs",
    _CONTACT: "vcf vcard",
    _SMIME_SIGNATURE: "p7s",
    _SMIME: "p7m p7c",
    _PGP: "pgp gpg",
    _CERTIFICATE: "cer crt pem p12 pfx der",
}
_BY_ENDING = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
_BY_TYPE = {
    "application/pdf": _PDF,
    "application/pgp-signature": _PGP_SIGNATURE,
    "application/pgp-keys": _PGP_KEY,
    "application/pgp-encrypted": _PGP,
    "application/pkcs7-signature": _SMIME_SIGNATURE,
    "application/x-pkcs7-signature": _SMIME_SIGNATURE,
    "application/pkcs7-mime": _SMIME,
    "application/x-pkcs7-mime": _SMIME,
    "application/ms-tnef": _OUTLOOK,
    "application/vnd.ms-tnef": _OUTLOOK,
    "message/rfc822": _MESSAGE,
    "message/global": _MESSAGE,
    "text/rfc822-headers": _REPORT,
    "message/delivery-status": _REPORT,
    "text/calendar": _EVENT,
    "application/ics": _EVENT,
    "text/vcard": _CONTACT,
    "text/x-vcard": _CONTACT,
    "text/directory": _CONTACT,
    "text/html": _WEB,
    "text/csv": _TABLE,
    "application/zip": _ARCHIVE,
    "application/x-zip-compressed": _ARCHIVE,
    "application/vnd.rar": _ARCHIVE,
    "application/x-7z-compressed": _ARCHIVE,
    "application/gzip": _ARCHIVE,
    "application/x-bzip2": _ARCHIVE,
    "application/x-xz": _ARCHIVE,
    "application/x-tar": _ARCHIVE,
    "application/x-ole-storage": Kind(_("Office document"), "file"),
    "application/rtf": _DOCUMENT,
    "application/x-msdownload": Kind(_("Windows program"), "warning"),
    "application/x-elf": Kind(_("Linux program"), "warning"),
    "application/x-mach-binary": Kind(_("macOS program"), "warning"),
    "application/java-vm": _PROGRAM,
    "application/x-ms-shortcut": Kind(_("Windows shortcut"), "warning"),
    "text/x-script": Kind(_("Script"), "warning"),
    "application/x-iso9660-image": Kind(_("Disk image"), "warning"),
}
_BY_MAIN_TYPE = {"image": _PICTURE, "audio": _SOUND, "video": _FILM, "text": _TEXT}
# Types that say what a part is for, whatever name it has.
_DECISIVE = ("application/pgp-", "application/pkcs7-", "application/x-pkcs7-", "message/")


def kind_of(name: str, content_type: str) -> Kind:
    """Say what a file claims to be, by its name first: so systems open it."""
    if content_type.startswith(_DECISIVE) and content_type in _BY_TYPE:
        return _BY_TYPE[content_type]
    if filename.is_program(name):
        return _PROGRAM
    ending = filename.ending(name)
    if name.lower() == "winmail.dat":
        return _OUTLOOK
    return _BY_ENDING.get(ending) or of_type(content_type)


def of_type(content_type: str) -> Kind:
    """Say what a media type means."""
    return _BY_TYPE.get(content_type) or _BY_MAIN_TYPE.get(content_type.partition("/")[0], UNKNOWN)


def of_ending(ending: str) -> Kind:
    """Say what an ending promises."""
    return _BY_ENDING.get(ending, UNKNOWN)

"""Names of files: safe to save under on any system, and what they pretend to be."""

import re

MAX_BYTES = 200

_MARKS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\u3164\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_SPACES = re.compile(r"\s+")
# Names that Windows keeps for devices, whatever ending follows.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\.|\Z)", re.IGNORECASE)
_LONGEST_ENDING = 16

_PROGRAMS = """
    exe scr pif com bat cmd vbs vbe js jse mjs wsf wsh wsc msi msp msix appx hta cpl jar ps1 psm1 lnk url reg
    inf scf gadget application sh bash command app dmg pkg deb rpm iso img vhd vhdx one chm xll dll sys
"""
_DOCUMENTS = """
    pdf doc docx xls xlsx ppt pptx odt ods odp rtf txt csv jpg jpeg png gif webp bmp mp3 mp4 mov avi wav zip
    html htm eml msg
"""
PROGRAM_ENDINGS = frozenset(_PROGRAMS.split())
DOCUMENT_ENDINGS = frozenset(_DOCUMENTS.split())


def safe(name: str) -> str:
    """A base name that every system takes, without marks that hide or reorder; "" when nothing is left.

    At most MAX_BYTES bytes of UTF-8, the ending kept.
    """
    base = re.split(r"[/\\]", _MARKS.sub("", name))[-1]
    base = _SPACES.sub(" ", _FORBIDDEN.sub("_", base)).strip(" .")
    if _DEVICES.match(base):
        base = f"_{base}"
    return shortened(base)


def shortened(name: str) -> str:
    """The name cut to MAX_BYTES, between characters, with its ending."""
    if len(name.encode("utf-8", "replace")) <= MAX_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = name, "", ""
    room = MAX_BYTES - len(f"{dot}{ending}".encode())
    return stem.encode("utf-8", "replace")[:room].decode("utf-8", "ignore").rstrip(" .") + dot + ending


def ending(name: str) -> str:
    """What follows the last dot, lower case; "" without one."""
    stem, dot, last = name.rpartition(".")
    return last.strip().lower() if dot and stem and len(last) <= _LONGEST_ENDING else ""


def is_program(name: str) -> bool:
    """Whether a system would run the file when it is opened."""
    return ending(name) in PROGRAM_ENDINGS


def pretended_ending(name: str) -> str:
    """The harmless ending that stands before that of a program, as in "invoice.pdf.exe"; "" mostly."""
    if not is_program(name):
        return ""
    before = ending(name.rpartition(".")[0].rstrip(" ._"))
    return before if before in DOCUMENT_ENDINGS else ""


def unique(name: str, taken: dict[str, int]) -> str:
    """A name that is not in `taken`, as systems compare them; `taken` counts each."""
    key = name.casefold()
    if key not in taken:
        taken[key] = 1
        return name
    stem, dot, last = name.rpartition(".")
    stem, dot, last = (stem, dot, last) if stem else (name, "", "")
    while True:
        taken[key] += 1
        candidate = f"{stem} ({taken[key]}){dot}{last}"
        if candidate.casefold() not in taken:
            taken[candidate.casefold()] = 1
            return candidate

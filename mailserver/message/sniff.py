"""What a file is by its own bytes: the declared type and the name are only claims."""

import re

from . import guess

SAMPLE_BYTES = 40 * 1024

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
AUDIO = frozenset({"audio/mpeg", "audio/ogg", "audio/wav", "audio/flac", "audio/mp4", "audio/aac"})
VIDEO = frozenset({"video/mp4", "video/webm", "video/ogg"})
PROGRAMS = frozenset({"application/x-msdownload", "application/x-elf", "application/x-mach-binary",
                      "application/java-vm", "application/x-ms-shortcut", "text/x-script"})  # fmt: skip

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\xca\xfe\xba\xbe", "application/java-vm"),
    (0, b"L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut"),
    (0, b"#!/", "text/x-script"),
    (0, b"#! /", "text/x-script"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (257, b"ustar", "application/x-tar"),
    (32769, b"CD001", "application/x-iso9660-image"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"%!PS", "application/postscript"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
# The second word of a RIFF container.
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_AUDIO_BRANDS = (b"M4A ", b"M4B ", b"F4A ")
_PICTURE_BRANDS = {b"avif": "image/avif", b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic"}
_MARKUP = re.compile(
    rb"\s*+(?:<!--.{0,2000}?-->\s*+)?(?:<(?:!doctype\s+html|html|head|body|script|svg|iframe|table|div|p|a|b|h1|br)"
    rb"[\s>/]|<\?xml)",
    re.IGNORECASE | re.DOTALL,
)
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# Controls that no text has; tab, line ends, form feed and the escape of ISO-2022 are left out.
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def media_type(data: bytes) -> str:
    """The type that the bytes themselves show, "text/plain" for any text; "" when they tell nothing."""
    head = data[:SAMPLE_BYTES]
    for offset, signature, found in _SIGNATURES:
        if head.startswith(signature, offset):
            return _matroska(head) if found == "video/webm" else found
    return _container(head) or _text(head)


def _container(head: bytes) -> str:
    if head[:2] == b"MZ" and b"\0" in head[:64]:
        return "application/x-msdownload"
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "")
    if head[:4] == b"OggS":
        return "video/ogg" if b"theora" in head[:200] else "audio/ogg"
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return _PICTURE_BRANDS.get(brand) or ("audio/mp4" if brand in _AUDIO_BRANDS else "video/mp4")
    if len(head) > 3 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return _mpeg_audio(head)
    return ""


def _mpeg_audio(head: bytes) -> str:
    """A frame of MPEG audio (ISO 11172-3 §2.4.1): version, layer, bit rate and frequency all allowed."""
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    version, layer, rate, frequency = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    return "audio/mpeg" if version != 1 and layer and rate not in (0, 15) and frequency != 3 else ""


def _matroska(head: bytes) -> str:
    return "video/webm" if b"webm" in head[:64] else "video/x-matroska"


def _text(head: bytes) -> str:
    if not head:
        return ""
    if head[:2] in _BOMS:
        return "text/plain"
    body = head.removeprefix(_BOMS[0])
    if _BINARY.search(body):
        return ""
    if _MARKUP.match(body):
        return "image/svg+xml" if _SVG.search(body[:4096]) else "text/html"
    foreign = sum(byte > 0x7F for byte in body[:4096])
    return "text/plain" if not foreign or _is_language(body) else ""


def _is_language(data: bytes) -> bool:
    """Whether bytes past ASCII are letters: UTF-8, a charset that makes sense of them, or few of them."""
    sample = data[:4096]
    if guess.utf8(sample) is not None or guess.codec(sample):
        return True
    return sum(byte > 0x9F for byte in sample) < len(sample) * 0.4

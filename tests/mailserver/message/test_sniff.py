"""Types by bytes: what may be shown is decided by nothing else."""

import pytest

from mailserver.message import sniff
from tests.parcels import PDF, PROGRAM, png, wav


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (png(), "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (PDF, "application/pdf"),
        (wav(), "audio/wav"),
        (b"ID3\x04\0", "audio/mpeg"),
        (b"\xff\xfb\x90\x44" + b"\0" * 20, "audio/mpeg"),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01webm", "video/webm"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01matroska", "video/x-matroska"),
        (PROGRAM, "application/x-msdownload"),
        (b"\x7fELF\x02\x01", "application/x-elf"),
        (b"#!/bin/sh\nrm -rf x\n", "text/x-script"),
        (b"MZ is how the note begins", "text/plain"),
        (b"  <!DOCTYPE html><p>x", "text/html"),
        (b"\xef\xbb\xbf<script>x</script>", "text/html"),
        (b"<?xml version='1.0'?><svg xmlns='x'>", "image/svg+xml"),
        (b"<svg onload=alert(1)>", "image/svg+xml"),
        ("普通的文字".encode(), "text/plain"),
        ("这是一个说明文件，使用旧的编码。".encode("gbk"), "text/plain"),
        (b"\x93\x01\x02\x00binary", ""),
        (b"", ""),
    ],
)
def test_the_bytes_tell(data: bytes, found: str) -> None:
    assert sniff.media_type(data) == found


def test_nothing_that_a_browser_runs_is_among_what_is_shown() -> None:
    shown = sniff.PICTURES | sniff.AUDIO | sniff.VIDEO
    assert not shown & {"text/html", "image/svg+xml", "text/xml", "application/xhtml+xml"}

"""Static files are found at an address that follows their content."""

from pathlib import Path

from webmail.static_files import content_version


def test_the_address_changes_with_any_byte_and_any_name(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    page = tmp_path / "css" / "page.css"
    page.write_text("a{}")
    first = content_version(tmp_path)
    assert content_version(tmp_path) == first
    page.write_text("b{}")
    second = content_version(tmp_path)
    page.rename(tmp_path / "css" / "other.css")
    assert len({first, second, content_version(tmp_path)}) == 3

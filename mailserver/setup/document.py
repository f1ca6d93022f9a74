"""How the settings of mail programs are written in XML."""

from collections.abc import Iterable
from xml.etree import ElementTree as Xml


def leaves(parent: Xml.Element, values: Iterable[tuple[str, str]]) -> None:
    """Add elements that hold a text."""
    for name, text in values:
        Xml.SubElement(parent, name).text = text


def written(root: Xml.Element) -> bytes:
    """Write a document, as UTF-8."""
    found: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return found

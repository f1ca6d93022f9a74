"""Contacts from a table: CSV of Google, Outlook, QQ or NetEase, in the charset it comes in; never raises."""

import csv
import io
import re
from collections.abc import Mapping
from itertools import islice

from . import charset, header
from .vcard import Contact, Field

MAX_ROWS = 5_000
_LONGEST = 2_000
MANY = " ::: "
_NUMBERED = re.compile(r"^(e-?mail|phone|电子邮件|电话)\s*(\d)?\s*-?\s*(value|label|type|address|地址)?$")
_HEADS = {
    "name": "name|full name|display name|姓名|名称|联系人|显示名称",
    "given": "first name|given name|名|名字",
    "middle": "middle name|additional name|中间名",
    "family": "last name|family name|surname|姓|姓氏",
    "organisation": "company|organization|organization name|organization 1 - name|单位|公司",
    "note": "notes|note|备注|附注|description",
    "groups": "labels|group membership|categories|类别|分组|所属组",
    "email": "email|e-mail|mail|e-mail address|email address|primary email|secondary email|e-mail 2 address"
    "|e-mail 3 address|邮箱|邮箱地址|邮件地址|电子邮箱|电子邮件|电子邮件地址|电子邮件 2 地址",
    "phone": "primary phone|联系电话|电话",
    "phone home": "home phone|home phone 2|住宅电话|家庭电话",
    "phone work": "business phone|business phone 2|work phone|商务电话|公司电话",
    "phone cell": "mobile phone|mobile|mobile number|手机|移动电话|手机号码",
}
_NAMES = {head: role for role, heads in _HEADS.items() for head in heads.split("|")}
_KIND_WORDS = {"home": "home|住宅|家庭", "work": "work|工作|单位", "cell": "mobile|cell|手机"}
_KINDS = {word: kind for kind, words in _KIND_WORDS.items() for word in words.split("|")}
_SYSTEM_GROUPS = frozenset(
    ["* mycontacts", "* starred", "mycontacts", "* friends", "* family", "* coworkers"]
)


def read(data: bytes) -> list[Contact]:
    """The contacts of a table with headings, at most MAX_ROWS; [] where no column has a known one."""
    text = _decoded(data).lstrip("\ufeff")
    first = text[:4000].split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), MAX_ROWS + 1))
    except csv.Error:
        return []
    if not rows:
        return []
    heads = [" ".join(head.casefold().split()) for head in rows[0]]
    found = [_contact(heads, row) for row in rows[1:]]
    return [one for one in found if one.name or one.emails or one.phones or one.organisation]


def _contact(heads: list[str], row: list[str]) -> Contact:
    contact = Contact()
    names: dict[str, str] = {}
    kinds: dict[str, str] = {}
    fields: list[tuple[str, str, str]] = []
    for head, raw in zip(heads, row, strict=False):
        value = _clean(raw)
        if not value:
            continue
        role = _NAMES.get(head, "")
        match = None if role else _NUMBERED.match(head)
        if match:
            kind = "email" if match[1].startswith(("e", "电子")) else "phone"
            key = f"{kind} {match[2] or 1}"
            if match[3] in ("label", "type"):
                kinds[key] = _KINDS.get(value.strip("* ").casefold(), "")
            else:
                fields += [(kind, key, one) for one in value.split(MANY)]
        elif role.startswith(("email", "phone")):
            kind, _, name = role.partition(" ")
            kinds.setdefault(head, name)
            fields += [(kind, head, one) for one in re.split(r" ::: |[;,]\s*", value)]
        elif role:
            names.setdefault(role, value)
    for kind, key, value in fields[:40]:
        many = contact.emails if kind == "email" else contact.phones
        many.append(Field(value.strip(), tuple(filter(None, (kinds.get(key, ""),)))))
    return _named(contact, names)


def _named(contact: Contact, names: Mapping[str, str]) -> Contact:
    given = [names[part] for part in ("given", "middle") if part in names]
    family = names.get("family", "")
    joined = " ".join([*given, *([family] if family else [])])
    if joined and all(ord(letter) > 0x2E7F for letter in joined if not letter.isspace()):
        joined = family + "".join(given)
    contact.name = names.get("name", "") or joined
    contact.organisation = names.get("organisation", "")
    contact.note = names.get("note", "")
    groups = re.split(r" ::: |[;,]\s*", names.get("groups", ""))
    contact.groups = [
        group.strip() for group in groups if group.strip() and group.casefold() not in _SYSTEM_GROUPS
    ]
    return contact


def _decoded(data: bytes) -> str:
    """Read UTF-16 by its mark, UTF-8 where it is that, else what Chinese tables are in, else Latin."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    for codec in ("utf-8", "gb18030"):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return charset.decode(data)


def _clean(value: str) -> str:
    """Strip what can't be seen, and the quote that keeps a value from being taken for a formula."""
    value = "\n".join(header.strip_controls(line) for line in value[:_LONGEST].splitlines()).strip()
    return value[1:] if value[:1] == "'" and value[1:2] in "=+-@" else value

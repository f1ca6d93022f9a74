"""Address fields as people and programs write them (RFC 5322 §3.4, §4.4, and worse)."""

from collections.abc import Iterator

from ..case import Case, b_word, case

# name, raw From, [[name, address]]
FIELDS: tuple[tuple[str, bytes, list[list[str]]], ...] = (
    ("bare", b"ana@crepes.test", [["", "ana@crepes.test"]]),
    ("in brackets only", b"<ana@crepes.test>", [["", "ana@crepes.test"]]),
    ("with a name", b"Ana Ruiz <ana@crepes.test>", [["Ana Ruiz", "ana@crepes.test"]]),
    ("with a quoted name", b'"Ruiz, Ana" <ana@crepes.test>', [["Ruiz, Ana", "ana@crepes.test"]]),
    ("with escapes in the name", rb'"Ana \"Crepe\" Ruiz \\ Co" <ana@crepes.test>', [['Ana "Crepe" Ruiz \\ Co', "ana@crepes.test"]]),
    ("with single quotes", b"'Ana Ruiz' <ana@crepes.test>", [["'Ana Ruiz'", "ana@crepes.test"]]),
    ("without a space", b"Ana<ana@crepes.test>", [["Ana", "ana@crepes.test"]]),
    ("quoted name without a space", b'"Ana Ruiz"<ana@crepes.test>', [["Ana Ruiz", "ana@crepes.test"]]),
    ("with dots in the name", b"Ana R. Ruiz <ana@crepes.test>", [["Ana R. Ruiz", "ana@crepes.test"]]),
    ("name in a comment", b"ana@crepes.test (Ana Ruiz)", [["Ana Ruiz", "ana@crepes.test"]]),
    ("nested comment", b"ana@crepes.test (Ana (the cook) Ruiz)", [["Ana (the cook) Ruiz", "ana@crepes.test"]]),
    ("comment and name", b"Ana (cook) Ruiz <ana@crepes.test>", [["Ana Ruiz", "ana@crepes.test"]]),
    ("comment inside the brackets", b"Ana <ana(at home)@crepes.test(the shop)>", [["Ana", "ana@crepes.test"]]),
    ("unclosed comment", b"ana@crepes.test (Ana", [["Ana", "ana@crepes.test"]]),
    ("unclosed quote", b'"Ana Ruiz <ana@crepes.test>', [["Ana Ruiz", "ana@crepes.test"]]),
    ("unclosed bracket", b"Ana <ana@crepes.test", [["Ana", "ana@crepes.test"]]),
    ("spaces inside the brackets", b"Ana < ana @ crepes . test >", [["Ana", "ana@crepes.test"]]),
    ("words inside the brackets", b"Ana <crepes.test ana@crepes.test>", [["Ana", "ana@crepes.test"]]),
    ("spaces around the at sign", b"ana @ crepes.test", [["", "ana@crepes.test"]]),
    ("a route", b"Ana <@relay.test,@other.test:ana@crepes.test>", [["Ana", "ana@crepes.test"]]),
    ("quoted local part", b'<"ana ruiz"@crepes.test>', [["", '"ana ruiz"@crepes.test']]),
    ("domain literal", b"<ana@[192.0.2.1]>", [["", "ana@[192.0.2.1]"]]),
    ("capitals are kept", b"Ana <Ana.Ruiz@Crepes.TEST>", [["Ana", "Ana.Ruiz@Crepes.TEST"]]),
    ("plus and odd letters", b"<a+b=c!#$%&'*/?^_`{|}~@crepes.test>", [["", "a+b=c!#$%&'*/?^_`{|}~@crepes.test"]]),
    ("without a domain", b"ana", [["", "ana"]]),
    ("a name and no address", b"Ana Ruiz", [["Ana Ruiz", ""]]),
    ("an address as its own name", b'"ana@crepes.test" <ana@crepes.test>', [["ana@crepes.test", "ana@crepes.test"]]),
    ("an unquoted address as a name", b"ana@crepes.test <ana@crepes.test>", [["ana@crepes.test", "ana@crepes.test"]]),
    ("another address as the name", b'"boss@bank.test" <eve@x.test>', [["boss@bank.test", "eve@x.test"]]),
    ("an address hidden before another", b'"Boss" <boss@bank.test>:<eve@x.test>', [["Boss boss@bank.test:", "eve@x.test"]]),
    ("an address hidden in an encoded word", b_word("utf-8", b"Boss <boss@bank.test>,") + b" <eve@x.test>", [["Boss <boss@bank.test>,", "eve@x.test"]]),
    ("encoded word with a comma", b_word("utf-8", "王, 伟".encode()) + b" <wang@x.test>", [["王, 伟", "wang@x.test"]]),
    ("encoded word in quotes", b'"' + b_word("utf-8", "王伟".encode()) + b'" <wang@x.test>', [["王伟", "wang@x.test"]]),
    ("encoded word in a comment", b"wang@x.test (" + b_word("utf-8", "王伟".encode()) + b")", [["王伟", "wang@x.test"]]),
    ("encoded word and plain word", b_word("utf-8", "伟".encode()) + b" Wang <wang@x.test>", [["伟 Wang", "wang@x.test"]]),
    ("two encoded words over a fold", b_word("utf-8", "王".encode()) + b"\r\n " + b_word("utf-8", "伟".encode()) + b" <wang@x.test>", [["王伟", "wang@x.test"]]),
    ("raw utf-8 name", "王伟 <wang@x.test>".encode(), [["王伟", "wang@x.test"]]),
    ("raw gbk name", "王伟和他的同事们 <wang@x.test>".encode("gbk"), [["王伟和他的同事们", "wang@x.test"]]),
    ("utf-8 local part", "Jøran <jøran@example.test>".encode(), [["Jøran", "jøran@example.test"]]),
    ("utf-8 domain", "<info@bücher.test>".encode(), [["", "info@bücher.test"]]),
    ("punycode domain", b"<info@xn--bcher-kva.test>", [["", "info@xn--bcher-kva.test"]]),
    ("control characters in the name", b_word("utf-8", b"Ana\r\n\x00 Ruiz") + b" <ana@crepes.test>", [["Ana Ruiz", "ana@crepes.test"]]),
    ("two people", b"Ana <ana@crepes.test>, Bo <bo@harbour.test>", [["Ana", "ana@crepes.test"], ["Bo", "bo@harbour.test"]]),
    ("a semicolon between", b"ana@crepes.test; bo@harbour.test", [["", "ana@crepes.test"], ["", "bo@harbour.test"]]),
    ("a comma lost", b"Ana <ana@crepes.test> Bo <bo@harbour.test>", [["Ana", "ana@crepes.test"], ["Bo", "bo@harbour.test"]]),
    ("bare ones and a comma lost", b"ana@crepes.test bo@harbour.test", [["", "ana@crepes.test"], ["", "bo@harbour.test"]]),
    ("commas too many", b",, Ana <ana@crepes.test>,, bo@harbour.test ,", [["Ana", "ana@crepes.test"], ["", "bo@harbour.test"]]),
    ("trailing comma", b"ana@crepes.test,", [["", "ana@crepes.test"]]),
    ("a group", b"Cooks: Ana <ana@crepes.test>, bo@harbour.test;", [["Ana", "ana@crepes.test"], ["", "bo@harbour.test"]]),
    ("an empty group", b"undisclosed-recipients:;", []),
    ("a group and one outside", b"Cooks: ana@crepes.test;, bo@harbour.test", [["", "ana@crepes.test"], ["", "bo@harbour.test"]]),
    ("an unclosed group", b"Cooks: ana@crepes.test, bo@harbour.test", [["", "ana@crepes.test"], ["", "bo@harbour.test"]]),
    ("empty brackets", b"<>", []),
    ("name with empty brackets", b"Mail System <>", [["Mail System", ""]]),
    ("folded between people", b"Ana <ana@crepes.test>,\r\n\tBo <bo@harbour.test>", [["Ana", "ana@crepes.test"], ["Bo", "bo@harbour.test"]]),
    ("folded inside the brackets", b"Ana <ana@\r\n crepes.test>", [["Ana", "ana@crepes.test"]]),
    ("mailto written out", b"Ana <mailto:ana@crepes.test>", [["Ana", "ana@crepes.test"]]),
    ("nothing", b"", []),
)  # fmt: skip


def cases(seed: int) -> Iterator[Case]:
    """Each once as sender and once as recipients."""
    del seed
    for name, raw, people in FIELDS:
        yield case(f"from {name}", b"text\r\n", "text", from_=people, raw_from=raw)
        yield case(f"to {name}", b"text\r\n", "text", to=people, raw_to=raw)

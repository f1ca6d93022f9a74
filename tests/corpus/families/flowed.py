"""Flowed texts (RFC 3676) and links in plain texts of several scripts."""

from collections.abc import Iterator

from ..case import Case, case

# name, body, what is to be read
FLOWED: tuple[tuple[str, str, str], ...] = (
    ("joined", "one \r\ntwo \r\nthree\r\nfour", "one two three\nfour"),
    ("fixed lines", "one\r\ntwo", "one\ntwo"),
    ("quoted", "> one \r\n> two\r\nown", "> one two\nown"),
    ("quoted deeper", ">> one \r\n>> two\r\n> three \r\n> four", ">> one two\n> three four"),
    ("depth changes", "> one \r\n>> two", "> one \n>> two"),
    ("space stuffed", " > no quote\r\n From here\r\n  indented", "> no quote\nFrom here\n indented"),
    ("signature is kept", "text \r\n-- \r\nAna", "text \n-- \nAna"),
    ("quoted signature is kept", "> text\r\n> -- \r\n> Ana", "> text\n> -- \n> Ana"),
    ("empty lines", "one \r\n\r\ntwo", "one \n\ntwo"),
    ("a paragraph of many lines", " \r\n".join(f"word{number}" for number in range(100)), " ".join(f"word{number}" for number in range(100))),
)  # fmt: skip
DELSP: tuple[tuple[str, str, str], ...] = (
    ("joined", "汉字 \r\n连在一起 \r\n。", "汉字连在一起。"),
    ("words keep their space", "one  \r\ntwo", "one two"),
    ("quoted", "> 汉字 \r\n> 连在一起", "> 汉字连在一起"),
)  # fmt: skip
# name, text, targets of the links in it
LINKS: tuple[tuple[str, str, list[str]], ...] = (
    ("plain", "see https://x.test/a?b=c#d now", ["https://x.test/a?b=c#d"]),
    ("a full stop behind", "see https://x.test/a.", ["https://x.test/a"]),
    ("in brackets", "(https://x.test/a)", ["https://x.test/a"]),
    ("brackets inside", "https://x.test/a_(b)", ["https://x.test/a_(b)"]),
    ("in angle brackets", "<https://x.test/a>", ["https://x.test/a"]),
    ("a Chinese comma behind", "见https://x.test/a，谢谢", ["https://x.test/a"]),
    ("a Chinese full stop behind", "请看 https://x.test/a。", ["https://x.test/a"]),
    ("Chinese words behind", "打开https://x.test/a查看详情", ["https://x.test/a"]),
    ("in Chinese brackets", "（https://x.test/a）", ["https://x.test/a"]),
    ("in Chinese quotes", "“https://x.test/a”", ["https://x.test/a"]),
    ("in book brackets", "《https://x.test/a》", ["https://x.test/a"]),
    ("in corner brackets", "「https://x.test/a」をご覧ください", ["https://x.test/a"]),
    ("a Japanese full stop behind", "https://x.test/a。ご確認ください", ["https://x.test/a"]),
    ("a Korean word behind", "https://x.test/a에서 확인", ["https://x.test/a"]),
    ("a list mark between", "https://x.test/a、https://x.test/b；https://x.test/c", ["https://x.test/a", "https://x.test/b", "https://x.test/c"]),
    ("www alone", "www.x.test。", ["http://www.x.test"]),
    ("a mail address", "写信给ana@crepes.test。", ["mailto:ana@crepes.test"]),
    ("no link", "javascript:alert(1) and file.txt", []),
)  # fmt: skip


def cases(seed: int) -> Iterator[Case]:
    """Flowed, flowed with DelSp, and links."""
    del seed
    for parameters, family in (("", FLOWED), ("; delsp=yes", DELSP)):
        for name, body, text in family:
            header = (
                f"Content-Type: text/plain; charset=utf-8; format=flowed{parameters}".encode(),
                b"Content-Transfer-Encoding: 8bit",
            )
            yield case(f"flowed{parameters[2:]} {name}".replace("=", " "), body.encode(), text, header=header)
    unflowed = FLOWED[0]
    yield case("the same lines not flowed", unflowed[1].encode(), unflowed[1].replace("\r\n", "\n"))
    for name, text, links in LINKS:
        yield case(f"link {name}", text.encode(), text, links=links)

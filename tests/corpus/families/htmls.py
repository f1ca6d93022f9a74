"""Mails of HTML alone: the words a preview, the search and a plain reply have of them."""

from collections.abc import Iterator

from ..case import Case, case

# name, HTML, its words
PAGES: tuple[tuple[str, str, str], ...] = (
    ("paragraphs", "<p>one</p><p>two</p>", "one two"),
    ("inline tags part no words", "<p>w<b>or</b>d and <i>more</i></p>", "word and more"),
    ("line breaks", "one<br>two<br/>three", "one two three"),
    ("cells", "<table><tr><td>one</td><td>two</td></tr></table>", "one two"),
    ("entities", "&lt;b&gt; &amp; &eacute; &#20320;&#x597d; &nbsp; end", "<b> & é 你好 end"),
    ("entities without semicolons", "fish &amp chips &copy 2026", "fish & chips © 2026"),
    ("a style", "<style>p { color: red }</style><p>seen</p>", "seen"),
    ("a script", "<script>document.write('no')</script><p>seen</p>", "seen"),
    ("a title", "<html><head><title>hidden</title></head><body>seen</body></html>", "seen"),
    ("comments", "a<!-- no -->b<!-- <p>no</p> -->c", "a b c"),
    ("conditional comments", "<!--[if mso]><p>no</p><![endif]--><p>seen</p>", "seen"),
    ("a doctype", '<!DOCTYPE html PUBLIC "-//W3C//DTD"><p>seen</p>', "seen"),
    ("attributes with angles", '<a title="a > b" href="x">seen</a>', "seen"),
    ("unclosed tags", "<div><p>one<p>two<b>three", "one twothree"),
    ("capitals", "<P>one</P><STYLE>no</STYLE><P>two", "one two"),
    ("Chinese", "<p>你好，</p><p>世界</p>", "你好， 世界"),
    ("a lone angle", "<p>1 < 2 and 3 > 2</p>", "1 < 2 and 3 > 2"),
)


def cases(seed: int) -> Iterator[Case]:
    """Each page alone in a message."""
    del seed
    for name, html, text in PAGES:
        header = (b"Content-Type: text/html; charset=utf-8", b"Content-Transfer-Encoding: 8bit")
        yield case(f"html {name}", html.encode(), text, header=header, structure="text/html")

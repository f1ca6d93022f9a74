"""The language of a text, as far as its script tells: for screen readers, and for how characters look."""

import re

# Scripts in which one language is written; kana stand among Chinese characters, and so come first.
_SCRIPTS = (
    ("ja", 0.05, re.compile("[\u3041-\u30ff]")),
    ("ko", 0.2, re.compile("[\uac00-\ud7a3]")),
    ("zh", 0.2, re.compile("[\u3400-\u9fff]")),
    ("th", 0.5, re.compile("[\u0e01-\u0e5b]")),
    ("he", 0.5, re.compile("[\u05d0-\u05ea]")),
    ("el", 0.5, re.compile("[\u0370-\u03ff]")),
)
_LETTER = re.compile(r"[^\W\d_]")
_SAMPLE = 2000


def language(text: str) -> str:
    """Guess the language (BCP 47) from the beginning of a text; "" when its script is that of several."""
    sample = text[:_SAMPLE]
    letters = len(_LETTER.findall(sample))
    for name, share, script in _SCRIPTS:
        if letters and len(script.findall(sample)) >= share * letters:
            return name
    return ""

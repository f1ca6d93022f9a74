"""The language that a script tells."""

import pytest

from mailserver.message.script import language


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("关于冬季荞麦面粉的报价 (Q4)", "zh"),
        ("来週の会議について", "ja"),
        ("会議 2026/11/27 15:00～", "zh"),
        ("다음 주 회의", "ko"),
        ("ประชุมสัปดาห์หน้า", "th"),
        ("פגישה בשבוע הבא", "he"),
        ("Συνάντηση", "el"),
        ("Réunion la semaine prochaine", ""),
        ("Встреча", ""),
        ("Meeting with 王芳 next week about the flour", ""),
        ("12345 !?", ""),
        ("", ""),
    ],
)
def test_the_script_tells(text: str, found: str) -> None:
    assert language(text) == found

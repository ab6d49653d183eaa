"""Names as they are typed in pinyin."""

from __future__ import annotations


def spell(name: str) -> tuple[str, str]:
    """(initials, full pinyin), lower case, letters and digits only: 老年协会 -> ("lnxh", "laonianxiehui")."""
    from pypinyin import Style, lazy_pinyin

    syllables = ["".join(filter(str.isalnum, part)) for part in lazy_pinyin(name, style=Style.NORMAL, strict=False)]
    words = [part.lower() for part in syllables if part.isascii() and part]
    # a run of Latin letters or digits stands for itself, a syllable for its first letter
    initials = "".join(word if word.isdigit() or word.upper() in name else word[0] for word in words)
    return initials, "".join(words)

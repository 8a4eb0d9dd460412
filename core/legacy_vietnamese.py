"""Old Vietnamese writings, TCVN3 (ABC) and VNI: told by font or by spelling, made Unicode."""

import re
import unicodedata
from typing import Literal

Scheme = Literal["tcvn3", "vni"]

# --- The tables ---------------------------------------------------------------------------------

# TCVN 5712: one byte a letter, seen here as the Latin-1 letter of that byte.
_TCVN3_ROWS = (
    ("a1", "ĂÂÊÔƠƯĐăâêôơưđẰ"),
    ("b5", "àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"),
)
_TCVN3 = {
    int(first, 16) + place: letter
    for first, letters in _TCVN3_ROWS
    for place, letter in enumerate(letters)
}

# VNI: a base letter followed by a letter that stands for its marks; some have letters of their own.
_VNI_PAIRS = (
    ("a", "ùøûõïâáàåãäêéèúüë", "áàảãạâấầẩẫậăắằẳẵặ"),
    ("e", "ùøûõïâáàåãä", "éèẻẽẹêếềểễệ"),
    ("o", "ùøûõïâáàåãä", "óòỏõọôốồổỗộ"),
    ("u", "ùøûõï", "úùủũụ"),
    ("y", "ùøûõ", "ýỳỷỹ"),
    ("ô", "ùøûõï", "ớờởỡợ"),
    ("ö", "ùøûõï", "ứừửữự"),
)
_VNI_ALONE = dict(zip("íìæóòñôöî", "íìỉĩịđơưỵ", strict=True))


def _vni_table() -> dict[str, str]:
    table = dict(_VNI_ALONE)
    for base, marks, letters in _VNI_PAIRS:
        table |= {base + mark: letter for mark, letter in zip(marks, letters, strict=True)}
    upper = {written.upper(): letter.upper() for written, letter in table.items()}
    # “Aù” and “aÙ” are also typed: the base letter says whether it is a capital.
    mixed = {
        base + mark: letter
        for written, letter in (table | upper).items()
        if len(written) > 1
        for base, mark in [(written[0], written[1].swapcase())]
    }
    return mixed | table | upper


_VNI = _vni_table()
_VNI_FORM = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))


def convert_tcvn3(text: str, upper: bool = False) -> str:
    """Return the Unicode text of TCVN3 letters; `upper` for the fonts that show only capitals."""
    shown = unicodedata.normalize("NFC", text.translate(_TCVN3))
    return shown.upper() if upper else shown


def convert_vni(text: str) -> str:
    """Return the Unicode text of VNI letters."""
    return _VNI_FORM.sub(lambda found: _VNI[found.group()], text)


def is_pair(text: str) -> bool:
    """Say whether these two letters make one of VNI."""
    return len(text) == 2 and text in _VNI


# --- Told by the font ---------------------------------------------------------------------------

_TCVN3_FONT = re.compile(
    r"(?i)\s*\.vn\s*\w|\s*vn(?:times?|arial|courier|avant|3d|book|univers)h?\b"
)
_VNI_FONT = re.compile(r"(?i)\s*vni[-\s_]")


def of_font(name: str) -> Scheme | None:
    """Return the writing that a font of this name shows, None for the fonts of Unicode."""
    if _TCVN3_FONT.match(name):
        return "tcvn3"
    return "vni" if _VNI_FONT.match(name) else None


def has_capitals_only(name: str) -> bool:
    """Say whether a font of TCVN3 shows capitals in the places of small letters: .VnTimeH."""
    return name.rstrip().endswith("H")


def convert(text: str, scheme: Scheme) -> str:
    """Return the Unicode text of letters in an old writing."""
    return convert_tcvn3(text) if scheme == "tcvn3" else convert_vni(text)


# --- Told by the spelling -----------------------------------------------------------------------

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONE = re.compile(f"[{_TONES}]")
# No old writing holds these: a text that does is Unicode already.
_UNICODE = re.compile(f"[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9{_TONES}]")
_ONSET = r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
_RHYME = (
    r"a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|ăc|ăm|ăn|ăng|ăp|ăt|âc|âm|ân|âng|âp|ât|âu|ây|e"
    r"|ec|em|en|eng|eo|ep|et|ê|êch|êm|ên|êng|ênh|êp|êt|êu|i|ia|ich|iêc|iêm|iên|iêng|iêp|iêt|iêu"
    r"|im|in|inh|ip|it|iu|o|oa|oac|oach|oai|oam|oan|oang|oanh|oao|oap|oat|oay|oăc|oăm|oăn|oăng"
    r"|oăt|oc|oe|oen|oeo|oet|oi|om|on|ong|oong|ooc|op|ot|ô|ôc|ôi|ôm|ôn|ông|ôp|ôt|ơ|ơi|ơm|ơn|ơp"
    r"|ơt|u|ua|uân|uâng|uât|uây|uc|uê|uêch|uênh|ui|um|un|ung|uôc|uôi|uôm|uôn|uông|uôt|up|ut|uy"
    r"|uya|uych|uyên|uyêt|uynh|uyt|uyu|uơ|ư|ưa|ưc|ưi|ưm|ưn|ưng|ươc|ươi|ươm|ươn|ương|ươp|ươt|ươu"
    r"|ưt|ưu|y|yêm|yên|yêng|yêt|yêu"
)
_SYLLABLE = re.compile(rf"{_ONSET}(?:{_RHYME})")
# µ, ª and the like are letters in TCVN3; alone they are signs, and no evidence.
_WORD = re.compile(r"[A-Za-z\u00a1-\u00ff]*[A-Za-z][A-Za-z\u00a1-\u00ff]*")
_LETTERS = re.compile(rf"(?:[^\W\d_]|[{_TONES}])+")
_FEWEST = 2
_MOST = 4000


def is_unicode(text: str) -> bool:
    """Say whether the text has a letter that only Unicode has."""
    return _UNICODE.search(text) is not None


def guess(text: str, fewest: int = _FEWEST) -> Scheme | None:
    """Return the old writing of a text, or None: for good Unicode, and for every doubt.

    Asked of a whole text, or of a line with at least two words that have marks; `fewest` is how
    many different ones it needs. The bytes must have been read as Latin-1 or as CP1252.
    """
    if _UNICODE.search(text):
        return None
    words = [word for word in _WORD.findall(text) if not word.isascii()][:_MOST]
    if len({word.casefold() for word in words}) < fewest:
        return None
    plain = sum(map(_is_syllable, words))
    schemes: tuple[Scheme, ...] = ("tcvn3", "vni")
    fitting = {
        scheme: sum(_is_syllable(convert(word, scheme)) for word in words) for scheme in schemes
    }
    best = max(schemes, key=fitting.__getitem__)
    is_clear = fitting[best] * 10 >= len(words) * 7 and plain * 10 <= fitting[best] * 5
    return best if is_clear else None


def share(text: str) -> float:
    """Return how much of a Unicode text, of its words with marks, Vietnamese spelling allows."""
    words = [word for word in _LETTERS.findall(text) if not word.isascii()][:_MOST]
    return sum(map(_is_syllable, words)) / len(words) if words else 0.0


def _is_syllable(word: str) -> bool:
    """Say whether a word is one that Vietnamese spelling allows, with at most one tone."""
    parts = unicodedata.normalize("NFD", word)
    if len(_TONE.findall(parts)) > 1:
        return False
    bare = unicodedata.normalize("NFC", _TONE.sub("", parts)).casefold()
    return _SYLLABLE.fullmatch(bare) is not None

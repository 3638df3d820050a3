"""Finds personal data in normalized text: numbers that check out, mail addresses, street addresses, plates, accounts.

Shapes and their sources:

- My Number (個人番号): 12 digits. 総務省令第85号 (平成26年), article 5: with P1 the last digit but one, counted
  leftwards, the check digit is 11 - (sum of Pn * Qn mod 11), where Qn = n + 1 for n up to 6 and n - 5 above;
  a remainder of 0 or 1 gives 0.
- Payment card: 13 to 19 digits, a known issuer prefix, and the Luhn sum (ISO/IEC 7812-1, annex B).
- Telephone: the numbering plan of 電気通信番号規則 as kept by the `phonenumbers` library (area codes, lengths); 060 to 090 and
  twice four digits, not all of them 0, are written as a mobile number, whether or not it is given out yet.
- Plate (自動車登録番号標): 道路運送車両法施行規則 article 13: office, class number, one kana, up to four digits.
- Address: municipality, town, and chome, banchi and go (住居表示に関する法律); a town alone tells nothing.
- Bank account: a bank or a branch, the account type and seven digits (全銀協 record format).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from classifier.characters import codes_of, holds
from classifier.literals import Literals

KINDS = ("my_number", "card", "phone", "mail", "address", "plate", "account")


@dataclass(frozen=True, slots=True)
class Personal:
    """One find: its kind, where it stands (`text[start:end]`), and whether it is a published contact of an office."""

    kind: str
    start: int
    end: int
    public: bool


_DIGITS = "0-9〇零一二三四五六七八九"
_KANJI = str.maketrans("〇零一二三四五六七八九", "00123456789")
_SPOKEN = {
    "ゼロ": "0", "れい": "0", "レイ": "0", "まる": "0", "マル": "0", "ぜろ": "0", "いち": "1", "イチ": "1", "に": "2", "ニ": "2",
    "さん": "3", "サン": "3", "よん": "4", "ヨン": "4", "ご": "5", "ゴ": "5", "ろく": "6", "ロク": "6", "なな": "7", "ナナ": "7",
    "はち": "8", "ハチ": "8", "きゅう": "9", "キュー": "9", "キュウ": "9", "きゅー": "9",
}  # fmt: skip
_SPOKEN_WORD = "|".join(sorted(_SPOKEN, key=len, reverse=True))
_DASH = r"[-‐‑–—―−ーの ()]"

_FEWEST_FIGURES = 2  # in a plate or an address
_FEWEST_DIGITS = 9  # in a number, kanji among them
_ZEROS = ("ゼロ", "ぜろ", "れい", "レイ", "まる", "マル")
_WORTH = re.compile(rf"[{_DIGITS}@]|丁目|番地|(?:{'|'.join(_ZEROS)})(?:{_SPOKEN_WORD})")
_ARABIC, _DIGIT, _MUNICIPALITY = re.compile("[0-9]"), re.compile(f"[{_DIGITS}]"), re.compile("[都道府県市区町村郡]")
_WORTH_WORDS = ("丁目", "番", *(zero + word for zero in _ZEROS for word in _SPOKEN))
_NUMBER = re.compile(
    r"(?<![0-9.〇零一二三四五六七八九])\+?[0-9〇零一二三四五六七八九](?:[-‐‑–—―−ーの ()]{0,2}[0-9〇零一二三四五六七八九]){8,62}"
)
_PART_OF_NUMBER = re.compile(r"[^ の()]+")
_MOST_PARTS = 4  # of one number among others
_FOUR_BEFORE, _FOUR_AFTER = re.compile(r"(?<![0-9])[0-9]{4}[ -]\Z"), re.compile(r"[ -][0-9]{4}(?![0-9])")
"""Beside twelve figures in fours: they are a part of a longer number."""
_SPOKEN_NUMBER = re.compile(rf"(?:ゼロ|ぜろ|れい|レイ|まる|マル)(?:[-、・ の]?(?:{_SPOKEN_WORD})){{8,11}}")
_MAIL = re.compile(
    r"(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9](?:[a-z0-9-]{0,40}\.){1,4}[a-z]{2,12}(?![a-z0-9])"
)
_PLATE = re.compile(
    r"[一-龠ぁ-んァ-ヶ]{1,4} ?[0-9][0-9a-z]{1,2} ?[あ-んを] ?(?:[0-9]{2}-[0-9]{2}|[・.]{1,3} ?-?[0-9]{1,3}|[0-9]{4})(?![0-9])"
)
_PLATE_OFFICE = re.compile(r"[一-龠ぁ-んァ-ヶ]{1,4}(?= ?[0-9])")
_ACCOUNT = re.compile(
    r"(?:銀行|信用金庫|信金|信組|農協|ゆうちょ|支店|本店|店番).{0,20}?(?:普通|当座|貯蓄)(?:預金|口座)?(?:番号)?[ :]{0,2}([0-9]{7})(?![0-9-])"
    r"|(?:記号)[ :]{0,2}[0-9]{5}[ 、]{0,2}(?:番号)[ :]{0,2}([0-9]{6,8})(?![0-9])"
)
_NUM = r"[0-9〇零一二三四五六七八九十百]{1,4}"
_PAIR = r"[0-9]{1,4}[-‐–−ー][0-9]{1,4}"
_STREET = (
    rf"(?:{_NUM}丁目{_NUM}(?:番地?|-|の)(?:の?{_NUM}号?)?(?:-{_NUM})?"
    rf"|{_NUM}番地?(?:の)?{_NUM}号?|{_NUM}番地"
    rf"|[0-9]{{1,4}}(?:[-‐–−ー][0-9]{{1,4}}){{2,3}}|(?<=[町台丘通条線字目関]){_PAIR})"
)
_ROOM = r"(?:[ 、の]{0,2}[一-龠ァ-ヶーa-zぁ-ん]{0,12}(?:荘|ハイツ|コーポ|マンション|アパート|ハイム|メゾン|レジデンス)?[ ]?[0-9]{1,4}号(?:室)?)?"
_PLACE = r"(?:[一-龠々ァ-ヶー]{1,7}|[ぁ-ん]{2,5})[都道府県市区町村郡]"
_TOWN = r"[一-龠々ぁ-んァ-ヶー]{2,16}"
_ADDRESS = re.compile(
    rf"(?:〒? ?[0-9]{{3}}-[0-9]{{4}}[ \n]?)?{_PLACE}{_TOWN} ?{_STREET}{_ROOM}"
    rf"|〒 ?[0-9]{{3}}-[0-9]{{4}}[ \n]?{_PLACE}{_TOWN}"
)
_NOT_ADDRESS = re.compile(r"(?:から|まで|では|には|との|こと|する|した|など)[^都道府県市区町村郡]{0,3}[0-9]")

_OFFICE = re.compile(
    r"市役所|区役所|町役場|村役場|役場|県庁|都庁|府庁|道庁|総務省|省庁|合同庁舎|総合通信|通信局|センター|窓口|株式会社|有限会社|\(株\)|公民館|図書館|"
    r"保健所|消防署|警察署|税務署|裁判所|法務局|病院|学校|コールセンター|サポート|本社|代表|お客様|相談室|相談所|協会|機構|ホットライン|事務局|問い合わせ先|問合せ先"
)
_OFFICE_REACH = 15  # characters before a find in which an office may be named
_MOBILE = re.compile(rf"0[6-9]0({_DASH}*)([0-9]{{4}})({_DASH}*)([0-9]{{4}})")
_KANJI_MOBILE = re.compile("(?<![〇零一二三四五六七八九、・])[〇零][六七八九][〇零](?:[・、][〇零一二三四五六七八九]{4}){2}(?![〇零一二三四五六七八九、・])")
_COUNTRY = re.compile(rf"^\+?81{_DASH}*(?:\(0\)|0)?{_DASH}*")
_POSTAL = re.compile("(?:〒|郵便番号)[はが:： ]{0,2}$")
_PUBLIC_NUMBERS = frozenset({"0352535111"})  # 総務省 代表
_PUBLIC_PREFIXES = ("0120", "0570", "0800", "0990", "0180", "0088", "0077")
_PUBLIC_MAIL = re.compile(
    r"@(?:[a-z0-9-]{1,40}\.){0,3}(?:go|lg)\.jp$|^(?:info|support|contact|press|inquiry|soudan|toiawase)@"
)
_PUBLIC_ADDRESS = re.compile(r"霞が?関 ?(?:2|二)(?:丁目|-)(?:1|一)(?:番|-)(?:2|二)|〒? ?100-8926")

_CARD = re.compile(
    r"4[0-9]{12}(?:[0-9]{3}){0,2}$|5[1-5][0-9]{14}$|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}$|3[47][0-9]{13}$"
    r"|3(?:0[0-5]|[689][0-9])[0-9]{11}$|35(?:2[89]|[3-8][0-9])[0-9]{12,15}$|6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12,15}$|62[0-9]{14,17}$"
)


def find_personal(text: str) -> list[Personal]:
    """Return the personal data in a normalized text, in order of place, without overlaps.

    >>> [(p.kind, p.public) for p in find_personal("沢渡の携帯は090-1234-5678、総務省は03-5253-5111")]
    [('phone', False), ('phone', True)]
    """
    if not _WORTH.search(text):
        return []
    found: list[Personal] = []
    arabic = len(_ARABIC.findall(text))
    finders = (  # each with what every find of its kind holds
        (_mails, "@" in text),
        (_numbers, arabic >= _FEWEST_DIGITS or len(_DIGIT.findall(text)) >= _FEWEST_DIGITS),
        (_spoken, any(zero in text for zero in _ZEROS)),
        (_accounts, arabic >= 6),
        (_plates, arabic >= _FEWEST_FIGURES),
        (_addresses, (arabic >= _FEWEST_FIGURES or "丁目" in text or "番" in text) and _MUNICIPALITY.search(text)),
    )
    for find in [find for find, possible in finders if possible]:
        for one in find(text):
            if not any(one.start < other.end and other.start < one.end for other in found):
                found.append(one)
    return sorted(found, key=lambda one: (one.start, one.end))


def worth_reading(texts: Sequence[str]) -> list[int]:
    """Return the places of the normalized texts that may hold personal data: two figures and more, many written as kanji, an @, or a telling word."""
    codes, edges = codes_of(texts)
    figures, digits, at = (np.add.reduceat(holds(codes, part), edges[:-1], dtype=np.int64) if texts else np.empty(0, np.int64) for part in ("0-9", _DIGITS, "@"))
    return sorted({*np.flatnonzero((figures >= _FEWEST_FIGURES) | (digits >= _FEWEST_DIGITS) | (at > 0)).tolist(), *_worth_words().find(texts).rows.tolist()})


@cache
def _worth_words() -> Literals:
    return Literals(_WORTH_WORDS)


def check_my_number(digits: str) -> bool:
    """Say whether 12 digits carry the right My Number check digit (総務省令第85号, article 5)."""
    if len(digits) != 12 or not digits.isascii() or not digits.isdigit():
        return False
    total = sum(int(d) * (n + 1 if n <= 6 else n - 5) for n, d in enumerate(reversed(digits[:11]), 1))
    rest = total % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def check_card(digits: str) -> bool:
    """Say whether digits are a card number of a known issuer that passes the Luhn sum (ISO/IEC 7812-1)."""
    if not digits.isascii() or not digits.isdigit() or not 13 <= len(digits) <= 19 or not _CARD.match(digits):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _office_before(text: str, start: int) -> bool:
    return bool(_OFFICE.search(text[max(0, start - _OFFICE_REACH) : start]))


def _numbers(text: str) -> Iterator[Personal]:
    """Return the numbers in a text; where a run of figures is none as a whole (a telephone number and another, a card and its date), those among its parts."""
    for match in (*_NUMBER.finditer(text), *_KANJI_MOBILE.finditer(text)):
        start, end = match.start(), match.start() + len(match[0].rstrip("-‐‑–—―−ーの ()"))
        if whole := _number(text, start, end):
            yield whole
            continue
        parts = [part.span() for part in _PART_OF_NUMBER.finditer(text, start, end)]
        while parts:
            some = (_number(text, parts[0][0], parts[n - 1][1]) for n in range(min(_MOST_PARTS, len(parts)), 0, -1))
            found = next(filter(None, some), None)
            if found:
                yield found
            parts = [part for part in parts[1:] if not found or part[0] >= found.end]


def _number(text: str, start: int, end: int) -> Personal | None:
    """Return what kind of number stands from `start` to `end`, None where it is none, goes on, is masked, or is a postal code."""
    if (end < len(text) and text[end] in "0123456789*xX○●×") or _POSTAL.search(text[max(0, start - 6) : start]):
        return None
    raw = text[start:end]
    kind = _kind_of_number(raw)
    if not kind or (kind == "my_number" and (_FOUR_BEFORE.search(text[:start]) or _FOUR_AFTER.match(text, end))):
        return None
    return Personal(kind, start, end, kind == "phone" and (_public_number(raw) or _office_before(text, start)))


def _plain(raw: str) -> str:
    return re.sub(r"[^0-9]", "", raw.translate(_KANJI))


def _national(raw: str) -> str:
    """Return a telephone number as it is written at home, with Arabic digits."""
    return _COUNTRY.sub("0", raw.translate(_KANJI).lstrip("("))


def _kind_of_number(raw: str) -> str | None:
    digits = _plain(raw)
    if check_card(digits):
        return "card"
    if _national(raw).startswith("0") and (_valid_phone(digits, raw.startswith("+")) or _looks_mobile(raw)):
        return "phone"
    return "my_number" if check_my_number(digits) else None


def _looks_mobile(raw: str) -> bool:
    """Say whether a number is written as a mobile one, given out or not: parted alike or not at all, and not with some digits masked (〇); 0000-0000 is nobody's."""
    if re.search("[0-9]", raw) and re.search("[〇零]", raw):
        return False
    parts = _MOBILE.fullmatch(_national(re.sub("[・、]", "-", raw)))
    return parts is not None and parts[1].strip("() ") == parts[3].strip("() ") and parts[2] + parts[4] != "00000000"


def _valid_phone(digits: str, international: bool) -> bool:
    if not 9 <= len(digits) <= 13 or (
        not digits.startswith("0") and not (digits.startswith("81") and (international or len(digits) > 11))
    ):
        return False
    import phonenumbers  # heavy, and most texts need none of it

    try:
        number = phonenumbers.parse(f"+{digits}" if digits.startswith("81") else digits, "JP")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number_for_region(number, "JP")


def _public_number(raw: str) -> bool:
    """Say whether a number is that of the ministry or of a kind that bodies publish; 080-0.. is none of them, 0800-.. is."""
    national = _national(raw)
    digits = _plain(national)
    return digits in _PUBLIC_NUMBERS or (digits.startswith(_PUBLIC_PREFIXES) and not re.match("080[^0-9]", national))


def _spoken(text: str) -> Iterator[Personal]:
    for match in _SPOKEN_NUMBER.finditer(text):
        digits = "".join(_SPOKEN[word] for word in re.findall(_SPOKEN_WORD, match[0]))
        if _valid_phone(digits, international=False) or _looks_mobile(digits):
            yield Personal(
                "phone", match.start(), match.end(), _public_number(digits) or _office_before(text, match.start())
            )


def _mails(text: str) -> Iterator[Personal]:
    for match in _MAIL.finditer(text) if "@" in text else ():
        if not re.search(r"[*○●×]", match[0]):
            yield Personal(
                "mail",
                match.start(),
                match.end(),
                bool(_PUBLIC_MAIL.search(match[0])) or _office_before(text, match.start()),
            )


def _accounts(text: str) -> Iterator[Personal]:
    for match in _ACCOUNT.finditer(text):
        yield Personal("account", match.start(), match.end(), False)


def _plates(text: str) -> Iterator[Personal]:
    for match in _PLATE.finditer(text):
        office = _PLATE_OFFICE.match(match[0])
        if office and re.search(r"[一-龠]|^[ぁ-んァ-ヶ]{2,4}$", office[0]):
            yield Personal("plate", match.start(), match.end(), False)


def _addresses(text: str) -> Iterator[Personal]:
    for match in _ADDRESS.finditer(text):
        if _NOT_ADDRESS.search(match[0]):
            continue
        public = bool(_PUBLIC_ADDRESS.search(match[0])) or _office_before(text, match.start() + 1)
        yield Personal("address", match.start(), match.end(), public)

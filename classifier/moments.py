"""Times as they stand in exports: as moments that a spreadsheet can sort and filter."""

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone

_JAPAN = timezone(timedelta(hours=9))
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)? ?(Z|UTC|[+-]\d{2}:?\d{2})?")
_ISO_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_DAY = r"(?:(?P<era>令和|平成)(?P<of_era>\d{1,2}|元)|(?P<year>\d{4}))年 ?(?P<month>\d{1,2})月 ?(?P<day>\d{1,2})日(?: ?\([月火水木金土日]\))?"
_CLOCK = r"(?P<half>午前|午後)? ?(?P<hour>\d{1,2})(?:時(?:(?P<minutes>\d{1,2})分(?:(?P<seconds>\d{1,2})秒)?)?|:(?P<minute>\d{2})(?::(?P<second>\d{2}))?)"
_JAPANESE = (re.compile(f"{_DAY}(?: ?{_CLOCK})?"), re.compile(f"{_CLOCK} · {_DAY}"))  # the second as X shows it
_ENGLISH = ("%a %b %d %H:%M:%S %z %Y", "%I:%M %p · %b %d, %Y")  # of the X API v1.1, and as X shows it
_BEFORE_ERA = {"令和": 2018, "平成": 1988}
_EPOCH = {10: 1, 13: 1000}  # digits of seconds and of milliseconds since 1970, from 2001 on
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SERIAL_START = datetime(1899, 12, 30)  # ECMA-376, part 1, 18.17.4.1


def moment(written: str | None) -> datetime | date | None:
    """Return what is written as a time: in Japanese time where it tells its zone, else as it stands; a day where it tells no more.

    Read are ISO 8601 (with slashes too), Japanese dates, what X shows and its API gives, days as Excel counts them, and seconds or
    milliseconds since 1970. None for anything else, such as 05/01/2026, of which nobody can tell the month, and outside of 1970 to 2099.
    """
    text = unicodedata.normalize("NFKC", written or "").strip()
    try:
        found = _iso(text) or _japanese(text) or _english(text) or _counted(text)
    except ValueError:
        return None
    if found is None or not 1970 <= found.year < 2100:
        return None
    return found.astimezone(_JAPAN).replace(tzinfo=None) if isinstance(found, datetime) and found.tzinfo else found


def _iso(text: str) -> datetime | date | None:
    if alone := _ISO_DAY.fullmatch(text):
        return date(int(alone[1]), int(alone[2]), int(alone[3]))
    found = _ISO.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    return datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute}:{second or '00'}{'+00:00' if zone == 'UTC' else zone or ''}")


def _japanese(text: str) -> datetime | date | None:
    found = next(filter(None, (pattern.fullmatch(text) for pattern in _JAPANESE)), None)
    if not found:
        return None
    of_era = 1 if found["of_era"] == "元" else int(found["of_era"] or 0)
    day = date(_BEFORE_ERA.get(found["era"], 0) + of_era + int(found["year"] or 0), int(found["month"]), int(found["day"]))
    if not found["hour"]:
        return day
    hour, minute, second = (int(part or 0) for part in (found["hour"], found["minutes"] or found["minute"], found["seconds"] or found["second"]))
    if found["half"] and hour > 12:
        return None
    hour = hour % 12 + 12 * (found["half"] == "午後") if found["half"] else hour
    return datetime(day.year, day.month, day.day, hour, minute, second)


def _english(text: str) -> datetime | None:
    for form in _ENGLISH:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None


def _counted(text: str) -> datetime | None:
    if text.isdecimal() and len(text) in _EPOCH:
        return datetime.fromtimestamp(int(text) // _EPOCH[len(text)], _JAPAN)
    if _SERIAL.fullmatch(text):
        return _SERIAL_START + timedelta(seconds=round(float(text) * 86_400))
    return None

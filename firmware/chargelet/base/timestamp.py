"""Dates and times: ISO 8601 text to seconds since 2000-01-01T00:00:00Z, and back."""


def _days(year: int, month: int, day: int) -> int:
    """Days from 2000-03-01 in the proleptic Gregorian calendar, with years that begin in March."""
    if month < 3:
        year -= 1
        month += 12
    year -= 2000
    return year * 365 + year // 4 - year // 100 + year // 400 + (month * 153 - 457) // 5 + day - 1


_ORIGIN = _days(2000, 1, 1)


def to_text(seconds: int) -> str:
    """2026-11-20T22:47:05Z (OCPP 1.6 §3.14 recommends UTC; fractions are left out, §3.15)."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    # Civil date from the day count: 400-year eras of 146,097 days, as in the proleptic calendar.
    era, day_of_era = divmod(days + _ORIGIN, 146097)
    y = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * y + y // 4 - y // 100)
    m = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * m + 2) // 5 + 1
    month = m + 3 if m < 10 else m - 9
    year = 2000 + era * 400 + y + (1 if month < 3 else 0)
    return "%04d-%02d-%02dT%02d:%02d:%02dZ" % (year, month, day, hour, minute, second)


def _number(text: str, start: int, end: int) -> int:
    part = text[start:end]
    if len(part) != end - start or not part.encode().isdigit():
        raise ValueError(text)
    return int(part)


def from_text(text: str) -> int:
    """Seconds since 2000 of an RFC 3339 date and time, fractions dropped. Raises ValueError.

    Receivers must understand fractional seconds and zone offsets (OCPP 1.6 §3.15). Taken as well, because central
    systems write it and it means only one thing: a space for the T, +0130 and +01 for +01:30 and +01:00, a comma
    before the fraction, no seconds, as in the example of §3.13.7 (all ISO 8601), and no zone at all for UTC, the only
    one that §3.14 recommends.
    """
    if text[16:17] in ("", "Z", "z", "+", "-"):
        text = text[:16] + ":00" + text[16:]
    year, month, day = _number(text, 0, 4), _number(text, 5, 7), _number(text, 8, 10)
    hour, minute, second = _number(text, 11, 13), _number(text, 14, 16), _number(text, 17, 19)
    if text[4] + text[7] + text[13] + text[16] != "--::" or text[10] not in "Tt ":
        raise ValueError(text)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    length = 29 if month == 2 and leap else 28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
    if not (1 <= month <= 12 and 1 <= day <= length and hour < 24 and minute < 60 and second < 61):
        raise ValueError(text)
    at = 19
    if text[at : at + 1] in (".", ","):
        at += 1
        while text[at : at + 1].isdigit():
            at += 1
        if at == 20:
            raise ValueError(text)
    minute -= _offset(text[at:])
    days = _days(year, month, day) - _ORIGIN
    return ((days * 24 + hour) * 60 + minute) * 60 + second


def _offset(zone: str) -> int:
    """The minutes by which a zone is ahead of UTC."""
    if zone in ("Z", "z", ""):
        return 0
    if zone[0] not in "+-" or len(zone) not in (3, 5, 6) or (len(zone) == 6 and zone[3] != ":"):
        raise ValueError(zone)
    hours = _number(zone, 1, 3)
    minutes = _number(zone, len(zone) - 2, len(zone)) if len(zone) > 3 else 0
    if hours > 23 or minutes > 59:
        raise ValueError(zone)
    return -hours * 60 - minutes if zone[0] == "-" else hours * 60 + minutes


def is_plain(text: str) -> bool:
    """Whether what from_text() takes is written as RFC 3339 has it."""
    if len(text) < 20 or text[16] != ":" or text[10] not in "Tt" or "," in text:
        return False
    return text[-1] in "Zz" or text[-6] in "+-"


def milliseconds(text: str) -> int:
    """Those of the fraction of a text that from_text() has read; 0 when there is none."""
    if text[19:20] not in (".", ","):
        return 0
    digits = ""
    while text[20 + len(digits) : 21 + len(digits)].isdigit() and len(digits) < 3:
        digits += text[20 + len(digits)]
    return int((digits + "00")[:3])

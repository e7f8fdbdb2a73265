"""What a cell of a workbook shows, as text: its value as it was stored, with its unit."""

import datetime
import re
from typing import Any

__all__ = ["shown"]

CURRENCY = re.compile(
    r'\[\$(?P<set>[^\]-]+)(?:-[^\]]*)?\]|"[^"]*?(?P<quoted>[$€£¥₹₽₺₩₫₪])[^"]*"|"\s*(?P<code>[A-Z]{3})\s*"'
    r"|(?P<bare>[$€£¥])(?![^\[]*\])"
)
CODE = re.compile(
    r'((?:"[^"]*"|\\.)*)(0{2,})'
)  # of a number that is a name: a postcode, "INV-0042"
LITERAL = re.compile(r'"[^"]*"|\\.')
THOUSANDS = re.compile(r"[0#?],+(?![,0#?])")  # it is shown in thousands, of a unit of its own


def shown(cell: Any) -> str:
    """The text of a cell; "" where it is empty."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime):
        return str(value.date() if value.time() == datetime.time() else value)
    if isinstance(value, datetime.timedelta):
        return _hours(value)
    if isinstance(value, int | float):
        return _number(value, (cell.number_format or "").split(";")[0])
    return str(value)


def _number(value: float, form: str) -> str:
    if "%" in LITERAL.sub("", form):
        return f"{value * 100:.10g}%"
    code = CODE.fullmatch(form)
    if code and isinstance(value, int) and value >= 0:
        return re.sub(r'["\\]', "", code[1]) + f"{value:0{len(code[2])}}"
    digits = str(abs(value)) if isinstance(value, int) else f"{abs(value):.15g}"
    found = CURRENCY.search(form)
    if found and not THOUSANDS.search(LITERAL.sub("", form)):
        sign = next(filter(None, found.groups())).strip()
        first = re.search("[0#?]", form)
        before = first is not None and found.start() < first.start()
        apart = " " if sign.isalpha() or not before else ""
        digits = f"{sign}{apart}{digits}" if before else f"{digits}{apart}{sign}"
    return f"-{digits}" if value < 0 else digits


def _hours(value: datetime.timedelta) -> str:
    """A duration as its hours and minutes, which go on beyond a day: "30:00"."""
    seconds = round(abs(value).total_seconds())
    minutes, seconds = divmod(seconds, 60)
    told = f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return f"-{told}" if value < datetime.timedelta() else told

"""Units of measure, money and time, by all the names that they go by."""

import re

__all__ = ["JOINED", "TIMES", "UNITS", "UNIT_KEYS", "joined_unit"]

# A unit that a number is written together with: "5kg".
JOINED = r"(?:mg|g|kg|lbs?|oz|mm|cm|km|mi|ft|ha|ml|l|kb|mb|gb|tb|s|secs?|mins?|h|hrs?|d|m)\b"
_JOINED = re.compile(rf"{JOINED}|\s[ms]\b(?!\.)", re.I)
BEFORE = 8  # characters before a number that tell a decade
_LETTERS = {"s": "second", "d": "day", "m": "metre"}  # no words elsewhere
# "her 30s", "the 1990s", "5G", "3d": no measures.
_NO_MEASURE = re.compile(
    r".*(?:(?i:the|her|his|their|my|your|our|in|early|mid|late|and)[\s-]+|['’]|\d\d)\d+0s"
    r"|.*\d[A-Z]|.*\b[1-4]d",
    re.S,
)

_UNIT_GROUPS = (
    "second seconds sec secs",
    "minute minutes min mins",
    "hour hours hourly hr hrs h",
    "day days daily",
    "week weeks weekly",
    "month months monthly",
    "year years yearly annual annually annum",
    "decade decades",
    "century centuries",
    "milligram milligrams mg",
    "microgram micrograms µg μg mcg",
    "gram grams g",
    "kilogram kilograms kilo kilos kg",
    "ton tons tonne tonnes",
    "pound pounds lb lbs",
    "ounce ounces oz",
    "millimetre millimetres millimeter millimeters mm",
    "centimetre centimetres centimeter centimeters cm",
    "metre metres meter meters",
    "kilometre kilometres kilometer kilometers km",
    "mile miles mi mileage",
    "foot feet ft",
    "inch inches",
    "hectare hectares ha",
    "acre acres",
    "millilitre millilitres milliliter milliliters ml",
    "litre litres liter liters l",
    "gallon gallons",
    "barrel barrels",
    "kilobyte kilobytes kb",
    "megabyte megabytes mb",
    "gigabyte gigabytes gb",
    "terabyte terabytes tb",
    "dollar dollars usd $ us$",
    "euro euros eur €",
    "sterling gbp £",
    "yen jpy ¥",
    "ruble rubles rouble roubles",
    "yuan renminbi cny rmb",
    "rupee rupees inr",
    "franc francs chf",
    "krona kronor sek",
    "krone kroner nok dkk",
    "zloty zlotys pln",
    "koruna czk",
    "forint huf",
    "krw",  # "won" is a verb elsewhere
    "percent % percentage",
    "rpm",
    "mph",
    "kwh",
    "kilowatt kilowatts kw",
    "watt watts",
    "volt volts",
    "decibel decibels db",
    "degree degrees °",
    "celsius centigrade °c",
    "fahrenheit °f",
)
UNIT_KEYS = frozenset(group.split()[0] for group in _UNIT_GROUPS)
TIMES = frozenset("second minute hour day week month year decade century".split())
UNITS = {name: group.split()[0] for group in _UNIT_GROUPS for name in group.split()}


def joined_unit(text: str, start: int, end: int) -> tuple[str, int] | None:
    """The key of the unit that the number of a span is written together with, and where that ends;
    None where it isn't."""
    unit = _JOINED.match(text, end)
    if unit is None or _NO_MEASURE.fullmatch(text, max(0, start - BEFORE), unit.end()):
        return None
    name = unit.group().strip().lower()
    return _LETTERS.get(name) or UNITS[name], unit.end()

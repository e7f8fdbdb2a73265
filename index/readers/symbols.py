"""The signs of Word's symbol fonts, which have no characters of their own: "≥", "±", "☒"."""

__all__ = ["sign"]

PRIVATE = range(0xF000, 0xF100)  # where Word puts the places of a font that isn't a text's
LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
GREEK = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖαβχδεφγηιϕκλμνοπθρστυϖωξψζ"
SYMBOL = dict(zip(LATIN.encode(), GREEK, strict=True)) | dict(
    zip(
        bytes.fromhex("a3a5abacaeb0b1b3b4b6b7b8b9babbc7c8ced1d5d6d7e5f2"),
        "≤∞↔←→°±≥×∂•÷≠≡≈∩∪∈∇∏√⋅∑∫",  # noqa: RUF001
        strict=True,
    )
)
WINGDINGS = dict(zip(bytes.fromhex("6f78a8e0fbfcfdfe"), "☐☒☐→✗✓☒☑", strict=True))
UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def sign(font: str, code: str) -> str:
    """What a sign of a font says, by its place in hexadecimal digits; "" for what but adorns."""
    try:
        place = int(code, 16)
    except ValueError:
        return ""
    if place not in PRIVATE:
        return chr(place) if 0x20 <= place < 0xD800 else UNKNOWN
    place -= PRIVATE.start
    if font.casefold() == "symbol":
        plain = chr(place) if 0x20 <= place < 0x40 else UNKNOWN  # digits and the like
        return SYMBOL.get(place, plain)
    return WINGDINGS.get(place, "") if font.casefold().startswith("wingdings") else UNKNOWN

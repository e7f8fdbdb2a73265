"""Words that may stand for others in a claim that stays true: regular expressions and what is put
in their place."""

__all__ = ["CONTRACTIONS", "REPORTING", "SHORT", "SYNONYMS", "UNITS"]

SHORT = [
    ("United States", "US"), ("United States", "U.S."), ("U.S.", "US"), ("United Kingdom", "UK"),
    ("United Nations", "UN"), ("European Union", "EU"), ("Soviet Union", "USSR"),
    ("World War II", "Second World War"), ("World War I", "First World War"),
    ("New York City", "NYC"), ("Los Angeles", "L.A."), ("Doctor", "Dr."), ("Saint", "St."),
    ("Mount", "Mt."),
]  # fmt: skip
UNITS = [
    ("kilometres", "km"), ("kilometers", "km"), ("km", "kilometres"), ("metres", "meters"),
    ("meters", "m"), ("feet", "ft"), ("ft", "feet"), ("kg", "kilograms"), ("kilograms", "kg"),
    ("mi", "miles"), ("miles", "mi"), ("inches", "in"), ("lb", "pounds"), ("pounds", "lbs"),
    ("hours", "hrs"), ("minutes", "min"), ("mm", "millimetres"), ("cm", "centimetres"),
    ("centimetres", "cm"), ("mg", "milligrams"), ("ha", "hectares"), ("hectares", "ha"),
    ("mph", "miles per hour"), ("tonnes", "tons"), ("years old", "years of age"),
]  # fmt: skip
REPORTING = [
    ("said", "stated"), ("stated", "said"), ("argued", "contended"), ("noted", "remarked"),
    ("announced", "declared"), ("claimed", "asserted"), ("reported", "stated"),
    ("found", "showed"), ("suggested", "proposed"), ("showed", "demonstrated"),
    ("believed", "thought"),
]  # fmt: skip
SYNONYMS = [
    ("began", "started"), ("started", "began"), ("founded", "established"), ("large", "big"),
    ("established", "founded"), ("approximately", "about"), ("about(?= \\d)", "around"),
    ("around(?= \\d)", "about"), ("roughly", "about"), ("over(?= \\d)", "more than"),
    ("more than(?= \\d)", "over"), ("purchased", "bought"), ("constructed", "built"),
    ("located", "situated"), ("situated", "located"), ("film", "movie"),
    ("also known as", "also called"), ("children", "kids"), ("primarily", "mainly"),
    ("mainly", "primarily"), ("received", "got"), ("attempted", "tried"),
    ("became", "turned into"), ("took place", "happened"), ("frequently", "often"),
    ("nearly(?= \\d)", "almost"), ("obtained", "got"), ("assist", "help"), ("numerous", "many"),
    ("ended", "finished"), ("released", "issued"), ("lies", "is located"), ("usually", "normally"),
    ("famous", "well-known"), ("area", "region"), ("required", "needed"),
]  # fmt: skip
CONTRACTIONS = [
    (r"(is|was|are|were|has|have|had|did|does|do|could|would|should) not\b", r"\1n't"),
    (r"cannot", "can't"), (r"((?!ca|wo)\w+)n't\b", r"\1 not"), (r"will not", "won't"),
    (r"can't", "cannot"),
]  # fmt: skip

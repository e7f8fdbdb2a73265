"""Words that stand for others, where the change makes a true claim false: regular expressions and
what is put in their place."""

__all__ = ["CREDIT", "MODALITIES", "OPPOSITES", "QUANTIFIERS", "SAID", "UNITS"]

UNITS = [
    ("kilometres", "miles"), ("kilometers", "miles"), ("km", "miles"), ("miles", "kilometres"),
    ("metres", "feet"), ("meters", "feet"), ("feet", "metres"), ("inches", "centimetres"),
    ("acres", "hectares"), ("hectares", "acres"), ("pounds", "kilograms"), ("tons", "kilograms"),
    ("kg", "pounds"), ("minutes", "hours"), ("hours", "minutes"), ("days", "weeks"),
    ("weeks", "days"), ("months", "years"), ("years", "months"), ("decades", "centuries"),
    ("%", " thousand"), ("percent", "million"), ("dollars", "euros"), ("$", "€"), ("£", "$"),
    ("°C", "°F"), ("°F", "°C"), ("mm", "cm"), ("cm", "mm"), ("mg", "kg"), ("mph", "km/h"),
]  # fmt: skip
# Only where the change says more than the source: "some" isn't "all", though "all" are some.
QUANTIFIERS = [
    (r"some(?= (?:of|[a-z]+s\b))", "all"), (r"several(?= [a-z]+s\b)", "no"), (r"many", "all"),
    (r"many", "few"), (r"most(?= of)", "all"), (r"most(?= of)", "none"), (r"several", "all"),
    (r"few", "many"), (r"all(?= (?:of|the))", "none of"), (r"sometimes", "always"),
    (r"often", "always"), (r"often", "never"), (r"usually", "always"), (r"generally", "never"),
    (r"always", "never"), (r"rarely", "often"), (r"never", "always"),
    (r"one of the", "the only one of the"), (r"mostly", "entirely"), (r"partly", "entirely"),
    (r"mainly", "only"), (r"primarily", "only"), (r"nearly all", "all"), (r"almost all", "all"),
    (r"both(?! .{,60}\band)", "neither"), (r"(?:a )?majority of", "minority of"),
    (r"typically", "always"),
]  # fmt: skip
MODALITIES = [
    (r"could(?! not)", "will"), (r"may(?= [a-z]+)(?! not)", "will"), (r"might(?! not)", "will"),
    (r"may be", "is"), (r"might be", "is"), (r"could be", "will be"),
    (r"can(?= [a-z])(?! not)", "must"), (r"(?:is|are) expected to", "will certainly"),
    (r"(?:is|are) likely to", "will certainly"), (r"should(?! not)", "will"), (r"may have", "has"),
    (r"might have", "has"), (r"could have", "has"), (r"possibly", "certainly"),
    (r"probably", "certainly"), (r"perhaps", "certainly"),
    (r"(?:proposed|planned|intended|wanted|hoped|sought|tried|attempted) to", "was able to"),
    (r"appears? to be", "is"), (r"seems? to be", "is"), (r"allegedly ", ""), (r"reportedly ", ""),
]  # fmt: skip
OPPOSITES = [
    ("more than", "less than"), ("less than", "more than"), ("at least", "at most"),
    (r"over(?= \d)", "under"), ("higher", "lower"), ("lower", "higher"), ("largest", "smallest"),
    ("larger", "smaller"), ("before", "after"), ("after", "before"), ("increased", "decreased"),
    ("decreased", "increased"), ("first", "last"), ("last", "first"), ("highest", "lowest"),
    ("northern", "southern"), ("southern", "northern"), ("eastern", "western"),
    ("western", "eastern"), ("north", "south"), ("south", "north"), ("east", "west"),
    ("west", "east"), ("won", "lost"), ("lost", "won"), ("early", "late"), ("late", "early"),
    ("older", "younger"), ("younger", "older"), ("began", "ended"), ("rose", "fell"),
    ("above", "below"), ("below", "above"), ("increase", "decrease"), ("rejected", "accepted"),
    ("accepted", "rejected"), ("major", "minor"), ("minimum", "maximum"), ("maximum", "minimum"),
    ("supported", "opposed"), ("public", "private"), ("positive", "negative"),
    ("negative", "positive"), ("same", "opposite"),
]  # fmt: skip
# What leads to whose word, or whose work, a thing is.
SAID = r"(?:said|stated|argued|claimed|wrote|believed|noted|suggested|reported|declared|announced)"
CREDIT = (
    r"(?:written|proposed|discovered|described|developed|invented|directed|founded|composed|"
    r"designed|produced|published|painted|created)"
)

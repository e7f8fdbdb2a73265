"""Questions that ask for several things, each of which is answered by itself.

"Who found the wreck, and when?" is two questions. A comparison ("which is longer, the Loire or the
Rhine?") is answered by what is said of either side, where no sentence compares them.
"""

import re
from collections.abc import Sequence

from rag.asked import QUESTION_WORD, asked
from rag.words import content_keys, content_words, is_participle

__all__ = ["halves", "names_both", "sides"]

LONGEST = 300  # characters; what is longer tells a story first, and the patterns would take long

_ASKED = re.compile(rf"\b{QUESTION_WORD}\b", re.I)
_ASKING = rf"(?:(?:in|on|at|to|from|by|for|of|since|until|with|under)\s+)?{QUESTION_WORD}"
_HALVES = re.compile(
    rf"^\W*(?P<first>{_ASKING}\b.+?)(?:,?\s+and\s+|\?\s+(?:and\s+)?)(?P<second>{_ASKING}\b.*?)\W*$",
    re.I,
)
_IT = re.compile(r"\b(?:it|they|them|he|him|she|(?:this|that)(?!\s*\w))\b", re.I)
_ITS = re.compile(r"\b(?:its|his|her|their)\b", re.I)
_AUX = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)"
# What is asked of either side, by the word that compares them.
_SCALES = """larger bigger smaller: how large; longer shorter: how long; higher lower: how high;
taller: how tall; older younger newer: how old; cheaper dearer: how expensive; heavier lighter: how
heavy; faster slower: how fast; stronger weaker: how strong; wider narrower: how wide; deeper: how
deep; nearer closer farther further: how far; warmer hotter colder cooler: how warm; richer poorer:
how rich; first last earlier later: when"""
_DIMENSIONS = {
    form: dimension.strip()
    for words, dimension in (scale.split(":") for scale in " ".join(_SCALES.split()).split(";"))
    for word in words.split()
    for form in (word, re.sub("er$", "est", word))
}
_COMPARED = (
    r"(?:the\s+)?"
    rf"(?:(?:more|less|fewer|most|least)\s+(?P<much>\w+)|(?P<than>{'|'.join(_DIMENSIONS)}))\b"
)
_COMPARATIVE = re.compile(rf"\b{_COMPARED}", re.I)
_BEING = re.compile(r"(?:is|are|was|were)$", re.I)
_LOWER = r"(?:\S+\s+){0,3}\S+"
_NAME = (
    rf"(?:the\s+|an?\s+)?(?!(?i:{_AUX}|{QUESTION_WORD})\b)[\"“]?[A-Z\d][^\s,?]*"
    r"(?:\s+(?:(?:of|the|from|in|on|for|de|la|van|von)\s+)*[A-Z\d][^\s,?]*)*"
)
_ONE_NAME = re.compile(_NAME)
_ARTICLE = re.compile(r"(?:the|an?)\s", re.I)
_NAMES = re.compile(
    rf"^(?P<before>.*?)(?P<x>{_NAME}),?\s+(?P<joins>and|or)\s+(?P<y>{_NAME}),?(?P<after>.*)$"
)
_CHOICE = re.compile(
    r"^(?P<before>[^,]+),\s*(?P<x>[^,]+?),?\s+(?P<joins>or)\s+(?P<y>[^,]+?)(?P<after>\W*)$", re.I
)
_PAIR = re.compile(
    rf"^(?P<before>\W*{_AUX}\s+)(?P<x>{_LOWER})\s+(?P<joins>and)\s+(?P<after>.+)$", re.I
)
# What stands after "than" and names no second thing.
_NOTHING = (
    "(?:in|on|at|to|from|by|for|of|he|she|it|they|we|i|you|his|her|its|their|my|our|your|any|all|last"
    "|this|that|next|expected|planned|allowed|usual|before|ever|average|most|other)"
)
_THAN = re.compile(
    rf"^\W*(?:(?P<be>is|are|was|were|has|have|had)\s+(?P<x>.+?)(?P<rest>\s+{_COMPARED}.*?)"
    rf"|(?P<do>{_AUX})\s+(?P<who>.+?)(?P<does>\s+\w+\s+{_COMPARED.replace('?P<', '?P<d')}.*?))"
    rf"\s+than\s+(?!{_NOTHING}\b|\d)(?P<y>.+?)\W*$",
    re.I,
)
_WHICH = re.compile(
    rf"^\W*(?:who|(?:which|what)(?:\s+(?!{_AUX}\b)\w+)?)(?:\s+of\s+\w+(?:\s+\w+)?)?\s+"
    rf"(?:(?P<aux>{_AUX})\b)?\s*(?P<rest>.*?)\W*$",
    re.I,
)
_OPENING = re.compile(
    rf"^{_ASKING}(?:\s+(?!{_AUX}\b)(?P<word>\w+))?\s+(?:(?P<aux>{_AUX})\s+)?(?P<rest>.+)$", re.I
)
_KIND = re.compile(rf"(?:how\s+(?:much|many)|which|what)\s+(?!{_AUX}\b)\w", re.I)
_NOUN = re.compile(rf"(?:which|what|whose|how\s+\w+)\s+(?!{_AUX}\b)\w+\W*$", re.I)
_SINGULAR = {"are": "is", "were": "was", "do": "does"}
_PLURAL = re.compile(rf"\b(?:{'|'.join(_SINGULAR)})\b", re.I)
_SEVERAL = re.compile(r"^\s*(?P<words>[\w\s-]*?[^\Ws])(?:(?P<ies>ies)|s)\b")
_BOTH = re.compile(r"\bboth\s+(?:of\s+)?(?:\w+,\s+)?", re.I)
_SHARED = re.compile(r"\b(?:share|have\s+in\s+common)\b(?!.*\bwith\b)", re.I)
_WHOLE = re.compile(r"\w+n['’]t\b|\beach\s+other\b|^\W*(?:which|what)\b.*\bboth\b", re.I)
_SAME = re.compile(
    r"^(?P<rest>.*?)\s*(?P<within>\b(?:in|of|at|on|from|for|by|to|with)\s+)?\bthe\s+same\s+"
    r"(?P<noun>[\w ]+?)\W*$",
    re.I,
)


def halves(question: str, earlier: Sequence[str] = ()) -> dict[str, str]:
    """Two questions that are asked at once, each as it is said and so that it stands alone.

    The first is left out where it is one of the `earlier` questions. Where it is unsure what the
    second takes from the first, there are none.
    """
    match = _HALVES.search(question) if len(question) <= LONGEST else None
    if match is None or _NOUN.match(match["first"]) or not content_words(match["first"]):
        return {}
    first, second = match.group("first", "second")
    if any(len(_ASKED.findall(half)) > 1 for half in (first, second)):
        return {}  # a relative clause, or a third question
    if len(content_keys(first)) < 2 and _names_any(second) and not _names_any(first):
        return {}  # "what came and what went in 3.1?"
    alone = _alone(first, second)
    known = any(_asks_the_same(first, one) for one in earlier)
    return ({} if known else {first: f"{first}?"}) | {second: f"{alone}?"} if alone else {}


def _names_any(question: str) -> bool:
    return any(word.name for word in content_words(f"so {question}"))


def _asks_the_same(question: str, other: str) -> bool:
    """Whether another question asks it too, in the same words or more."""
    one, two = (set(map(str.lower, _ASKED.findall(each))) for each in (question, other))
    return one == two and content_keys(question) <= content_keys(other)


def _alone(first: str, second: str) -> str:
    """The second question with what it takes from the first; "" where that is unsure."""
    opening = _OPENING.search(first)
    refers = _IT.search(second) or _ITS.search(second)
    if opening is None:
        return "" if refers or not content_words(asked(second).premise) else second
    verb, aux, rest = opening.group("word", "aux", "rest")
    if not (content_words(asked(second).premise) or refers):
        who = f"did they {verb}" if verb and first.lower().startswith("who") else ""
        return f"{second} {aux or who} {rest}" if aux or who else ""
    does = (aux or "").lower() in ("do", "does", "did")
    unknown = does and first.lower().startswith(("who", "what", "which"))
    unknown = unknown or _KIND.match(first) is not None
    if refers:
        several = len(_ONE_NAME.findall(rest)) > 1
        thing = "" if unknown or several else _thing(rest, verbal=does)
        said = _ITS.sub(lambda _: f"{thing}'s", second, count=1)
        return _IT.sub(lambda _: thing, said, count=1) if thing else ""
    if _names_any(second) or content_keys(first) & content_keys(second):
        return second  # it names what it asks of, as the first does
    return "" if unknown else f"{second} ({_thing(rest, verbal=does)})"


def _thing(rest: str, *, verbal: bool) -> str:
    """What a question is about, of what stands behind its "when did" or "who is"."""
    thing, _, last = rest.rpartition(" ")
    thing = thing if thing and (verbal or is_participle(last.lower())) else rest
    name = re.match(_NAME, thing)
    return name[0] if name and not _ARTICLE.match(thing) else thing


def sides(question: str) -> tuple[tuple[str, ...], ...]:
    """A comparison of two things as the same question of either, and as a second one where the
    first finds no answer; else nothing."""
    if len(question) > LONGEST:
        return ()
    if match := _THAN.search(question):
        aux, x, rest = (
            match.group("be", "x", "rest") if match["be"] else match.group("do", "who", "does")
        )
        return tuple((_of_one(aux, side, rest),) for side in (x, match["y"]))
    match = _CHOICE.search(question) or _NAMES.search(question)
    if match is None or match["joins"] == "and":
        return _alike(question, match)
    which = _WHICH.search(match["before"])
    listed = match.re is _NAMES and not _COMPARATIVE.search(match["before"])
    if listed or match["after"].strip(" ?.!"):
        return ()  # "who worked at Apple or IBM?"
    return tuple((_of_one(which["aux"], match[side], which["rest"]),) for side in "xy" if which)


def names_both(text: str, compared: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a text has a word of each of two `sides` that the other hasn't."""
    there, one, other = (content_keys(each) for each in (text, *(side[0] for side in compared)))
    return all(there & own for own in (one - other, other - one) if own)


def _of_one(aux: str | None, thing: str, rest: str) -> str:
    """What is asked of one thing: "is", "the Loire", "longer" make "how long is the Loire?"."""
    compares, verb = _COMPARATIVE.search(rest), (aux or "did").lower()
    if compares is None:
        return f"{verb} {thing} {rest}?"
    left = " ".join((rest[: compares.start()] + rest[compares.end() :]).split())
    return " ".join(f"{_dimension(compares, verb)} {verb} {thing} {left}".split()) + "?"


def _dimension(compares: re.Match[str], verb: str) -> str:
    """What is asked for: "how long", "how many people"; of what something is, "how popular"."""
    if much := compares["much"]:
        several = much.endswith("s") or much == "people"
        return (
            f"how {much}" if _BEING.match(verb) else f"how {'many' if several else 'much'} {much}"
        )
    return _DIMENSIONS[compares["than"].lower()]


def _alike(question: str, names: re.Match[str] | None) -> tuple[tuple[str, ...], ...]:
    """Whether two things are both something, or have the same: what either is, or has."""
    same, both = _SAME.search(question), _BOTH.search(question)
    match = names or _PAIR.search(question)
    alike = same or both or _SHARED.search(question)
    if match is None or not alike or _WHOLE.search(question):
        return ()
    x, y, after = match["x"], match.groupdict().get("y"), match["after"]
    if y is None:  # what stands after "and" has as many words as what stands before it
        words = after.split()
        y, after = " ".join(words[: len(x.split())]), " ".join(words[len(x.split()) :])
    before = _BOTH.sub("", match["before"])
    if "," in before:
        return ()  # there is a third
    after = _SHARED.sub("have", _BOTH.sub("", after))
    before = before[:1].lower() + before[1:]
    one = ""
    if names:
        before = _PLURAL.sub(lambda are: _SINGULAR[are[0].lower()], before)
        one = _SEVERAL.sub(_a, after) if before.startswith(("is", "was")) else ""
    whole = [" ".join(f"{before} {side} {one or after}".split()) for side in (x, y)]
    if same:
        return tuple((_which(each),) for each in whole)
    if one in ("", after):
        return tuple((each,) for each in whole)
    # What is none of the sort is seldom said not to be one, but what it is.
    return tuple(
        (each, f"what {before.strip()} {side}?") for each, side in zip(whole, (x, y), strict=True)
    )


def _a(several: re.Match[str]) -> str:
    """What one of two things is, where both are "film directors": "a film director"."""
    article = "an" if several["words"][:1].lower() in "aeiou" else "a"
    return f" {article} {several['words']}{'y' if several['ies'] else ''}"


def _which(question: str) -> str:
    """ "Are the Alps in the same country?" as "in which country are the Alps?"."""
    match = _SAME.search(question)
    if match is None:
        return question
    return f"{match['within'] or ''}which {match['noun']} {match['rest']}?"

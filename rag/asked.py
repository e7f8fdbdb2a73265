"""What a question asks for, as far as its words alone tell."""

import re
from dataclasses import dataclass
from functools import lru_cache

from index.sentences import split_sentences
from rag.nouns import nouns_after
from rag.words import content_words, is_participle, named_words, stem

__all__ = ["QUESTION_WORD", "Asked", "asked", "core", "topic"]

_HOW_MANY = re.compile(r"\bhow\s+(?:many|much)\b", re.I)
_NUMBER_OF = re.compile(
    r"\b(?:what|which|the)\s+(?:\w+\s+)?(?:number|amount|quantity|share|percentage|proportion)\s+of\b",
    re.I,
)
_POPULATION = re.compile(r"\bwhat\s+(?:is|was)\s+the\s+(?:\w+\s+)?population\b", re.I)
_WHEN = re.compile(
    r"\b(?:when|(?:what|which|on what|in which)\s+(?:date|day|year|month|time(?!\s+of))s?)\b", re.I
)
# "... when the mill burned", "if the lift fails, ...": clauses of what is asked.
_MEANWHILE = re.compile(
    r"""^(?!.*\band\s+when\b)(\W*(?:\w+\s+)?(?:who|whom|whose|what|which|where|why|how)\b.*?\w)
    (?<!\bis)(?<!\bknow)(?<!\bsay)(?<!\bsays)(?<!\babout)(?<!\bor)(?<!\bsince)(?<!\buntil)(?<!\bby)
    \s+when\b.*""",
    re.I | re.S | re.X,
)
_CONDITION = re.compile(
    r"""^\W*(?:(?:and|but|so)\s+)?(?:if|once|when(?!\s+(?:is|are|was|were|do|does|did|has|have|had
    |will|would|can|could|should|may|might)\b))\s[^?,]*,\s+""",
    re.I | re.X,
)
_HOW_OFTEN = re.compile(r"\bhow\s+(?:often|frequently)\b", re.I)
_OPEN = re.compile(
    r"""^\W*(?:and\s+|but\s+|so\s+)?(?:list|name\s+all|why|explain|describe|summari[sz]e|compare)\b
    |^\W*(?:and\s+)?(?:in\s+)?(?:what|which)\s+(?:(?!(?:day|date|time|year)s?\s)\w+\s+)?(?:are|were|ways|kinds|types|things)\b
    |^\W*(?:and\s+)?(?:what|which)\s+(?!(?:day|date|time|year|month|week|hour|doe|wa|ha)s\s)[a-z]+(?<![sui])s
        \s(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|must|may|might)\b
    |^\W*(?:and\s+)?which\s+[a-z]+(?<![sui])s\s(?!\w+er\b|more\b|less\b|(?:the|an?|best|most)\b)[a-z]+[^\Ws]\s
    |\bwhat\s+(?:goes|go|went)\s+in(?:to)?\b
    |\bwhat\s+(?:all|else|(?:do|does|did)\s.*\b(?:get|gain|receive|obtain|offer|include|contain)s?)\b
    |\bhow\s+(?:do|does|did|is|are|was|were|could|would|will|can|has|have)\b""",
    re.I | re.X,
)
_EVERYTHING = re.compile(
    r"""^\W*(?:please\s+)?(?:list|name|enumerate|show\s+me|give\s+me|find|(?:what|which|who)\s+(?:are|were))\s+
    (?:me\s+)?(?:all|every|each|(?:a|the)\s+(?:complete|full)\s+list\s+of)\b\s*(?:of\s+)?(?:the\s+)?""",
    re.I | re.X,
)
_YES_NO = re.compile(
    r"^\W*(?:and\s+|but\s+|so\s+)?(?:is|are|am|was|were|do|does|did|has|have|had|will|would|can|could|"
    r"should|may|might)\b",
    re.I,
)
# What has one answer about one thing; "what did he say" and "who are" may have many that agree.
_SINGLE = re.compile(
    r"""^\W*(?:(?:and|but|so)\s+)?(?:(?:in|on|at|to|from|of|by|for|with|under)\s+)?
    (?:where|which|whose|whom|(?:who|what)(?!\s+(?:are|were|do|does|did|has|have|had|will|would|can
    |could|should|may|might|happen(?:s|ed)?)\b))\b""",
    re.I | re.X,
)
# "What is not covered?" has many answers that agree, too.
_UNDERGONE = re.compile(
    r"^\W*(?i:what(?:\s+(?:is|was|gets|got)|['’]s))\s+(?:(?:not|never|also|else)\s+)?(?P<verb>[a-z]+)\b"
)
QUESTION_WORD = r"(?:who|whom|whose|what|which|when|where|why|how)"
_ASKS = rf"(?:{QUESTION_WORD}|is|are|am|was|were|do|does|did|has|have|can|will|would|could|should)"
_PREAMBLE = re.compile(rf"^[^?]*:\s+(?=(?:[^?:]*\s)?{_ASKS}\b)", re.I)
# What is told of oneself before the question: "my son has a cold, how long …?"
_SITUATION = re.compile(
    rf"^\W*(?:my|our|(?:i|we)(?:['’]\w+)?)\s[^,?]+,\s+(?=(?:and\s+|so\s+)?{_ASKS}\b)", re.I
)
# A sentence before the question that tells something, and orders nothing.
_TELLS = re.compile(
    r"""\b(?:i|my|we|our|he|his|she|her|they|their)\b
    |^\W*\w+(?:\s\w+)?\s(?:\w+ed|is|are|was|were|has|have|had)\b""",
    re.I | re.X,
)
_REFERS = re.compile(
    r"\b(?:he|him|his|she|hers?|they|them|their|its?|that|this|those|there)\b", re.I
)
_ORDERS = re.compile(
    r"\W*(?:please\s+)?(?:answer|reply|respond|write|explain|ignore|forget|use|keep|be|do|give|tell)\b",
    re.I,
)
# Who is somebody of the asker's; the documents know them by name.
_KIN = re.compile(
    r"""\b(?:my|our)\s+(?:\w+\s+)?(?:father|mother|wife|husband|partner|brother|sister|uncle|aunt
    |auntie|cousin|girlfriend|boyfriend|friend|mate|dad|mum|mom)s?\b(?:['’]s?\b)?
    |\b(?:Dad|Mum|Mom|Granny|Grandad|Grandma|Grandpa)\b(?!(?:['’]s)?[\s-]+(?:and\s+)?[A-Z])""",
    re.X,
)
# "this morning", "time of year", "12 years old": no part of what a document says.
_LATELY = re.compile(
    r"\bthis\s+(?:morning|afternoon|evening|week|month|year|winter|spring|summer|autumn)\b"
    r"|\btimes?\s+of\s+(?:the\s+)?(?:day|month|year)\b|\byears?[\s-]old\b",
    re.I,
)
# What it means is not its verb, and documents put it otherwise.
_IDIOM = re.compile(
    r"\b(?:cough(?:s|ed|ing)?\s+up|(?:fork|shell)(?:s|ed|ing)?\s+out|(?:hang|hold)s?\s+on\s+to"
    r"|set(?:s|ting)?\s+(?:me|us|you|him|her|them)\s+back|get(?:s|ting)?\s+rid\s+of)\b",
    re.I,
)
_POLITE = re.compile(
    r"^\W*(?:so\s+|and\s+)?(?:do\s+(?:we|you)\s+(?:happen\s+to\s+)?know|(?:can|could|would)\s+you\s+(?:please\s+)?"
    r"tell\s+me|(?:please\s+)?tell\s+me|i(?:['’]d|\s+would)\s+like\s+to\s+know|i\s+want\s+to\s+know)\s+"
    rf"(?={_ASKS}\b)",
    re.I,
)
# "on which day", "how long": the kind of answer that is wanted, which a source need not name.
_TIME = r"(?:day|date|weekday|month|year|week|hour|time|decade|century)"
_WANTED = re.compile(
    rf"\b(?:what|which)\s+(?:exact\s+)?(?P<time>{_TIME})s?\b(?:\s+of\s+the\s+(?:week|month|year)\b)?|{_POPULATION.pattern}"
    r"|\bhow\s+(?:long|far|old|big|large|small|tall|high|deep|wide|heavy|hot|cold|fast|strong|often|soon|late)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """`quantity`: a number is wanted, of `nouns` where the question names them; `measure`: how
    long, old or far something is. `date`: a date is, `time` says which part of it ("year"), where
    the question does. `several`: the answer may stand in several sentences; `everything`: all of
    them are wanted; `single`: one answer is expected that is no value. `yes_no`: a yes or a no is.
    `asking` is it without what is told before it; `premise` without the kind of answer, too: what
    it takes for granted, and what is named before it where it refers to that. `often`: how often
    something is."""

    quantity: bool
    measure: bool
    date: bool
    several: bool
    everything: bool
    single: bool
    yes_no: bool
    nouns: tuple[str, ...]
    time: str
    asking: str
    premise: str
    often: bool

    @property
    def valued(self) -> bool:
        """Whether a value is wanted that two texts can have otherwise."""
        return self.quantity or self.date or self.often


@lru_cache(maxsize=1024)
def asked(question: str) -> Asked:
    """Read a standalone question."""
    told, said = _in_two(question)
    asking = _SITUATION.sub("", said)
    whole = asking if len(content_words(asking)) > 1 else question  # "what do the estimates say?"
    many = _HOW_MANY.search(whole) or _NUMBER_OF.search(whole)
    wanted = _WANTED.search(asking)
    main = _CONDITION.sub("", asking)
    dated = _WHEN.search(_MEANWHILE.sub(r"\1", main)) is not None
    counted = _POPULATION.search(asking) is not None
    several = many is None and _OPEN.search(asking) is not None
    undergone = _UNDERGONE.search(asking)
    several_be = undergone is not None and is_participle(undergone["verb"])
    valued = many is not None or counted or dated or several or several_be
    return Asked(
        quantity=many is not None or counted,
        measure=wanted is not None and not (wanted["time"] or counted),
        date=dated,
        several=several,
        everything=_EVERYTHING.search(asking) is not None,
        single=not valued and _SINGLE.search(asking) is not None,
        yes_no=_YES_NO.search(main) is not None,
        nouns=_nouns(whole, many) if many else (stem("people"),) * counted,
        time=(wanted["time"] or "").lower() if wanted else "",
        asking=said if whole is asking else question,
        premise=_premise(f"{told} {said.removesuffix(asking)}", asking),
        often=_HOW_OFTEN.search(asking) is not None,
    )


def _nouns(question: str, many: re.Match[str]) -> tuple[str, ...]:
    """What is counted, by its nouns; after "how much" it has no plural. A share is of no noun."""
    if re.search(r"\b(?:share|percentage|proportion)\b", many.group(), re.I):
        return ()
    much = "much" in many.group().lower()
    return nouns_after(question, many.end(), plural=not much, mass=much)


def core(question: str) -> str:
    """A question behind what is told before it, without what is said ("do you know") or ordered
    beside it."""
    told, said = _in_two(question)
    return f"{told} {_POLITE.sub('', _PREAMBLE.sub('', said))}".strip()


def _in_two(question: str) -> tuple[str, str]:
    """What a turn tells before it asks, and what it asks; all of it, where nothing ends in "?"."""
    sentences = [question[one.start : one.end] for one in split_sentences(question)]
    asking = [sentence for sentence in sentences if sentence.endswith("?")]
    if not asking:
        return "", question.strip()
    before = sentences[: sentences.index(asking[0])]
    told = [one for one in before if _TELLS.search(one) and not _ORDERS.match(one)]
    return " ".join(told), " ".join(asking)


def _premise(told: str, asking: str) -> str:
    """What a question takes for granted: all of it but the kind of answer that it asks for and what
    only its asker says so, and the names before it that it refers to."""
    names = [word.text for word in named_words(told)] if _REFERS.search(asking) else []
    for aside in (_NUMBER_OF, _WANTED, _KIN, _LATELY, _IDIOM):
        asking = aside.sub(" ", asking)
    return " ".join([*names, asking])


def topic(question: str) -> str:
    """A question as something that can be spoken of: "how much rice Russia proposed", nearly."""
    bare = _EVERYTHING.sub("", question.strip()).rstrip("?. ")
    opens = re.match(rf"{_ASKS}\b", bare, re.I)
    return bare[:1].lower() + bare[1:] if opens else bare

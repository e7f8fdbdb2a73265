"""Words, as the exact checks compare them: stems, names, units and opposites."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from nltk.stem.snowball import SnowballStemmer

from rag.units import UNITS

__all__ = [
    "DENIALS",
    "FUNCTION_WORDS",
    "OPPOSITES",
    "PREPOSITIONS",
    "Word",
    "content_keys",
    "content_words",
    "counts_people",
    "is_adverb",
    "is_calendar",
    "is_participle",
    "is_people_of",
    "is_title",
    "named_words",
    "stem",
    "words",
]

# Words that carry no content of their own. Pronouns, auxiliaries, question words, prepositions.
FUNCTION_WORDS = frozenset(
    """a an the this that these those such same other another each every either neither both
    all any some of in on at to for from by with without within into onto over under between
    among amid against about around upon as than then so if because since while during until
    till per via and or but nor not no yes do does did done doing be is are was were been
    being am have has had having will would shall should can could may might must ought i me
    my we us our you your he him his she her hers it its they them their theirs who whom
    whose which what when where why how much many more most there here also just only even
    still already yet too very really exactly ever please tell say says said mention
    mentioned mentions state stated states according know give gives given get gets got let
    make makes made document documents article text file report reports s t re ve ll d m one
    ones thing things kind sort type name names called call amount number numbers quantity
    figure total hold holds held take takes took taken put puts come comes came go goes went gone
    become becomes became happen happens happened use used using mean means meant stand stands
    stood full exact whole currently current now today recently recent actually besides roughly
    approximately something anything someone anyone somebody anybody need needed want wants
    wanted show shows showed shown know knows due like thanks thank ca wo sha""".split()
)

PREPOSITIONS = frozenset(
    """of in on at to for from by with into onto over under between among against through during
    since until near within across as than after before""".split()
)
_CALENDAR = frozenset(
    """january february march april may june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday""".split()
)

_OPPOSITE_PAIRS = """
increase decrease; rise fall; import export; highest lowest; high low; most least; more less;
north south; east west; northern southern; eastern western; before after; first last; early
late; earliest latest; win lose; buy sell; accept reject; begin end; start end; open close;
above below; maximum minimum; inside outside; male female; men women; man woman; lend borrow;
friend enemy; hot cold; largest smallest; large small; old new; oldest newest; older younger;
oldest youngest; fast slow; fastest slowest; best worst; better worse; support oppose; success
failure; succeed fail; income expense; profit loss; true false; allow forbid; attack defend;
arrive depart; birth death; born die; public private; internal external; entry exit; upper
lower; left right; positive negative; domestic foreign; surplus shortage; strengthen weaken;
interesting boring; popular unpopular; major minor; same opposite; easy difficult;
strong weak; rich poor; approve reject; legal illegal; agree disagree; gain lose; expand shrink;
include exclude; hire fire; same different; ascend descend; senior junior; northeast southwest;
northwest southeast; northbound southbound; eastbound westbound; majority minority;
higher lower; longer shorter; bigger smaller; larger smaller; stronger weaker; heavier lighter;
faster slower; richer poorer; nearer farther; cheaper dearer; warmer colder; earlier later;
allow prohibit; permit prohibit; permit forbid; allow forbidden; permit forbidden; allow ban;
permit ban; longest shortest; strongest weakest; heaviest lightest; biggest smallest;
warmest coldest; accept refuse
"""


ROOT = 4  # letters of a place that its people's name keeps
_POSSESSIVE = re.compile("['’]s?$")
_PEOPLES = tuple(
    set(pair.split(","))
    for pair in """,n ,an ,ian ,ese ,i ,ish a,ian a,an a,ese a,ish e,ian e,ese e,ish e,an y,ian y,an
    y, o,an""".split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """A content word: `key` is what two words are compared by (its stem, or its unit's name).

    `name` is true for one written with a capital where no sentence begins, or in capitals.
    """

    text: str
    key: str
    start: int
    end: int
    name: bool = False

    @property
    def unit(self) -> bool:
        """Whether it is a unit of measure, which has no near synonym."""
        return self.text.lower() in UNITS


_WORD = re.compile(
    r"(?<!\d)\d++(?:\.\d++){2,}|°[CF]\b|[^\W\d_](?:[^\W_]|[.'’‐‑–-](?=[^\W_]))*|[$€£¥%°]",  # noqa: RUF001
    re.UNICODE,
)
_HYPHENS = re.compile("[-‐‑–]")  # noqa: RUF001
_ABBREVIATED = re.compile(r"\b(?:[A-Za-z]|[A-Z][a-z]{0,2}|[A-Za-z]\.[A-Za-z.]*)\.$")
_CLITIC = re.compile(r"(?:n['’]t|['’](?:s|m|re|ve|ll|d|t)?)$", re.I)
_MEASURED = re.compile(r"\d\s?\Z")  # "400 g"
_NAMES = ("Go", "Will", "Make")  # beside words in lower case; elsewhere they carry no content
_BELOW = re.compile(r"[a-z] \Z")
NEAR = 24  # characters before a word that tell whether it opens a sentence
_STEMMER = SnowballStemmer("english")
_PLURALS = ("man", "woman", "child", "person")
_NO_ADVERBS = frozenset(
    """supply apply reply imply comply multiply rally tally bully family assembly anomaly monopoly
    italy july sicily ally jelly belly only early daily weekly monthly yearly hourly likely friendly
    costly deadly elderly lovely lonely""".split()
)
# Past forms that no stemmer brings back to their verb.
_IRREGULAR = {
    form: verb
    for group in """
    arise arose arisen; become became; begin began begun; bind bound; bite bit bitten; blow
    blew blown; break broke broken; bring brought; build built; buy bought; catch caught;
    choose chose chosen; cost costs; deal dealt; draw drew drawn; drink drank drunk; drive
    drove driven; eat ate eaten; fall fell fallen; feed fed; feel felt; fight fought; find
    found; fly flew flown; forbid forbade forbidden; forget forgot forgotten; freeze froze
    frozen; grow grew grown; hear heard; hide hid hidden; keep kept; know knew known; lead
    led; leave left; lend lent; lose lost; meet met; pay paid; ride rode ridden; ring rang
    rung; rise rose risen; run ran; see saw seen; seek sought; sell sold; send sent; shake
    shook shaken; shoot shot; show shown; sing sang sung; sink sank sunk; sit sat; sleep
    slept; speak spoke spoken; spend spent; steal stole stolen; strike struck; swear swore
    sworn; swim swam swum; teach taught; tear tore torn; think thought; throw threw thrown;
    wake woke woken; wear wore worn; win won; write wrote written; withdraw withdrew
    withdrawn; man men; woman women; child children; person people""".split(";")
    for verb, *forms in [group.split()]
    for form in forms
}
_TITLES = frozenset(
    """mr mrs ms miss sir lord lady dame doctor professor general admiral captain colonel major
    lieutenant sergeant commander president governor senator minister chancellor mayor king queen
    prince princess duke saint pope bishop cardinal reverend judge justice""".split()
)
_SHORT = dict(
    pair.split()
    for pair in """st saint; mt mount; dr doctor; prof professor; gen general; col colonel; lt
    lieutenant; sgt sergeant; capt captain; gov governor; sen senator; rev reverend; jr junior; sr
    senior; dept department; univ university; corp corporation; inc incorporated; ltd limited; bros
    brothers; approx approximately; est established; vs versus""".split(";")
)


_PEOPLE_WORDS = """person participant patient member employee worker soldier troop staff adult child
    man woman boy girl student pupil teacher visitor guest resident volunteer player passenger
    attendee customer user officer victim survivor inhabitant citizen voter delegate subscriber
    tenant parent competitor runner"""


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The key that a word is compared by: a unit's name, or the Snowball (Porter2) stem of the
    word, of its verb where it is an irregular form.

    Source: M. F. Porter, "Snowball: a language for stemming algorithms", 2001.
    """
    bare = _HYPHENS.sub("-", _CLITIC.sub("", word.lower()).replace(".", ""))
    bare = _SHORT.get(bare, bare)
    return UNITS.get(bare) or str(_STEMMER.stem(_IRREGULAR.get(bare, bare)))


def is_people_of(one: str, other: str) -> bool:
    """Whether one is the people or the tongue of the other: "korea" and "korean"."""
    pair = sorted((_POSSESSIVE.sub("", one), _POSSESSIVE.sub("", other)), key=len)
    shared = sum(1 for _ in takewhile(lambda two: two[0] == two[1], zip(*pair, strict=False)))
    return shared >= ROOT and {pair[0][shared:], pair[1][shared:]} in _PEOPLES


def counts_people(nouns: Iterable[str]) -> bool:
    """Whether one of what is counted, by its keys, is a word for people: "participants"."""
    return not _PEOPLE.isdisjoint(nouns)


def is_participle(word: str) -> bool:
    """Whether a word in lower case has the form of a past participle: "sent", "dispatched"."""
    regular = len(word) > 4 and word.endswith("ed") and not word.endswith("eed")
    return regular or _IRREGULAR.get(word, word) not in (word, *_PLURALS)


def is_adverb(word: str) -> bool:
    """Whether a word in lower case has the form of an adverb of manner: "widely"."""
    return len(word) > 4 and word.endswith("ly") and word not in _NO_ADVERBS


def is_calendar(word: str) -> bool:
    """Whether a word names a month, a day of the week or such days: a capital, and no party."""
    return word.lower().removesuffix("s") in _CALENDAR


def named_words(text: str) -> list[Word]:
    """The words of a text that name somebody or something; a month or a day of the week doesn't."""
    return [one for one in content_words(text) if one.name and not is_calendar(one.text)]


def is_title(word: str) -> bool:
    """Whether a word goes before a person's name: who has one may be called with it or without."""
    parts = (part.rstrip(".") for part in _HYPHENS.split(word.lower()))
    return any(_SHORT.get(part, part) in _TITLES for part in parts)


_PEOPLE = frozenset(map(stem, _PEOPLE_WORDS.split()))


def _both_ways(pairs: str) -> dict[str, frozenset[str]]:
    turned: dict[str, frozenset[str]] = {}
    for pair in pairs.split(";"):
        one, other = map(stem, pair.split())
        turned[one] = turned.get(one, frozenset()) | {other}
        turned[other] = turned.get(other, frozenset()) | {one}
    return turned


OPPOSITES = _both_ways(_OPPOSITE_PAIRS)
# What answers no beside them: lockers that cost £20 are not free, though free is a price, too.
DENIALS = _both_ways(f"{_OPPOSITE_PAIRS}; free cost; free charge; free pay; free fee")


def words(text: str) -> Iterable[Word]:
    """Every word of a text in order, function words too. Hyphened words stay whole."""
    for match in _WORD.finditer(text):
        raw = match.group()
        yield Word(raw, stem(raw), match.start(), match.end(), _is_name(text, match))


def content_words(text: str) -> list[Word]:
    """The words of a text that carry content, the parts of a hyphened word each on their own."""
    return list(_content_words(text))


def content_keys(text: str) -> set[str]:
    """The keys of a text's content words."""
    return {word.key for word in _content_words(text)}


@lru_cache(maxsize=4096)
def _content_words(text: str) -> tuple[Word, ...]:
    kept = []
    for word in words(text):
        for part, offset in _parts(word):
            bare = _CLITIC.sub("", part)
            counted = len(bare) == 1 and _MEASURED.search(text, max(0, offset - 2), offset)
            named = word.name and _named(bare)
            alone = named and bare in _NAMES and _BELOW.search(text, max(0, offset - NEAR), offset)
            carries = _carries_content(bare, named=word.name) or alone
            if bare and (carries or (counted and bare in UNITS)):
                kept.append(Word(bare, stem(bare), offset, offset + len(bare), named))
    return tuple(kept)


def _carries_content(word: str, *, named: bool) -> bool:
    if len(word) == 1 and word.isalpha():
        return named and word not in ("A", "I")  # "vitamin C"
    return word.lower() not in FUNCTION_WORDS or (word.isupper() and word.isalpha())


def _parts(word: Word) -> Iterable[tuple[str, int]]:
    offset = word.start
    for part in _HYPHENS.split(word.text):
        yield part, offset
        offset += len(part) + 1


def _capital(text: str) -> bool:
    return text[:1].isupper()


def _named(part: str) -> bool:
    return not part[:1].islower()


def _is_name(text: str, match: re.Match[str]) -> bool:
    raw = match.group()
    if not _capital(raw):
        return raw[0].isdigit()  # a version, an address: nothing else will do
    before = text[max(0, match.start() - NEAR) : match.start()].rstrip(" \"'“‘([")
    opens = not before or (before[-1] in ".!?:\n" and not _ABBREVIATED.search(before))
    return not opens or (raw.isupper() and len(raw) > 1)

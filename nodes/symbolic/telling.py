"""How sentences tell what questions ask: the words that a sentence may use in place of the question's.

`Where does she live` is told by `resides in`, `who plays Trevor` by `portrayed by`. English only, general words only:
a line here may not name anything that documents are about. Attributes with units have a table of their own.
"""

import re
from collections.abc import Iterable
from functools import cache

from nodes.symbolic.words import content_stems, stem

_TOLD = {
    "write": "author writer novel book story poem play essay memoir autobiography textbook treatise script screenplay",
    "author": "write writer novel book story poem essay memoir",
    "sing": "song singer vocal vocalist vocals record recorded single album perform performer artist",
    "compose": "composer music score write symphony sonata opera concerto",
    "direct": "director film movie filmmaker",
    "play": "portray portrayal role star cast act actor actress",
    "portray": "play role star cast act",
    "star": "cast starring role play actor actress",
    "perform": "performer sing star play artist",
    "produce": "producer production make manufacture",
    "founded": "establish create start form incorporate founder",
    "establish": "founded create start form",
    "form": "founded establish create",
    "create": "creator invent design develop founded make establish introduce",
    "invent": "inventor create devise develop design pioneer introduce",
    "design": "designer architect engineer develop plan draw devise",
    "develop": "developer design create invent",
    "build": "construct erect construction builder make complete",
    "construct": "build erect builder",
    "make": "produce build manufacture create maker",
    "manufacture": "make produce build manufacturer",
    "die": "death killed assassinate executed deceased",
    "birth": "native birthplace",
    "live": "population inhabitant reside residence resident settle home dwell",
    "reside": "live residence resident home",
    "study": "educate attend graduate degree student alumnus enroll train bachelor master",
    "attend": "study graduate degree educate alumnus enroll student bachelor master",
    "graduate": "degree alumnus study attend",
    "marry": "wife husband spouse married wed marriage",
    "wife": "marry married spouse husband",
    "husband": "marry married spouse wife",
    "spouse": "marry married wife husband",
    "own": "owner belong possess acquire acquired buy purchase subsidiary parent",
    "locate": "lies lie situate situated stands base",
    "situate": "located lies lie",
    "headquarters": "headquartered based base seat",
    "base": "headquarters headquartered located",
    "buy": "purchase acquire acquired",
    "purchase": "buy acquire",
    "acquire": "buy purchase takeover",
    "sell": "sale sales",
    "win": "winner victory defeat champion award awarded earn receive triumph",
    "defeat": "beat win victory",
    "lead": "leader head chief command commander",
    "head": "lead leader chief director chair chairman",
    "run": "operate manage lead",
    "operate": "run operator manage",
    "release": "come out publish issue premiere debut launch",
    "publish": "publisher release issue publication",
    "open": "inaugurate opening",
    "close": "shut closure closing",
    "end": "finish conclude cease",
    "start": "begin commence",
    "begin": "start commence",
    "cost": "price worth paid spend expense",
    "price": "cost costs",
    "employ": "employee staff workforce personnel worker people",
    "employee": "employ staff workforce personnel people",
    "call": "name know nickname refer term",
    "name": "call namesake",
    "move": "relocate transfer",
    "destroy": "demolish burn",
    "kill": "murder assassinate shoot",
    "teach": "professor lecturer instructor teacher",
    "work": "employ job career",
    "hold": "accommodate capacity seat contain",
    "house": "accommodate hold home",
    "carry": "transport hold capacity load",
    "receive": "award win given",
    "movie": "film",
    "film": "movie",
    "ship": "vessel boat",
    "vessel": "ship boat",
    "plane": "aircraft airplane aeroplane",
    "aircraft": "plane airplane",
    "happen": "occur",
    "occur": "happen took",
    "blow": "wind",
    "cross": "entered enter",
    "enter": "crossed join",
    "join": "enter member employed hired",
    "appoint": "become named elect",
    "elect": "election win appoint",
    "arrive": "enter reach arrival",
    "pass": "flyby past fly approach",
    "trip": "orbit journey voyage revolution",
    "orbit": "trip around revolution circle",
    "need": "take require last",
    "use": "using utilise utilize",
    "contain": "hold include consist",
    "consist": "compose contain comprise",
    "ferry": "ship vessel boat",
    "hurt": "injure wound casualty",
    "lift": "payload capacity",
    "hoist": "lift",
    "equator": "latitude",
    "extension": "phone telephone",
    "phone": "telephone extension number",
    "club": "team",
    "team": "club",
    "doctor": "physician",
    "language": "speak",
    "spectator": "capacity seat attendance",
    "lose": "loss defeat",
    "fit": "capacity seat",
    "sleep": "bed berth",
    "coach": "trainer manager",
    "salary": "pay wage paid earn",
    "earn": "salary wage pay",
    "job": "position role occupation title profession",
    "role": "position job",
    "position": "role job",
    "weigh": "mass",
    "shop": "store",
    "store": "shop",
    "town": "city",
    "city": "town",
    "country": "nation",
    "boss": "head manager director chief",
    "manager": "head director",
    "pupil": "student",
    "area": "region surface",
    "rate": "price",
    "holiday": "vacation leave",
    "leave": "departure depart",
    "depart": "departure leave",
    "reach": "arrive arrival",
    "repair": "fix mend",
    "fix": "repair mend",
    "visit": "come came visitor",
    "visitor": "people came visit guest",
    "guest": "visitor",
    "ticket": "entry admission",
    "rise": "increase",
    "carbon": "co2",
    "dioxide": "co2",
    "water": "depth deep draught",
    "occupation": "profession job",
    "revenue": "turnover sales",
    "turnover": "revenue sales",
    "ceo": "chief executive",
    "student": "pupil",
    "inhabitant": "population people resident",
    "feed": "eat diet",
    "eat": "feed diet",
    "cause": "due because result",
    "purpose": "used designed",
    "largest": "biggest greatest tallest",
    "biggest": "largest greatest",
    "tallest": "highest",
    "highest": "tallest",
}  # fmt: skip
_IRREGULAR = (
    "beat beaten", "become became", "blow blew blown", "break broke broken", "bring brought", "buy bought",
    "catch caught", "choose chose chosen", "come came", "draw drew drawn", "drive drove driven", "eat ate eaten",
    "fall fell fallen", "fight fought", "forbid forbade", "freeze froze frozen", "give gave given", "go went gone",
    "grow grew grown", "hold held", "keep kept", "lose lost", "mean meant", "meet met", "pay paid", "ride rode ridden",
    "rise rose risen", "run ran", "say said", "see saw seen", "sell sold", "shoot shot", "show shown",
    "sing sang sung", "sink sank sunk", "sit sat", "speak spoke spoken", "spend spent", "spread spread",
    "stand stood", "steal stole stolen", "strike struck", "swear swore sworn", "swim swam", "teach taught",
    "tell told", "think thought", "throw threw thrown", "wear wore worn", "win won", "wind wound",
)  # fmt: skip
NATION = r"[A-Z][a-z]{2,20}(?:an|ish|ese|nch|ic|ss|tch|ine)"
"""An adjective of a nation or region, as `Norwegian` or `Scottish`; a few other words look the same."""
_DEMONYM = re.compile(rf"\b{NATION}(?=[-\s][a-z])")


def is_nations(word: str, behind: str) -> bool:
    """Say whether a capitalised word is an adjective of a nation: `Scottish writer`, but not `Michigan, where`."""
    return re.fullmatch(NATION, word) is not None and re.match(r"[-\s][a-z]", behind) is not None


_LIFE = re.compile(r"\(\s?(?:[^()]{0,60}\b)?(?:1[0-9]|20)\d\d\s?[–-]\s?[^()]{0,40}\b(?:1[0-9]|20)\d\d\s?\)")
"""The years of a life, as in `(27 February 1707 – 11 January 1782)`."""


@cache
def _table() -> dict[str, frozenset[str]]:
    table = {stem(word): frozenset(content_stems(told)) for word, told in _TOLD.items()}
    for verb in _IRREGULAR:
        forms = frozenset(map(stem, verb.split()))
        table |= {form: table.get(form, frozenset()) | forms for form in forms}
    return table


def telling_stems(word: str) -> frozenset[str]:
    """Return the stems by which a sentence may tell a question's word, given as a stem; its own is one of them."""
    return _table().get(word, frozenset()) | {word}


def told_words(words: Iterable[str], sentence: str, around: str) -> frozenset[str]:
    """Return those of a question's stems that a sentence tells in any words, by itself or with what stands around it.

    A number counts only in the sentence itself: in another, it belongs to another value.
    """
    own = frozenset(content_stems(sentence))
    stems = own | frozenset(word for word in content_stems(around) if not word[0].isdigit())
    return frozenset(word for word in words if telling_stems(word) & stems or _told_by_form(word, sentence))


def _told_by_form(word: str, sentence: str) -> bool:
    """Say whether the sentence tells a word by its form: a life's dates, or an adjective of a nation."""
    if word in {stem("die"), stem("born")}:
        return _LIFE.search(sentence) is not None
    return word == stem("nationality") and _DEMONYM.search(sentence) is not None

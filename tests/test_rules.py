import random
import re
import re._parser as parser
from dataclasses import replace

import pytest

from classifier.checks import CHECK_RULES
from classifier.context import observe
from classifier.errors import RulesError
from classifier.lexicon import default_lexicon
from classifier.policy import default_policy
from classifier.replies import Reply
from classifier.rules import (
    SIGNALS,
    RulePack,
    default_pack,
    failures,
    measure_rules,
    parse_rules,
    read_pack,
    shipped_records,
)

PACK = default_pack()
RULE = '[[rule]]\nid = "other.moon"\nground = "other"\nany = ["月"]\npattern = "月(面|へ)"\nunless = "満月"\nhits = ["月面"]\nmisses = ["満月へ"]\n'
DEFINED = """
[define]
body = '(月|星)'
seen = '(?&body)(が|を)(見えた|見た)'
[[rule]]
id = "other.sky"
ground = "other"
any = ["月", "星"]
pattern = '昨日(?&seen)'
unless = '(?&body)見団子'
"""


def written(parsed, random_):
    """Return a string that a parsed pattern matches, but for what it asks of the text around."""
    text = ""
    for op, value in parsed:
        match str(op):
            case "LITERAL":
                text += chr(value)
            case "ANY" | "NOT_LITERAL":
                text += random_.choice("あ・x")
            case "IN":
                some = [v for v in value if str(v[0]) in ("LITERAL", "RANGE")] if str(value[0][0]) != "NEGATE" else []
                kind, v = random_.choice(some) if some else ("LITERAL", ord("7" if "DIGIT" in str(value) else "ヶ"))
                text += chr(random_.randint(*v) if str(kind) == "RANGE" else v)
            case "BRANCH":
                text += written(random_.choice(value[1]), random_)
            case "SUBPATTERN":
                text += written(value[-1], random_)
            case "MAX_REPEAT" | "MIN_REPEAT":
                least, most, inner = value
                text += "".join(written(inner, random_) for _ in range(random_.randint(least, min(int(most), least + 2))))
    return text


def run(*texts, pack=PACK, **more):
    return pack(observe([Reply(str(i), t, **more) for i, t in enumerate(texts)]))


def ids(finding):
    return [h.rule for h in finding.hits]


@pytest.mark.parametrize("rule", PACK.rules, ids=lambda r: r.id)
def test_every_rule_hits_its_hits_and_leaves_its_misses_alone(rule):
    assert rule.hits and rule.misses
    for text, finding in zip(rule.hits, run(*rule.hits, parent_text="国勢調査の回答期限は10月8日です。"), strict=True):
        assert rule.id in ids(finding), text
    for text, finding in zip(rule.misses, run(*rule.misses), strict=True):
        assert rule.id not in ids(finding), text


def test_what_needs_the_parent_is_not_judged_without_it():
    (rule,) = [r for r in PACK.rules if r.id == "off_topic.recipe"]
    assert ids(run(rule.hits[0], parent_text="国勢調査のお知らせ")[0]) == ["off_topic.recipe"]
    assert ids(run(rule.hits[0])[0]) == []


def test_no_first_look_keeps_a_rule_from_a_text_that_it_matches():
    made, missed = 0, []
    for rule in PACK.rules:
        random_, parsed = random.Random(rule.id), parser.parse(rule.pattern.pattern, rule.pattern.flags)
        texts = [t for t in (written(parsed, random_) for _ in range(200)) if rule.pattern.search(t)]
        made += len(texts)
        missed += [(rule.id, t) for t in (*texts, *rule.hits) if not all(any(a in t for a in look) for look in rule.looks) and rule.pattern.search(t)]
    assert missed == []
    assert made > 100 * len(PACK.rules)


def test_a_set_of_first_characters_before_a_pattern_keeps_no_text_from_it():
    opened = [r for r in PACK.rules if r.pattern.pattern.startswith("(?=[")]
    assert opened
    for rule in opened:
        bare = re.compile(rule.pattern.pattern.partition("])")[2])
        random_, parsed = random.Random(rule.id), parser.parse(bare.pattern)
        texts = [t for t in (written(parsed, random_) for _ in range(2000)) if bare.search(t)]
        assert len(texts) > 500
        assert [t for t in texts if not rule.pattern.search(t)] == [], rule.id


def test_failures_finds_nothing_wrong_with_the_pack():
    assert failures(PACK) == []


def test_failures_names_rule_and_text():
    (rule,) = parse_rules(RULE, "r")
    broken = replace(rule, hits=("月面", "火星"), misses=("満月へ", "月へ行く"))
    assert failures(RulePack((broken,), ())) == [
        "other.moon: does not hit «火星», which its hits name (or no literal of 'any', or of 'also', stands in it).",
        "other.moon: hits «月へ行く», which its misses name.",
    ]
    unreachable = replace(rule, looks=(rule.looks[0], ("月へ",)))
    assert failures(RulePack((unreachable,), ())) == ["other.moon: does not hit «月面», which its hits name (or no literal of 'any', or of 'also', stands in it)."]


def test_a_rule_with_a_second_look_is_tried_where_both_find_something():
    also = RULE.replace('any = ["月"]', 'any = ["月"]\nalso = ["面", "へ行"]')
    (rule,) = parse_rules(also, "r")
    assert rule.looks == (("月",), ("面", "へ行"))
    pack = RulePack((rule,), ())
    assert [bool(pack.scan(text)) for text in ("月面", "月へ行く", "月へ", "面")] == [True, True, False, False]
    assert failures(pack) == []


@pytest.mark.parametrize("wrong", [pytest.param(RULE.replace('any = ["月"]', 'any = ["月"]\nalso = []'), id="empty"), pytest.param(RULE.replace('pattern = "月(面|へ)"', 'also = ["面"]'), id="no-pattern")])
def test_a_second_look_needs_literals_and_a_pattern(wrong):
    with pytest.raises(RulesError, match=r"rule other\.moon: 'also' needs literals and a 'pattern'"):
        parse_rules(wrong, "r")


def test_ids_of_rules_stand_once_and_begin_with_their_ground_or_signal():
    known = {*default_policy().ids, *SIGNALS}
    every = [*(r.id for r in PACK.rules), *CHECK_RULES]
    assert len(set(every)) == len(every)
    for r in PACK.rules:
        assert r.id.partition(".")[0] in known
        assert r.id.partition(".")[0] == (r.ground or r.signal)
    assert {r.id: r.signal for r in PACK.rules if r.signal} == dict(PACK.signals)
    assert {r.ground for r in PACK.rules} == {"", *default_policy().ids}


def test_no_rule_looks_for_word_edges_that_japanese_lacks():
    assert [r.id for r in PACK.rules for p in (r.pattern, r.unless) if p and any(e in p.pattern for e in (r"\b", r"\B", r"\W"))] == []


SAMPLES = (*(t for r in PACK.rules for t in (*r.hits[:1], *r.misses[:1])), "", "電波が弱い", "090-1234-5678 です")


def test_the_order_of_rules_does_not_matter():
    shuffled = list(PACK.rules)
    random.Random(1).shuffle(shuffled)
    assert run(*SAMPLES, pack=RulePack(tuple(shuffled), default_lexicon())) == run(*SAMPLES)


def test_the_order_of_replies_and_their_company_do_not_matter():
    together = run(*SAMPLES)
    assert run(*SAMPLES[::-1])[::-1] == together
    assert [run(t)[0] for t in SAMPLES[:40]] == together[:40]
    assert run() == []


@pytest.mark.parametrize(
    ("more", "unable"),
    [
        pytest.param({}, ("look_alike_author", "changed_post"), id="nothing-known"),
        pytest.param({"author_name": "花子"}, ("changed_post",), id="author"),
        pytest.param({"parent_text": "お知らせです"}, ("look_alike_author",), id="parent"),
        pytest.param({"parent_text": "お知らせです", "author_handle": "hanako"}, (), id="both"),
    ],
)
def test_a_check_that_cannot_run_is_named(more, unable):
    (finding,) = run("電波が弱い", **more)
    assert finding.unable == unable
    assert finding.hits == ()


def test_hits_stand_in_order_of_place_and_once():
    long = RulePack(parse_rules(RULE + RULE.replace("other.moon", "other.way").replace("月(面|へ)", "さあ月へ行く"), "r"), ())
    assert [(h.rule, h.start, h.end) for h in run("さあ月へ行く", pack=long)[0].hits] == [("other.way", 0, 6), ("other.moon", 2, 4)]
    pack = RulePack(parse_rules(RULE + RULE.replace("other.moon", "other.also"), "r"), ())
    (finding,) = run("さあ月へ、月面へ", pack=pack)
    assert [(h.rule, h.start, h.end) for h in finding.hits] == [("other.also", 2, 4), ("other.moon", 2, 4)]


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        pytest.param("月面", True, id="hit"),
        pytest.param("火星", False, id="none"),
        pytest.param("満月の夜に月へ行く", False, id="taken-back-before"),
        pytest.param("月へ行く、満月だから", False, id="taken-back-after"),
        pytest.param("満月" + "の" * 20 + "月へ行く", True, id="too-far-before"),
        pytest.param("月へ" + "の" * 20 + "満月", True, id="too-far-after"),
        pytest.param("満月の月へ、" + "の" * 20 + "月面", True, id="a-second-one-stands"),
    ],
)
def test_what_stands_near_takes_a_hit_back(text, hit):
    pack = RulePack(parse_rules(RULE, "r"), ())
    assert bool(pack.scan(text)) is hit


def test_a_word_written_downwards_is_found():
    pack = RulePack(parse_rules(RULE, "r"), ())
    (finding,) = run("月見だね\n面白いね\nそうだね", pack=pack)
    assert [(h.rule, h.start, h.end) for h in finding.hits] == [("other.moon", 0, 14)]


def test_a_disguised_word_is_found_in_its_raw_place():
    raw = "@MIC_ICT 闇 バ イ ト 募集中、即日で払います"
    (o,) = observe([Reply("1", raw)])
    hit = next(h for h in PACK([o])[0].hits if h.rule == "illegal.dark_job")
    start, end = o.normalized.span(hit.start, hit.end)
    assert raw[start:end] == "闇 バ イ ト 募集"


@pytest.mark.parametrize(
    ("pack", "old", "new", "message"),
    [
        pytest.param(RULE, 'ground = "other"', 'ground = "moon"', r"rule other\.moon: it needs a ground or a signal out of illegal.*threat", id="ground"),
        pytest.param(RULE, 'ground = "other"', 'signal = "moon"', r"rule other\.moon: it needs a ground or a signal", id="signal"),
        pytest.param(RULE, 'ground = "other"\n', "", r"rule other\.moon: it needs a ground or a signal", id="neither"),
        pytest.param(RULE, 'any = ["月"]\n', "", r"rule other\.moon: .*a list 'any' of literals", id="no-first-look"),
        pytest.param(RULE, "月(面|へ)", "月(面", r"rule other\.moon: not a valid regular expression", id="pattern"),
        pytest.param(RULE, 'unless = "満月"', 'unless = "["', r"rule other\.moon: not a valid regular expression", id="unless"),
        pytest.param(RULE, "unless", "unles", r"rule other\.moon: unknown setting 'unles'\. Known: .*unless", id="unknown-key"),
        pytest.param(RULE, "[[rule]]\n", RULE + "[[rule]]\n", r"the rule id 'other\.moon' stands twice", id="twice"),
        pytest.param(RULE, "[[rule]]", "[[rule", r"not valid TOML", id="syntax"),
        pytest.param(DEFINED, "昨日(?&seen)", "昨日(?&sen)", r"rule other\.sky: \(\?&sen\) is not in \[define\].*Known: body, seen", id="unknown"),
        pytest.param(DEFINED, "body = ", "later = ", r"rule \[define\] seen: \(\?&body\) is not in \[define\]", id="unknown-in-a-definition"),
        pytest.param(DEFINED, "'(月|星)'", "'(月|星'", r"rule \[define\] body: not a valid regular expression", id="definition"),
        pytest.param(DEFINED, "昨日(?&seen)", "(昨日)(?&seen)\\1", r"rule other\.sky: .*cannot refer back", id="back-reference"),
        pytest.param(DEFINED, "'(月|星)'", "5", r"\[define\] holds names and texts alone", id="number"),
        pytest.param(DEFINED, "[define]", "[[define]]", r"\[define\] holds names and texts alone", id="no-table"),
    ],
)
def test_a_wrong_pack_is_refused_with_file_and_rule(tmp_path, pack, old, new, message):
    assert old in pack
    path = tmp_path / "mine.toml"
    path.write_text(pack.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RulesError, match=rf"mine\.toml.*{message}"):
        read_pack(path)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(RULE.replace("[[rule]]", "[rule]"), id="one-table"),
        pytest.param("rule = 5", id="no-table"),
        pytest.param(RULE.replace("[[rule]]", "[[rules]]"), id="misspelled-table"),
        pytest.param(RULE.replace('"月(面|へ)"', "5"), id="pattern-is-a-number"),
        pytest.param(RULE.replace('any = ["月"]', 'any = "月面"'), id="any-is-a-text"),
        pytest.param(RULE.replace('hits = ["月面"]', 'hits = "月面"'), id="hits-is-a-text"),
        pytest.param(RULE.replace('id = "other.moon"\n', ""), id="no-id"),
        pytest.param(RULE.replace('any = ["月"]', 'any = [""]'), id="empty-first-look"),
    ],
)
def test_a_pack_of_other_kinds_of_values_is_refused(text):
    with pytest.raises(RulesError, match="mine"):
        parse_rules(text, "mine.toml")


def test_a_pattern_may_name_what_is_defined_before_it():
    (rule,) = parse_rules(DEFINED, "mine.toml")
    assert rule.find("昨日星が見えた").end == 7
    assert rule.find("昨日月を見た。月見団子") is None
    assert rule.find("昨日虹を見た") is None


def test_what_is_defined_stands_in_a_pattern_as_a_group():
    (rule,) = parse_rules(DEFINED.replace("'(月|星)'", "'月|星'"), "mine.toml")
    assert rule.find("昨日月曜だった") is None
    assert rule.find("昨日星が見えた").end == 7


def test_read_pack_reads_a_file_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(RULE, encoding="utf-8-sig")
    pack = read_pack(path)
    assert [r.id for r in pack.rules] == ["other.moon"]
    assert pack.lexicon == default_lexicon()


@pytest.mark.parametrize("content", [pytest.param(None, id="missing"), pytest.param(RULE.encode("cp932"), id="not-utf-8")])
def test_read_pack_names_a_file_that_cannot_be_read(tmp_path, content):
    path = tmp_path / "mine.toml"
    if content:
        path.write_bytes(content)
    with pytest.raises(RulesError, match=r"mine\.toml: the rule pack cannot be read"):
        read_pack(path)


def test_without_a_pattern_the_first_looks_are_the_rule():
    (rule,) = parse_rules('[[rule]]\nid = "other.x"\nground = "other"\nany = ["a.c", "月"]\n', "r")
    assert (rule.find("abc"), rule.find("a.c").end, rule.find("月").end) == (None, 3, 1)


def test_shipped_records_count_right_hits_of_known_rules():
    known = {*(r.id for r in PACK.rules), *CHECK_RULES}
    for rule, (hits, right) in shipped_records().items():
        assert rule in known
        assert 0 <= right <= hits and hits > 0


def test_measure_rules_counts_hits_and_right_ones():
    pack = RulePack(parse_rules(RULE + '[[rule]]\nid = "crisis.x"\nsignal = "crisis"\nany = ["星"]\n[[rule]]\nid = "inquiry.x"\nsignal = "inquiry"\nany = ["星"]\n', "r"), ())
    labeled = [
        (Reply("1", "月へ"), frozenset({"other", "privacy"}), False),
        (Reply("2", "月面"), frozenset({"privacy"}), False),
        (Reply("3", "星"), frozenset(), True),
        (Reply("4", "星"), frozenset(), False),
        (Reply("5", "電波"), frozenset({"other"}), False),
    ]
    assert measure_rules(pack, labeled) == {"crisis.x": (2, 1), "other.moon": (2, 1)}
    assert measure_rules(pack, labeled[::-1]) == measure_rules(pack, labeled)

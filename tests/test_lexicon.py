import csv
import io
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.errors import RulesError
from classifier.lexicon import KINDS, Entry, Matcher, default_lexicon, parse_lexicon

TEXT = resources.files("classifier").joinpath("lexicon.csv").read_text(encoding="utf-8")
HEADER = "word,kind,strength,target,reading,harmless\n"


def found(entries, text):
    return [(f.entry.word, f.start, f.end) for f in Matcher(entries)(text)[0]]


@pytest.fixture(scope="module")
def matcher():
    return Matcher(default_lexicon())


def test_every_line_of_the_lexicon_is_an_entry():
    rows = list(csv.reader(io.StringIO(TEXT)))
    assert rows[0] == HEADER.strip().split(",")
    assert {len(row) for row in rows} == {6}
    entries = default_lexicon()
    assert len(entries) == len(rows) - 1
    assert [e.word for e in entries] == [row[0] for row in rows[1:]]
    assert {e.kind for e in entries} == set(KINDS)
    assert {e.strength for e in entries} == {1, 2, 3}


def test_no_word_of_the_lexicon_stands_twice():
    words = [e.word for e in default_lexicon()]
    assert sorted({w for w in words if words.count(w) > 1} if len(words) != len(set(words)) else ()) == []


def test_every_harmless_string_hides_its_word(matcher):
    shown = [(e.word, longer) for e in default_lexicon() for longer in e.harmless if e.word in {f.entry.word for f in matcher(longer)[0]}]
    assert shown == []


def test_every_word_is_found_in_itself(matcher):
    assert [e.word for e in default_lexicon() if not matcher(e.word)[0]] == []


@pytest.mark.parametrize(
    ("row", "line"),
    [
        pytest.param("バカ,nonsense,1,,,", 3, id="kind"),
        pytest.param("バカ,abuse,4,,,", 3, id="strength"),
        pytest.param("バカ,abuse,,,,", 3, id="no-strength"),
        pytest.param(",abuse,1,,,", 3, id="no-word"),
        pytest.param("バカ", 3, id="short-row"),
    ],
)
def test_parse_lexicon_names_the_line(row, line):
    with pytest.raises(RulesError, match=rf"words\.csv, line {line}: it needs a word, a kind out of abuse.*strength of 1, 2 or 3"):
        parse_lexicon(HEADER + "アホ,abuse,1,,,\n" + row + "\n", "words.csv")


def test_parse_lexicon_reads_every_column():
    assert parse_lexicon(HEADER + "バカ,abuse,2,person,ばか,バカンス|バカ売れ\n", "w") == (Entry("バカ", "abuse", 2, ("バカンス", "バカ売れ")),)
    assert parse_lexicon(HEADER, "w") == ()


FOOL = Entry("バカ", "abuse", 1, ("バカンス",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("バカだ", [("バカ", 0, 2)], id="once"),
        pytest.param("バカとバカ", [("バカ", 0, 2), ("バカ", 3, 5)], id="twice"),
        pytest.param("バカンスに行く", [], id="harmless"),
        pytest.param("バカがバカンス", [("バカ", 0, 2)], id="beside-a-harmless-one"),
        pytest.param("クソバカだ", [("クソバカ", 0, 4)], id="the-longer-one"),
        pytest.param("ばか", [], id="a-short-word-in-the-other-kana"),
        pytest.param("くそばかめ", [("クソバカ", 0, 4)], id="a-long-word-in-the-other-kana"),
    ],
)
def test_matcher_finds_words_in_their_places(text, expected):
    assert found([FOOL, Entry("クソバカ", "abuse", 2)], text) == expected


def test_matcher_keeps_the_stronger_of_two_entries_for_a_spelling():
    weak, strong = Entry("きもい", "abuse", 1), Entry("キモイ", "looks", 3)
    for entries in ([weak, strong], [strong, weak]):
        assert [f.entry for f in Matcher(entries)("きもい")[0]] == [strong]


def test_matcher_gives_each_rule_to_try_once_and_in_order():
    matcher = Matcher([FOOL], [[["バイト"]], [["バカ"]], [["闇", "闇バイト"]], [["無縁"]]])
    words, rules = matcher("闇バイトで闇バイト、バカ")
    assert rules == [0, 1, 2]
    assert [(f.start, f.end) for f in words] == [(10, 12)]


@given(
    st.lists(st.lists(st.sets(st.text(alphabet="あい", min_size=1, max_size=3), min_size=1, max_size=3), min_size=1, max_size=3), max_size=4),
    st.lists(st.text(alphabet="あいう", max_size=8), max_size=4),
)
def test_a_rule_is_tried_where_each_of_its_looks_finds_something(looks, texts):
    assert [rules for _, rules in Matcher([FOOL], looks).search(texts)] == [[k for k, sets in enumerate(looks) if all(any(word in text for word in literals) for literals in sets)] for text in texts]


@given(st.text(alphabet="バカンスクソアホ だ", max_size=30))
def test_matcher_gives_spans_that_spell_the_word(text):
    for word, start, end in found([FOOL, Entry("クソ", "abuse", 1), Entry("アホ", "abuse", 1, ("アホカ",))], text):
        assert text[start:end] == word
        assert "バカンス" not in text[start : start + 4]
        assert "アホカ" not in text[start : start + 3]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("mitochondria", [], id="inside-a-word"),
        pytest.param("you retarded clown", ["retard"], id="a-longer-word-opens-others"),
        pytest.param("japan", [], id="a-short-word-is-whole"),
        pytest.param("お前jap乙", ["jap"], id="beside-japanese"),
        pytest.param("сукаб, сука", ["сука"], id="cyrillic"),
        pytest.param("japs, wwwjapwww", ["jap", "jap"], id="plural-and-laughter"),
        pytest.param("xline垢買取", ["垢買取"], id="part-of-a-word-hides-nothing"),
        pytest.param("line垢買取", ["line垢買取"], id="whole"),
    ],
)
def test_words_of_alphabets_open_where_words_open(text, shown):
    entries = [Entry(w, "abuse", 2) for w in ("chon", "retard", "jap", "сука", "line垢買取", "垢買取")]
    assert [word for word, *_ in found(entries, text)] == shown


@pytest.mark.parametrize(("text", "shown"), [pytest.param("mitoch○ndria", [], id="inside"), pytest.param("r○tarded", ["retard"], id="opens")])
def test_masked_words_of_alphabets_open_where_words_open(text, shown):
    entries = [Entry(w, "abuse", 2) for w in ("chon", "retard")]
    assert [f.entry.word for f in Matcher(entries).behind_masks([text])[0]] == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("k○ll yourself", ["kill yourself"], id="phrase"),
        pytest.param("生まれてきたのが間○い", ["生まれてきたのが間違い"], id="japanese-phrase"),
        pytest.param("k○ll yo○rself", [], id="phrase-masked-twice"),
        pytest.param("キ○ガ○", ["キチガイ"], id="word-masked-twice"),
    ],
)
def test_words_and_phrases_are_found_behind_masks(text, shown):
    entries = [Entry(w, "abuse", 3) for w in ("kill yourself", "生まれてきたのが間違い", "キチガイ")]
    assert [f.entry.word for f in Matcher(entries).behind_masks([text])[0]] == shown


@pytest.mark.parametrize("strengths", [(2, 3), (3, 2)])
def test_of_words_that_look_alike_behind_a_mask_the_strongest_is_found(strengths):
    entries = [Entry(word, "abuse", strength) for word, strength in zip(("クソジジー", "クソジジイ"), strengths, strict=True)]
    (found,) = Matcher(entries).behind_masks(["お前クソジジ○だ"])[0]
    assert found.entry.strength == 3

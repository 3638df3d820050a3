import pickle
from itertools import pairwise

import fugashi
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import vstack

from classifier.ngrams import COLUMNS, LONGEST, located, ngrams, word_ngrams
from classifier.normalize import normalize
from classifier.reading import mask
from classifier.tokenizer import Tokenizer

ANY = settings(deadline=None)
TEXTS = st.text(st.one_of(st.sampled_from("電波が弱いでん0123456789abc@.〈〉 \n"), st.characters(exclude_categories=["Cs", "Cc"])), max_size=12)
WORDS = st.lists(st.text(st.sampled_from("電波弱い12ab"), min_size=1, max_size=4), max_size=5)


def same(a, b):
    return (a != b).nnz == 0


@ANY
@given(st.lists(TEXTS, max_size=5))
def test_ngrams_of_a_batch_are_those_of_each_text_alone(batch):
    together = ngrams(batch)
    assert together.shape == (len(batch), COLUMNS)
    assert together.dtype == np.float32
    for i, text in enumerate(batch):
        alone = ngrams([text])
        assert same(together[i], alone)
        assert together.indptr[i + 1] - together.indptr[i] == len(alone.indices)


def test_a_large_batch_which_is_looked_at_in_stretches_has_the_rows_of_each_text_alone():
    texts = ["", "電波" * 9000, *(f"{k}番の窓口で {'待' * (k % 40)} 待たされた" for k in range(2500)), "電波" * 40000, "電波"]
    together = ngrams(texts)
    assert together.nnz > 200_000
    assert same(together, vstack([ngrams([text]) for text in texts]))


@ANY
@given(st.lists(st.one_of(TEXTS, st.text("あい", max_size=60)), max_size=5))
def test_each_ngram_counts_once_in_a_text_however_often_it_stands_there(batch):
    rows = ngrams(batch)
    columns = [rows.indices[a:b].copy() for a, b in pairwise(rows.indptr)]
    rows.sum_duplicates()
    for i, of_text in enumerate(columns):
        distinct = len(set(of_text.tolist()))
        assert rows[i].data == pytest.approx(np.full(distinct, (max(distinct, 1) / 100) ** -0.4 / 10))


@ANY
@given(st.lists(WORDS, max_size=5))
def test_word_ngrams_of_a_batch_are_those_of_each_text_alone(batch):
    together = word_ngrams(batch)
    assert together.shape == (len(batch), COLUMNS)
    assert together.dtype == np.float32
    for i, words in enumerate(batch):
        assert same(together[i], word_ngrams([words]))
        n = len(words)
        assert together.indptr[i + 1] - together.indptr[i] == n + max(n - 1, 0) + max(n - 2, 0)


def test_lemmas_are_dictionary_forms():
    tokenizer = Tokenizer()
    assert tokenizer.lemmas(["早く死ねばスマホ直せよ", "", "エアコン zoom -"]) == [["早い", "死ぬ", "ば", "スマホ", "直す"], [], ["エアコン", "zoom", "-"]]
    texts = ["電波が弱くて困っています。", "アルミの缶、3つ（笑）", "ｗｗｗ草", "しね　死ね シネ"]
    with_nodes = [[(w.feature.lemma or w.surface).partition("-")[0] for w in fugashi.Tagger()(t)] for t in texts]
    assert tokenizer.lemmas(texts) == with_nodes


def test_word_ngrams_are_words_and_pairs_side_by_side_and_with_one_between():
    def columns(*words):
        return set(word_ngrams([words]).indices.tolist())

    assert len(columns("電波", "が", "弱い") & columns("電波", "は", "弱い")) == 3  # both words, and the pair with one between
    assert len(columns("電波", "が") & columns("が", "電波")) == 2  # the words, not the pair
    assert columns("12", "月") == columns("34", "月")


@ANY
@given(st.lists(TEXTS, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_texts_does_not_matter(batch, random):
    order = list(range(len(batch)))
    random.shuffle(order)
    assert same(ngrams([batch[i] for i in order]), ngrams(batch)[order])


@ANY
@given(TEXTS.filter(lambda t: t and "@" not in t))
def test_located_agrees_with_ngrams(text):
    columns, starts, ends = located(text)
    assert np.array_equal(columns, ngrams([text]).indices)
    assert len(starts) == len(ends) == len(columns)
    assert starts.min() == 0 and ends.max() == len(text)
    assert ((starts < ends) & (ends - starts <= LONGEST)).all()


def test_located_gives_one_column_to_one_stretch_wherever_it_stands():
    text = "電波の電波は"
    columns, starts, ends = located(text)
    inner = {}
    for column, start, end in zip(columns.tolist(), starts.tolist(), ends.tolist(), strict=True):
        if start > 0 and end < len(text):
            inner.setdefault(text[start:end], set()).add(column)
    assert len(inner["波"]) == 1
    assert len({min(c) for c in inner.values()}) == len(inner)
    single = columns[: len(text)].tolist()
    assert single[0] == single[3] and single[1] == single[4] and single[0] != single[1]


@pytest.mark.parametrize("text", ["", "taro@example.com", "連絡は taro@example.com へ"])
def test_located_is_empty_where_places_would_not_fit(text):
    assert [len(a) for a in located(text)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("", 0, id="empty"),
        pytest.param("a", 1 + 2 + 1, id="one-character"),
        pytest.param("ab", 2 + 3 + 2, id="two-characters"),
        pytest.param("abcde", 5 + 6 + 5, id="five-characters"),
    ],
)
def test_ngrams_are_of_one_to_three_characters_with_edges(text, count):
    assert len(ngrams([text]).indices) == count


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        pytest.param("期限は3月31日", "期限は4月30日", True, id="digits"),
        pytest.param("90円", "900円", False, id="more-digits"),
        pytest.param("連絡は taro@example.com へ", "連絡は h.a-n_ako+x@mail.example.co.jp へ", True, id="mail"),
        pytest.param("電波が弱い", "電波が強い", False, id="words"),
        pytest.param("ab", "ba", False, id="order"),
        pytest.param("あ", "あ ", False, id="edge"),
    ],
)
def test_ngrams_tells_texts_apart_but_not_their_digits_and_mail(one, other, alike):
    assert same(ngrams([one]), ngrams([other])) is alike


def test_ngrams_spreads_over_the_columns():
    kanji = [chr(0x4E00 + i) for i in range(5000)]
    used = np.unique(ngrams(kanji).indices)
    assert len(used) / len(kanji) > 3.5
    assert used.min() < COLUMNS // 100 and used.max() > COLUMNS - COLUMNS // 100


def test_mask_hides_mail_alone():
    assert mask("a.b-c@x.example.com と @handle と a@b") == "〈mail〉 と @handle と a@b"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("電波が弱い", ["電波", "が", "弱い"], id="words"),
        pytest.param("", [], id="empty"),
        pytest.param("電波\n弱い", ["電波", "弱い"], id="lines"),
        pytest.param(" 電波  弱い ", ["電波", "弱い"], id="blanks"),
    ],
)
def test_tokenizer_splits_into_surface_words(text, words):
    assert Tokenizer()([text]) == [words]


@ANY
@given(st.lists(TEXTS.map(lambda t: normalize(t).text), max_size=4))
def test_tokenizer_keeps_every_character_and_the_order_of_texts(texts):
    words = Tokenizer()(texts)
    assert ["".join(w) for w in words] == ["".join(t.split()) for t in texts]


def test_tokenizer_goes_to_worker_processes():
    used = Tokenizer()
    used(["電波"])
    assert pickle.loads(pickle.dumps(used))(["電波が弱い"]) == [["電波", "が", "弱い"]]
    assert used.dictionary.startswith("unidic-lite ")

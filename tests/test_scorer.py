"""Replies to results: dress, names, order and company change nothing, vectors come where they are needed, sentences of long replies are judged too."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifier.errors import ModelError
from classifier.features import feature_names
from classifier.model import ANY, load_model, shipped_folder
from classifier.policy import default_policy, parse_policy
from classifier.replies import Reply
from classifier.scorer import Scorer


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer.default(fast=True)


STORY = "昨日は市役所でマイナンバーカードの更新をしました。番号札を取ってから二時間、椅子も足りず母は立ったままでした。{}。次は予約してから行こうと思います。"
BY_ITSELF = "ああいう障害者は家から出さないでほしい"


def test_what_is_said_in_passing_goes_to_a_person() -> None:
    scorer = Scorer.default()
    harmless, aside = scorer([Reply(id="1", text=STORY.format("冷房はよく効いていました")), Reply(id="2", text="@MIC_ICT " + STORY.format(BY_ITSELF))])
    assert harmless.decision.action == "keep"
    assert (aside.decision.action, aside.decision.grounds) == ("review", ("discrimination",))
    assert "家から出さ" in aside.decision.reasons[-1].words


def one_sentence_model(model, cutoff: float, together: float = 2.0):
    """Return a model whose cut-offs let nothing but single sentences through."""
    closed = {"lower": (1.0,) * len(model.grounds), "upper": (None,) * len(model.grounds), "crisis": (2.0, 2.0), "together": together, "sentence": cutoff, "doubtful": 2.0, "doubtful_crisis": (2.0, 2.0)}
    return replace(model, fast_cutoffs=replace(model.fast_cutoffs, **closed), full_cutoffs=replace(model.full_cutoffs, **closed))


@pytest.mark.parametrize("kind", ["reply", "own"])
def test_a_sentence_by_itself_reaches_a_person_with_its_words(kind: str, monkeypatch) -> None:
    monkeypatch.setattr("classifier.scorer.HINTED", 0.0)
    model = load_model(shipped_folder())
    (alone,) = Scorer(model, fast=True)([Reply("1", BY_ITSELF + "。")])
    k = model.grounds.index("discrimination")
    assert alone.scores[k] == max(alone.scores)
    text = "@MIC_ICT " + STORY.format(BY_ITSELF)
    for cutoff, action in ((alone.scores[k] - 1e-6, "review"), (1.1, "keep")):
        (result,) = Scorer(one_sentence_model(model, cutoff), fast=True)([Reply("1", text, kind=kind)])
        if kind == "own" or action == "keep":
            assert (result.decision.action, result.decision.reasons) == ("keep", ())
            continue
        (reason,) = result.decision.reasons
        assert (result.decision.action, result.decision.grounds) == ("review", ("discrimination",))
        assert (reason.source, reason.words, text[reason.start : reason.end]) == ("sentence", BY_ITSELF + "。", BY_ITSELF + "。")
        assert reason.score >= round(cutoff, 4) and result.decision.measures


def test_a_reply_that_hints_at_nothing_as_a_whole_is_not_taken_apart(monkeypatch) -> None:
    scorer = Scorer(one_sentence_model(load_model(shipped_folder()), 0.5), fast=True)
    reply = Reply("1", STORY.format(BY_ITSELF))
    (hinting,) = scorer([reply])
    assert hinting.decision.action == "review"
    monkeypatch.setattr("classifier.scorer.HINTED", hinting.together + 1e-6)
    assert scorer([reply])[0].decision.action == "keep"


def test_what_only_the_whole_shows_is_no_matter_of_a_sentence(monkeypatch) -> None:
    monkeypatch.setattr("classifier.scorer.HINTED", 0.0)
    model = one_sentence_model(load_model(shipped_folder()), 0.5)
    link = "議事録を読み返しましたが、七つ伺って一つもお答えになっていません。不誠実だと思います。まず答えてください。\nhttps://kokkai.example.net/giji/0412"
    assert Scorer(model, fast=True)([Reply("1", link.split("\n")[1])])[0].scores[model.grounds.index("other")] > 0.5
    assert Scorer(model, fast=True)([Reply("1", link)])[0].decision.action == "keep"


def test_the_accounts_own_posts_and_reposts_are_never_proposed(scorer) -> None:
    text = "お前みたいな寄生虫はタヒね"
    results = scorer([Reply(id=k, text=text, kind=k) for k in ("own", "repost", "reply")])
    assert [r.decision.action for r in results] == ["keep", "keep", "suggest"]


@pytest.mark.parametrize("text", ["もう死にたい。限界です", "消えてしまいたい、誰にも言えない"])
@pytest.mark.parametrize("with_model", [True, False], ids=["model", "rules"])
def test_a_writer_in_danger_goes_to_a_person_first(scorer, text: str, with_model: bool) -> None:
    decision = (scorer if with_model else Scorer(None))([Reply(id="1", text=text)])[0].decision
    assert (decision.action, decision.priority) == ("review", 0)
    assert "crisis" in decision.signals
    assert "上席・関係機関へ引継ぎ" in decision.measures


def test_the_order_and_company_of_replies_never_matters(scorer) -> None:
    replies = [Reply(id=str(i), text=t, parent_text=p) for i, (t, p) in enumerate([("5Gは体に悪い", "5Gの説明"), ("ありがとう", None), ("お前は寄生虫だ", None), ("儲かる副業はこちら https://x.example.com", "5G")])]
    together = {r.reply.id: (r.decision, r.scores) for r in scorer(replies)}
    assert {r.reply.id: (r.decision, r.scores) for r in scorer(replies[::-1])} == together
    assert {r.reply.id: (r.decision, r.scores) for x in replies for r in scorer([x])} == together


@pytest.mark.parametrize(
    ("plain", "dressed"),
    [
        ("通信障害が長すぎる、無能か", "@MIC_ICT @someone_else 通信障害が長すぎる、無能か"),
        ("AT&Tより高い<笑>", "AT&amp;Tより高い&lt;笑&gt;"),
        ("現地はこんな感じ", "現地はこんな感じ https://t.co/aB3dE5fG7h"),
        ("現地はこんな感じ", "現地はこんな感じ pic.twitter.com/aB3dE5fG7h"),
        ("見て https://aaa.example.com/x", "見て https://bbb-ccc.example.net/other"),
        ("@taro_yamada さんの言うとおり、あなたは正しい", "@hanako99 さんの言うとおり、あなたは正しい"),
    ],
    ids=["mentions", "entities", "media", "picture", "host", "handle"],
)
def test_dress_changes_no_decision(scorer, plain: str, dressed: str) -> None:
    a, b = (r.decision for r in scorer([Reply(id="1", text=plain), Reply(id="1", text=dressed)]))
    assert (a.action, a.grounds, a.signals, a.priority) == (b.action, b.grounds, b.signals, b.priority)


def test_an_author_name_changes_no_ground_but_impersonation(scorer) -> None:
    texts = ["5Gで感染するらしい", "お前は寄生虫だ", "料金が高い"]
    plain = scorer([Reply(id="1", text=t) for t in texts])
    named = scorer([Reply(id="1", text=t, author_name="総務省 公式サポート", author_handle="soumu_help") for t in texts])
    k = default_policy().ids.index("impersonation")
    for a, b in zip(plain, named, strict=True):
        assert a.scores[:k] + a.scores[k + 1 :] == b.scores[:k] + b.scores[k + 1 :]
        assert b.scores[k] > a.scores[k]


def test_awkward_texts_pass(tmp_path, scorer) -> None:
    texts = ["=1+1", "@SUM(A1)", "\ud800", "あ" * 5000, "\u200b\u200b", "〈url〉", "👨‍👩‍👧", "ﾟ", "a\tb", "‮abc", "᠎", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]
    results = scorer([Reply(id=str(i), text=t) for i, t in enumerate(texts)])
    assert [r.reply.text for r in results] == texts


def test_a_model_of_other_rules_is_refused() -> None:
    model = load_model(shipped_folder())
    with pytest.raises(ModelError, match="other rules"):
        Scorer(type(model)(**{**{f: getattr(model, f) for f in model.__dataclass_fields__}, "rules": ("x",)}))


def test_vectors_are_computed_only_for_doubtful_replies() -> None:
    scorer = Scorer.default()
    assert not scorer([Reply(id="1", text="電波が弱いです")])[0].full
    borderline = ["その件、担当の奴らは人として終わってる", "あいつらの国の人はみんなこうだ", "5Gの電磁波で頭痛が治らないのは隠されている", "うちの店の光回線なら安くできますよ", "夜道で会ったらどうなるかな"]
    assert any(r.full for r in scorer([Reply(id=str(i), text=t) for i, t in enumerate(borderline)]))


@pytest.mark.parametrize("fast", [True, False])
def test_odd_spelling_alone_never_puts_a_reply_forward(fast) -> None:
    model = load_model(shipped_folder())
    names, k = feature_names(model.rules), model.heads.index("defamation")
    odd = [i for i, name in enumerate(names) if name.startswith("spelling:")]

    def suspicious(stage):
        weights = stage.features.copy()
        weights[np.ix_(odd, [k, model.heads.index(ANY)])] = 60.0  # a model that takes odd spelling for an insult
        return replace(stage, features=weights)

    scorer = Scorer(replace(model, fast=suspicious(model.fast), full=suspicious(model.full)), fast=fast)
    spaced, plain = scorer([Reply(id="1", text="電 波 が 弱 い 日 が 続 い て 困 り ま す"), Reply(id="2", text="電波が弱い日が続いて困ります")])
    assert spaced.scores[k] > 0.99 and spaced.decision.action == "review" and "defamation" in spaced.decision.grounds
    assert spaced.decision.signals == ("odd_spelling",)
    assert (plain.decision.action, plain.decision.signals) == ("keep", ())


def test_kept_replies_are_drawn_for_audit_and_nothing_else_changes() -> None:
    replies = [Reply(id=str(i), text="電波が弱いです") for i in range(2000)] + [Reply(id="x", text="お前みたいな寄生虫はタヒね"), Reply(id="y", text="お知らせ", kind="own")]
    plain, drawn = Scorer.default(fast=True)(replies), Scorer(load_model(shipped_folder()), fast=True, audit=0.05)(replies)
    marked = ["audit" in r.decision.signals for r in drawn]
    assert 60 < sum(marked) < 140
    assert not any(marked[-2:])
    assert [(r.decision.action, r.decision.grounds, r.scores) for r in drawn] == [(r.decision.action, r.decision.grounds, r.scores) for r in plain]


def test_a_policy_with_other_grounds_than_the_models_is_refused() -> None:
    text = Path(default_policy.__module__.replace(".", "/") + ".toml")
    text = (Path(__file__).parents[1] / text).read_text(encoding="utf-8")
    first, second = text.index('id = "illegal"'), text.index('id = "defamation"')
    swapped = text[:first] + 'id = "defamation"' + text[first + len('id = "illegal"') : second] + 'id = "illegal"' + text[second + len('id = "defamation"') :]
    with pytest.raises(ModelError, match="other grounds"):
        Scorer(load_model(shipped_folder()), policy=parse_policy(swapped, "p.toml"))


@pytest.mark.parametrize("text", ["し\nね\n" * 6000, "死ねバカ、お前は無能。" * 2000, "a" * 25000 + " @"], ids=["lines", "insults", "letters"])
def test_very_long_texts_pass(scorer, text: str) -> None:
    assert len(scorer([Reply(id="1", text=text)])) == 1


@pytest.mark.parametrize(
    "text",
    [
        "e-Taxの事前準備セットアップが動きません https://www.e-tax.nta.go.jp/download/jizen_setup.exe",
        "楽天銀行の振込が遅い https://www.rakuten-bank.co.jp/info",
    ],
)
def test_complaints_with_links_are_not_suggested(text: str) -> None:
    assert Scorer.default()([Reply(id="1", text=text)])[0].decision.action != "suggest"


def test_a_scorer_takes_any_number_of_replies(scorer: Scorer) -> None:
    texts = [f"窓口の案内が分かりにくい {i}" for i in range(1100)]
    replies, repeats = [Reply(str(i), t) for i, t in enumerate(texts)], [1 + 3 * (i % 100 == 7) for i in range(1100)]
    results = scorer(replies, repeats)
    assert [r.reply for r in results] == replies
    assert [i for i, r in enumerate(results) if "repeated" in r.decision.signals] == [i for i, n in enumerate(repeats) if n > 1]
    with pytest.raises(ValueError, match="1000 repeats for 1100 replies"):
        scorer(replies, repeats[:1000])
    assert scorer([]) == []


@pytest.mark.parametrize("fast", [True, False])
def test_a_reply_looked_at_closely_is_decided_as_in_a_batch(fast: bool) -> None:
    scorer = Scorer.default(fast=fast)
    model = load_model(shipped_folder())
    for text in ["電波が弱いです", "夜道で会ったらどうなるかな", "お前みたいな寄生虫はタヒね"]:
        found = scorer.inspect(Reply("1", text))
        assert [found.result] == scorer([Reply("1", text)])
        assert found.cutoffs == (model.full_cutoffs if found.result.full else model.fast_cutoffs)
        assert len(found.forward) == len(scorer.policy.ids)


def test_without_a_model_nothing_is_held_against_cut_offs() -> None:
    scorer = Scorer(None)
    found = scorer.inspect(Reply("1", "お前みたいな寄生虫はタヒね"))
    assert (found.result, found.cutoffs, found.forward) == (scorer([Reply("1", "お前みたいな寄生虫はタヒね")])[0], None, ())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (Reply(id="1", text="電波が弱い"), r"pass \[reply\] for one"),
        ([Reply(id=1, text="電波が弱い")], r"both as str, not Reply\(id=int, text=str\)"),
        ([Reply(id="1", text="電波が弱い"), Reply(id="2", text=None)], r"not Reply\(id=str, text=NoneType\)"),
        (["電波が弱い"], "not str"),
    ],
    ids=["one", "id", "text", "string"],
)
def test_what_is_no_list_of_replies_is_a_type_error_that_says_what_to_pass(given, told):
    with pytest.raises(TypeError, match=told):
        Scorer(None)(given)

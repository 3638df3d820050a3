"""The Japanese words of a report: names of what is counted, how figures are written, and what they mean in sentences."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from classifier.assessment import FEW_ROWS, Assessment, Mistake, Provenance, Slice
from classifier.evaluate import Ratio
from classifier.suites import GATE
from classifier.wording import ACTIONS

NONE = "－"
"""What stands for an undefined value."""

SUITES = {
    "criticism": ("批判・苦情", "政策・省・大臣への批判、苦情、皮肉、辞任の要求。措置候補は一件もあってはならない。"),
    "identity": ("属性語を含む無害な文", "国籍・障害・性別などの語をふつうに使った文。措置候補は一件もあってはならない。"),
    "innocent": ("伏せ字に似た無害な文", "隠語・伏せ字のように見えるが無害な文。措置候補は一件もあってはならない。"),
    "hard_negatives": ("紛らわしい無害な文", "被害の相談や通報、引用など、違反の語を含むが違反ではない文。"),
    "pairs": ("一か所だけ違う文の対", "言い方がわずかに違う、違反の文とそうでない文の対。"),
    "disguises": ("伏せ字・隠語による違反", "当て字や記号で隠した違反の文と、隠していない同じ文。"),
    "disguises_fresh": ("初見の伏せ字・隠語", "ルールや学習用の文の書き手が一度も見ていない、隠した違反の文と、隠していない同じ文。"),
    "distress": ("書き手の危機", "書き手の身に危険がうかがえる文。すべて人に届かなければならない。"),
    "distress_fresh": ("初見の書き手の危機", "ルールや学習用の文の書き手が一度も見ていない、書き手の身に危険がうかがえる文。"),
    "distress_fresh_2": ("初見の書き手の危機（その2）", "同じく、ルールや学習用の文の書き手が一度も見ていない文。"),
    "distress_fresh_3": ("初見の書き手の危機（その3）", "書き手の身に危険がうかがえる文（三分の一は外国語）と、同じ言葉を使う無害な文。ルールや学習用の文の書き手は一度も見ていない。"),
    "distress_fresh_4": ("初見の書き手の危機（その4）", "急病・事故・暴力・閉じ込めなども含め、書き手の危機をはっきり言う文と、同じ言葉を使う無害な文。ルールや学習用の文の書き手は一度も見ていない。"),
    "distress_fresh_5": ("初見の書き手の危機（その5）", "投稿の話題に答えながら、一言で書き手の危機がうかがえる文（半分はかなり率直に言う）と、同じ言葉を使う無害な文。ルールや学習用の文の書き手は一度も見ていない。"),
    "distress_fresh_6": ("初見の書き手の危機（その6）", "率直な言い方からほとんど見えないものまで、書き手の危機をうかがわせる文（四分の一は元の投稿なし）と、同じ言葉を使う無害な文。ルールや学習用の文の書き手は一度も見ていない。"),
    "statements_fresh": ("初見の、淡々とした一言", "日記のような短く平らな文。書き手の危機がうかがえるもの、違反、暗く聞こえるだけの無害なもの。ルールや学習用の文の書き手は一度も見ていない。"),
    "gloating_fresh": ("初見の、人の不幸を喜ぶ文", "人の死や不幸を喜び、あざけり、たたえる文と、同じ話題の無害な文。ルールや学習用の文の書き手は一度も見ていない。"),
    "off_topic_fresh": ("初見の、投稿と関係のない話", "投稿と関係のない短い世間話と、投稿にどこかでつながっている無害な文。ルールや学習用の文の書き手は一度も見ていない。"),
    "rumours_fresh": ("初見の、さりげない誤情報", "近所の人のように淡々と語られる誤りと、同じ話題の正しい話・疑問・意見。ルールや学習用の文の書き手は一度も見ていない。"),
    "alterations_fresh": ("初見の、言い換えられた投稿", "投稿を、数字・条件・打ち消しなどを変えて伝える文と、正しい引用・言い換え・意見。ルールや学習用の文の書き手は一度も見ていない。"),
    "alterations_fresh_2": ("初見の、言い換えられた投稿と誤情報（その2）", "具体的な八つの投稿を、数字・日付・条件などを変えて伝える文、さりげない誤情報、正しい言い換え・疑問・意見。ルールや学習用の文の書き手は一度も見ていない。"),
    "suspicions_fresh": ("初見の、疑いと批判", "職員や大臣、企業への疑い・皮肉・怒り（違反ではない）と、罪や不祥事を根拠なく言い切る文。ルールや学習用の文の書き手は一度も見ていない。"),
    "posing_fresh": ("初見の、なりすまし", "役所や企業、ほかの人のふりをする淡々とした文と、同じ口調で自分のことを話す無害な文。ルールや学習用の文の書き手は一度も見ていない。"),
    "plain_fresh": ("初見の、はっきり言う脅しと危機", "飾らずにはっきり言う脅しと、書き手の危機をはっきり言う文、同じ言葉を使う無害な文。ルールや学習用の文の書き手は一度も見ていない。"),
    "plain_fresh_2": ("初見の、はっきり言う違反と危機（その2、四つの言語）", "日本語・英語・中国語・韓国語で、飾らずに言う脅し、違法な売り込み、暴露、差別、書き手の危機と、同じ言葉を使う無害な文。ルールや学習用の文の書き手は一度も見ていない。"),
    "new_writers_fresh": ("初見の、新しい書き手", "十七人の新しい書き手が、モデルの弱いところ（遠回しな危機、含みのある脅し、役所のふり、言い換えた改変、掲示板の口調など）をねらって書いた文と、同じ言葉の無害な文。学習用の文の書き手は一度も見ていない。"),
    "distress_alikes": ("危機に似た無害な文", "別れや疲れ、死の語を含むが、書き手に危険のない文。"),
    "distress_alikes_fresh": ("初見の、危機に似た無害な文", "同じ。ルールや学習用の文の書き手は一度も見ていない。"),
    "threats_fresh": ("初見の脅し・個人情報の暴露", "ルールや学習用の文の書き手が一度も見ていない、脅しや暴露の文と、それに似た無害な文。"),
    "threats_fresh_2": ("初見の脅し・個人情報の暴露（その2）", "同じく、ルールや学習用の文の書き手が一度も見ていない文。ふつうの人が書きそうな言い方のもの。"),
    "languages_fresh": ("初見の外国語", "英語・中国語・韓国語など日本語以外の、違反の文と無害な文。学習用の文の書き手は一度も見ていない。"),
    "slurs_fresh": ("初見の差別語・侮辱", "会話の中にさりげなく出る差別語・侮辱・わいせつの文と、同じ語を使う無害な文。学習用の文の書き手は一度も見ていない。"),
    "slurs_fresh_2": ("初見の差別語・侮辱（その2）", "掲示板や雑談の中に何気なく出る差別語・侮辱・わいせつの語と、同じ語を使う無害な文。ルールや学習用の文の書き手は一度も見ていない。"),
    "mixture_fresh": ("初見のふだんの返信", "実際に届きそうな割合の返信。三分の一が違反。ルールや学習用の文の書き手は一度も見ていない。"),
    "mixture_fresh_2": ("初見のふだんの返信（その2）", "同じく、実際に届きそうな割合の返信。三割が違反で、多くはさりげない。ルールや学習用の文の書き手は一度も見ていない。"),
    "mixture_fresh_3": ("初見のふだんの返信（その3）", "同じく、実際に届きそうな割合の返信。不人気な施策や災害の投稿への怒りも多い。ルールや学習用の文の書き手は一度も見ていない。"),
    "reports_fresh": ("初見の通報・相談", "詐欺の文面や暴言をそのまま写して、通報し、たずね、抗議する文と、同じことを本気で言う文。学習用の文の書き手は一度も見ていない。"),
    "lists_fresh": ("初見の、語を挙げる人", "禁止語の一覧や書き起こしのように、かぎかっこなしで悪い言葉を挙げたり写したりする無害な文と、同じ言葉を人に向ける文。学習用の文の書き手は一度も見ていない。"),
    "scripts_fresh": ("初見の、かなだけ・ローマ字の文", "ひらがなだけ・カタカナだけ・ローマ字だけで書いた、違反の文、書き手の危機がうかがえる文、無害な文。ルールや学習用の文の書き手は一度も見ていない。"),
    "exposures_fresh": ("初見の、他人の個人情報", "質問・お礼・苦情の中に他人の電話番号や住所などを書く文と、窓口の連絡先や伏せた番号、ほかの数字を書く無害な文。学習用の文の書き手は一度も見ていない。"),
    "asides_fresh": ("初見の、ついでに言う違反", "長い話の中の一言、投稿と関係のない雑談、さりげない宣伝と、それに似た無害な文。学習用の文の書き手は一度も見ていない。"),
    "contrasts_fresh": ("初見の対照文", "違反と同じ言葉を使う無害な文と違反の文。三十余りの観点から書かれ、ルールや学習用の文の書き手は一度も見ていない。"),
}

KINDS = {"identity": "属性語", "register": "文体・書き手", "length": "長さ", "language": "言語", "names": "投稿者名"}

VALUES = {
    ("identity", "any"): "属性語のいずれかを含む",
    ("register", "plain"): "ふつうの文",
    ("register", "polite"): "ていねいな文",
    ("register", "board"): "掲示板風",
    ("register", "quarrel"): "けんか腰",
    ("register", "dialect"): "方言",
    ("register", "kansai"): "関西弁",
    ("register", "teen"): "若者ことば",
    ("register", "senior"): "年配の書き手",
    ("register", "engineer"): "技術者",
    ("register", "long"): "長い文",
    ("register", "short"): "短い文",
    ("register", "spam"): "宣伝風",
    ("register", "foreigner"): "日本語を学ぶ書き手",
    ("register", "english"): "英語",
    ("register", "chinese"): "中国語",
    ("register", "korean"): "韓国語",
    ("register", "foreign"): "その他の言語",
    ("register", "chat"): "ライブ配信のチャット",
    ("register", "broken"): "くずれた文",
    ("language", "japanese"): "日本語（かなを含む）",
    ("language", "han"): "漢字だけ（中国語など）",
    ("language", "korean"): "ハングル",
    ("language", "latin"): "ラテン文字（英語など）",
    ("language", "marks"): "記号・数字・絵文字だけ",
    ("names", "as_given"): "投稿者名は元のまま判定",
    ("names", "blanked"): "投稿者名を伏せて判定",
}

MISTAKES = {
    "wrong_suggestion": (
        "誤って措置候補とした返信",
        "問題のない返信なのに措置候補としたもの。最も避けるべき誤りです。モデルの確率が高い順に示し、規則によるものはその後に置きます。",
    ),
    "missed": ("見落とした違反", "違反なのに「該当なし」としたもの。正しい項目についてのモデルの確率が低い順に示します。"),
    "wrong_review": (
        "確認に回した問題のない返信",
        "問題のない返信を人の確認に回したもの。手間は増えますが、人が読んで外せます。モデルの確率が高い順に示し、規則や危機の信号によるものはその後に置きます。",
    ),
}

PARTS = {"test": "試験用に分けた行", "tune": "基準を選ぶための行", "train": "学習用の行", "all": "すべての行"}

TARGETS = {
    "precision": "措置候補の適合率（これ以上）",
    "confidence": "その適合率を保証する信頼度",
    "naming": "項目名の正しさ（これ以上）",
    "misses": "違反のうち見落としてよい割合（これ以下）",
}

LIMITS = (
    (
        "正解について",
        "この報告書の「正解」は、測定に使ったデータに付いているラベルです。ラベルの誤りや付け方の偏りは、そのまま数字に表れます。"
        "製品に付属する返信（replies.csv）と行動スイートはすべて創作で、言語モデルが書き、ラベルも言語モデルが付けました。"
        "実際の返信は含まれず、省の職員はラベルの付与にも確認にも加わっていません。",
    ),
    (
        "件数について",
        "測定した件数が少ないと、数字は偶然に大きく左右されます。「0件」は「起こらない」という意味ではありません。かっこ内の95%信頼区間の広い方の端まで、あり得るものとして読んでください。",
    ),
    (
        "推計について",
        "「推計」とある数字は、測定した割合が実際の返信でも同じで、違反の割合が仮定のとおりであるとした計算です。どちらも確かめられたものではありません。災害や制度改正のときなど、返信の中身が変われば数字も変わります。",
    ),
    (
        "公平性について",
        "群ごとの件数は少なく、印がないことは公平であることの証明になりません。反対に、多くの群を比べているため、偶然に印が付くこともあります。",
    ),
    (
        "してはならない使い方",
        "人が読まずに非表示・ブロック・通報を行うこと。投稿者その人を評価すること。このアカウントへの返信以外の文章に使うこと。"
        "批判・苦情・皮肉・辞任の要求を減らす目的で使うこと。担当部署の実際の決定で測り直さないまま、この数字を運用の実績として公表すること。",
    ),
)

CLOSING = "この報告書は、測定に使ったデータの上での結果です。個々の返信をどう扱うかを決めるのは、担当者です。"


def share(value: float | None) -> str:
    """Return a share as a percentage with one decimal; 0.0% and 100.0% are none and all, never nearly so."""
    if value is None:
        return NONE
    return f"{min(max(100 * value, 0.1), 99.9) if 0 < value < 1 else 100 * value:.1f}%"


def number(value: float | None, digits: int = 1) -> str:
    """Return a number with so many decimals."""
    return NONE if value is None else f"{value:,.{digits}f}"


def interval(ratio: Ratio, whole: int = 100) -> str:
    """Return the 95 % interval of a ratio in per cent, or in replies among another `whole`."""
    if ratio.interval is None:
        return NONE
    low, high = ratio.interval
    return f"{whole * low:.1f}～{whole * high:.1f}{'%' if whole == 100 else '件'}"


def ratio(value: Ratio) -> str:
    """Return a ratio with its counts and interval on one line."""
    return f"{share(value.value)}（{value.part:,}/{value.whole:,}、{interval(value)}）" if value.whole else NONE


def suite_name(name: str) -> str:
    """Return the Japanese name of a behaviour suite; an unknown one keeps its own."""
    return SUITES.get(name, (name, ""))[0]


def slice_name(piece: Slice) -> str:
    """Return the Japanese name of a group of replies: words and registers that are not known keep their own."""
    if piece.kind == "length":
        low, _, high = piece.value.partition("-")
        return f"{low}～{high}字" if high else f"{low}字以上"
    return VALUES.get((piece.kind, piece.value), f"「{piece.value}」" if piece.kind == "identity" else piece.value)


def suite_order(piece: Slice) -> tuple[int, str]:
    """Return the place of a behaviour suite: in the order of SUITES, unknown ones last by name."""
    known = list(SUITES)
    return (known.index(piece.value), "") if piece.value in known else (len(known), piece.value)


def slice_order(piece: Slice) -> tuple[int, int]:
    """Return the place of a group: kinds in the order of KINDS, lengths from short to long, the others as they come."""
    kinds = list(KINDS)
    first = piece.value.partition("-")[0]
    return kinds.index(piece.kind) if piece.kind in kinds else len(kinds), int(
        first
    ) if piece.kind == "length" and first.isdecimal() else 0


_FEW_SUITES = 3  # that a caution names one by one

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Return a text in which control, direction and zero-width characters and half characters can be seen.

    They would hide or turn around what stands beside them. The joiner inside an emoji and tabs and line ends stay.

    >>> visible("左\\u202e右\\x00")
    '左[U+202E]右[U+0000]'
    """
    return _HIDDEN.sub(lambda m: m[0] if m[0] == "\u200d" else f"[U+{ord(m[0]):04X}]", text.replace("\r\n", "\n"))


def md(text: object) -> str:
    """Return a text for a cell of a Markdown table: nothing in it is markup, a link or a line end."""
    plain = re.sub(r"[&<>\\]", lambda m: f"&#{ord(m[0])};", visible(str(text)))
    plain = re.sub(r"([`*_\[\]|~]|:(?=//)|(?<=www)\.|(?<=\w)@(?=\w))", r"\\\1", plain, flags=re.IGNORECASE)
    return plain.replace("\n", " ⏎ ").replace("\t", " ")


@dataclass(frozen=True)
class Line:
    """One headline figure: as measured, and as an estimate for the account."""

    name: str
    measured: str
    estimate: str = NONE


def notices(a: Assessment) -> list[tuple[str, str]]:
    """Return what a reader must know before any figure: pairs of 警告 or 注意 and a sentence."""
    return [("警告", text) for text in _warnings(a)] + [("注意", text) for text in _cautions(a)]


def _warnings(a: Assessment) -> Iterator[str]:
    """Yield what makes the figures, or the model, unfit for use."""
    n = a.figures.replies
    if seen := a.provenance.seen:
        yield f"測定した返信{n:,}件のうち少なくとも{seen:,}件は、このモデルの学習にも使われています。数字は実力より良く見えています。"
    if n < FEW_ROWS:
        yield f"測定した返信が{n:,}件しかありません（目安は{FEW_ROWS}件以上）。どの数字も偶然に大きく左右されます。"
    for s in sorted(a.suites, key=suite_order):
        if s.value in GATE and (wrong := s.harmless_suggested).part:
            told = f"行動スイート「{suite_name(s.value)}」の{wrong.whole:,}件のうち{wrong.part:,}件を措置候補としました"
            yield f"{told}。一件もあってはならないものです。このモデルを使わないでください。"


def _of_suites(found: Sequence[tuple[str, int, int]]) -> str:
    """Return so many of so many, (suite, part, whole), in words: of each suite where they are few, else of all together and of the one with most; empty where there is none."""
    each = [f"「{name}」の{whole:,}件のうち{part:,}件" for name, part, whole in found]
    if len(each) <= _FEW_SUITES:
        return "、".join(each)
    part, whole = (sum(counts) for counts in list(zip(*found, strict=True))[1:])
    most = max(range(len(found)), key=lambda i: found[i][1])
    return f"{len(found)}種、計{whole:,}件のうち{part:,}件（最も多いのは{each[most]}。ほかは「7 行動スイート」にあります）"


def _cautions(a: Assessment) -> Iterator[str]:
    """Yield what a reader should look at, or cannot see from the figures."""
    suites, p = sorted(a.suites, key=suite_order), a.provenance
    if wrong := a.figures.harmless_suggested.part:
        yield f"測定した返信のうち、問題のない返信{wrong:,}件を措置候補としました。「10 主な誤り」で中身を確かめてください。"
    if told := _of_suites([(suite_name(s.value), wrong, s.harmless_suggested.whole) for s in suites if s.value not in GATE and (wrong := s.harmless_suggested.part)]):
        yield f"行動スイートで、問題のない返信を措置候補としました：{told}。誤りが起きやすい種類の文です。"
    if told := _of_suites([(suite_name(s.value), missed, s.crisis_marked.whole) for s in suites if (missed := s.crisis_marked.whole - s.crisis_marked.part)]):
        yield f"書き手に危険がうかがえる返信を集めた行動スイートで、{told}に気付けませんでした。危機の発見をこのプログラムだけに任せないでください。"
    if absent := [suite_name(name) for name in GATE if all(s.value != name for s in suites)]:
        where = f"行動スイート（{'、'.join(absent)}）を測定していません"
        yield f"{where}。批判や無害な文を措置候補としないことは、この報告書では確かめられていません。"
    if p.unknown:
        yield f"測定した返信{a.figures.replies:,}件のうち{p.unknown:,}件は文が短いため、学習に使った文と照合できません。学習に使われたものが含まれているかもしれません。"
    if p.trained_rows and not p.trained_on:
        yield "モデルに学習データの記録がないため、測定した返信が学習に使われていないことを確かめられません。"


def sentences(a: Assessment) -> Iterator[str]:
    """Yield what the figures mean, in plain sentences."""
    f, e, acted = a.figures, a.estimate, dict(a.actions)
    wrong, kept, caught = f.harmless_suggested, f.violations_kept, f.violations_suggested.part
    told = "、".join(f"{acted.get(action, 0):,}件を{name}" for action, name in ACTIONS.items())
    yield f"返信{f.replies:,}件を測定し、{told}としました。"
    if wrong.interval:
        told = f"問題のない返信{wrong.whole:,}件のうち、誤って措置候補としたものは{wrong.part:,}件です"
        most = f"1,000件あたり{1000 * wrong.interval[1]:.1f}件"
        yield f"{told}。件数が限られるため、{most}まではあり得ます（95%信頼区間の上端）。"
    if kept.whole:
        told = f"{caught:,}件を措置候補とし、{kept.whole - caught - kept.part:,}件を人の確認に回し"
        yield f"違反を含む返信{kept.whole:,}件のうち、{told}、{kept.part:,}件を見落としました。"
    if e.read is not None:
        told = f"返信1,000件のうち人が読むのは約{1000 * e.read:.0f}件で、残りの約{1000 * (1 - e.read):.0f}件は読まずに済む見込みです"
        missed = f"その中に見落とした違反が約{number(e.missed_per_thousand)}件含まれます（推計）"
        yield f"実際の返信に占める違反の割合を{share(e.base_rate)}と仮定すると、{told}。{missed}。"
    for s in a.suites:
        if s.value == GATE[0]:
            told = f"批判・苦情の文{s.harmless_suggested.whole:,}件を判定し"
            yield f"これとは別に、{told}、措置候補としたものは{s.harmless_suggested.part:,}件でした。"


def deciding(m: Mistake) -> str:
    """Return the model's score behind a mistake, or what else decided."""
    return {"rule": "規則", "crisis": "危機"}.get(m.decided_by, share(m.score))


def overlap(p: Provenance) -> str:
    """Return how many of the measured rows trained the model, as far as that is known."""
    if p.trained_rows and not p.trained_on:
        return f"{p.seen:,}件（学習データの記録がないため、確かめられません）"
    return f"少なくとも{p.seen:,}件（文が短くて照合できない{p.unknown:,}件を除く）" if p.unknown else f"{p.seen:,}件"


def headline(a: Assessment) -> list[Line]:
    """Return the main figures; each estimate also at the worse ends of the 95 % intervals of all rates that it comes from."""
    f, e = a.figures, a.estimate
    b, wrong, kept, caught = e.base_rate, f.harmless_suggested, f.violations_kept, f.violations_suggested
    read = Ratio(wrong.part + f.harmless_reviewed.part, wrong.whole)
    high, most = (r.interval[1] if r.interval else None for r in (wrong, kept))
    saved = (
        None
        if e.read is None or read.interval is None or kept.interval is None
        else 1 - b * (1 - kept.interval[0]) - (1 - b) * read.interval[1]
    )
    precision = (
        None
        if high is None or caught.interval is None
        else b * caught.interval[0] / (b * caught.interval[0] + (1 - b) * high)
    )

    def at(text: str, worse: float | None, write: Callable[[float], str] = share) -> str:
        return text if worse is None or text == NONE else f"{text}（区間の悪い方の端では{write(worse)}）"

    unread = Ratio(dict(a.actions).get("keep", 0), f.replies)
    return [
        Line("問題のない返信を誤って措置候補とした割合", ratio(wrong), at(_per_thousand(e.wrong_per_thousand, "問題のない返信"), high, lambda v: f"{1000 * v:.1f}件")),
        Line("措置候補のうち、実際に違反だった割合（適合率）", ratio(f.suggested_right), at(share(e.precision), precision)),
        Line("違反のうち、措置候補とした割合", ratio(f.violations_suggested)),
        Line("違反のうち、見落とした割合", ratio(kept), at(_per_thousand(e.missed_per_thousand, "返信"), most, lambda v: f"{1000 * b * v:.1f}件")),
        Line("人が読まずに済む返信の割合", ratio(unread), at(share(None if e.read is None else 1 - e.read), saved)),
        Line("問題のない返信を人の確認に回した割合", ratio(f.harmless_reviewed)),
        Line("書き手の危機に気付き、人に回した割合", ratio(f.crisis_reviewed)),
        Line("危機ではない返信に危機の信号を付けた割合", ratio(f.others_marked_crisis)),
        Line("平均適合率の項目平均（1が最良）", number(f.macro_average_precision, 3)),
    ]  # fmt: skip


def _per_thousand(value: float | None, whole: str) -> str:
    return NONE if value is None else f"{whole}1,000件あたり{value:.1f}件"

"""The Japanese words in which a desk officer reads a decision."""

from classifier.decide import BESIDE, PASSAGE, Decision, Reason
from classifier.model import ANY
from classifier.policy import Policy

PROPERTY = "reply_classifier"
"""The property that every result workbook carries, with the program's version."""

ACTIONS = {"suggest": "措置候補", "review": "要確認", "keep": "該当なし"}

HIDE, LEAVE, WAIT, ESCALATE = "非表示", "対応しない", "保留", "上席へ"
"""What people choose in the column 決定 of a result workbook."""

DANGER, NO_DANGER = "危機あり", "危機なし"
"""What people choose in the column 危機の確認: whether the writer seems to be in danger, whatever the program signals."""

SIGNALS = {
    "crisis": "危機のおそれ",
    "threat": "加害の予告",
    "inquiry": "問い合わせ",
    "repeated": "同文の繰り返し",
    "odd_spelling": "変わった表記",
    "suspicion": "疑いの表明",
    "own": "自アカウントの投稿",
    "repost": "リポスト",
    "rules_only": "規則のみで判定",
    "audit": "点検用の抽出",
}

SIGNAL_NOTES = {
    "crisis": "書き手の生命・身体に危険がうかがえる。措置ではなく、保護と引継ぎを最優先とする。",
    "threat": "人や施設への加害を予告している。上席・関係機関への引継ぎを検討する。",
    "inquiry": "質問や相談。回答や案内が必要かを確かめる。",
    "repeated": "同じ投稿者から、同じ文面の返信が何件も届いている（投稿者名がなければ、全体で数える）。",
    "odd_spelling": "伏せ字や当て字のような表記のために確からしさが上がった。表記だけでは措置候補にせず、人が確かめる。",
    "suspicion": "罪や不祥事を言い切らず、疑いや推測、質問として述べている。それだけでは措置候補にせず、人が確かめる。",
    "own": "このアカウント自身の投稿。措置の対象としない。",
    "repost": "ほかの投稿の再掲。措置の対象としない。",
    "rules_only": "学習済みモデルを使わず、語句の規則だけで判定した。",
    "audit": "見落としを数えるため、該当なしから無作為に選んだ。担当者が読んで判断する。",
}

_QUOTED = 24  # characters of evidence that a reason quotes

URGENCIES = ("危機", "高", "中", "低")

ACTION_NOTES = {
    "suggest": "運用ポリシーの削除項目に当たると、基準以上の確からしさで判定した返信。提案であり、決めるのは担当者。",
    "review": "機械だけでは決められない返信。判定が微妙なもの、人が判断すべき項目、書き手の身が危ういもの。",
    "keep": "当たる項目が見つからなかった返信。信号が「点検用の抽出」の行だけは、見落としを数えるために読む。",
}

URGENCY_NOTE = (
    "危機＝書き手の身に危険がうかがえる（最優先）。高・中・低＝運用ポリシーの項目ごとに定めた、確認する順。"
    "違反の重さや確からしさではない。優先度が「危機」の行の「確からしさ」は、違反ではなく、書き手の身に危険があることの確からしさ。"
    "規則が危機の言葉を見付けた行は、50%以上とみなして並べる（空欄は、規則だけで判定した行）。"
)

CAUTIONS = (
    "このプログラムは、返信の削除・非表示・ブロック・Xへの報告を一切行っていません。",
    "政策・行政・大臣や職員の職務への批判、苦情、皮肉、辞任の要求は、言葉がきつくても、それだけでは措置の理由になりません。",
    "取り込めなかった行はこの表に含まれません。件数と理由は、実行したときの画面の表示で確かめてください。",
)

STEPS = (
    "「措置候補」と「要確認」を、優先度「危機」の行から順に読む。返信本文の赤い太字が、根拠となる語。",
    "元の投稿と合わせて読み、「決定」を一覧から選ぶ。非表示とするときは「決定した項目」も選ぶ（提案と違ってよい。二つ以上は「、」でつないで書く）。",
    "書き手の身が危ういと読めたら、信号がなくても「危機の確認」で「危機あり」を選ぶ。信号が「危機のおそれ」でも危うくなければ「危機なし」を選ぶ（どちらも、次の学習で生かせる）。",
    "「該当なし」は、信号が「点検用の抽出」の行だけを、同じように決める。",
    "同じ投稿者の返信が二件以上あるときは「投稿者別」を見て、ブロックするかどうかを決める。「危機の件数」が入っている投稿者は、先にその返信を読み、保護と引継ぎを優先する。",
    "決めた措置は、担当者が X の画面で行う。青い「番号」を押すと、その返信が X で開く。",
    "このブックを同じ形式（.xlsx）で保存して返す。見出しの行と返信IDは書き換えない。並べ替えと絞り込みは構わない。",
)


def ground_names(ids: tuple[str, ...], policy: Policy) -> str:
    """Return the short names of grounds with their clauses, in the policy's order: 誹謗中傷 5(2)、差別 5(6)."""
    return "、".join(f"{ground.short} {ground.clause}" for ground in policy.grounds if ground.id in ids)


def signal_names(signals: tuple[str, ...]) -> str:
    """Return the Japanese names of signals; an unknown one keeps its own."""
    return "、".join(SIGNALS.get(signal, signal) for signal in signals)


def urgency(decision: Decision, policy: Policy) -> str:
    """Return one of URGENCIES: crisis alone is 危機, the others follow the decision's place in the policy's order."""
    if "crisis" in decision.signals:
        return URGENCIES[0]
    share = decision.priority / len(policy.priority)
    return URGENCIES[1] if share < 0.4 else URGENCIES[2] if share < 0.7 else URGENCIES[3]


def reason(item: Reason, policy: Policy) -> str:
    """Return one piece of evidence in words: 誹謗中傷: 語句の規則「…」(defamation.looks)."""
    words = f"「{_beginning(item.words)}」" if item.words else ""
    topic = policy.ground(item.ground).short if item.ground in policy.ids else {**SIGNALS, ANY: "いずれかの項目"}.get(item.ground, item.ground)
    if item.source in ("model", PASSAGE, BESIDE):
        figures = [] if item.score is None else [f"確からしさ {percent(item.score)}"]
        figures += [] if item.cutoff is None else [f"基準 {percent(item.cutoff)} 以上"]
        figures += ["参考"] if item.source == BESIDE else []
        return f"{topic}：{'この一文だけを見た判定' if item.source == PASSAGE else 'モデルの判定'}{words}" + (f"（{'、'.join(figures)}）" if figures else "")
    return f"{topic}：規則{words}（{item.source}）"


def _beginning(words: str) -> str:
    """Return words for a line that stands beside the whole text: cut where they are long."""
    return words if len(words) <= _QUOTED else words[: _QUOTED - 1] + "…"


def percent(share: float) -> str:
    """Return a share as a percentage with one decimal, cut and not rounded, so that it never passes a cut-off."""
    return f"{int(share * 1000 + 1e-6) / 10:.1f}%"

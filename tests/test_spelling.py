"""Odd spelling, by kind, and what is spelled as usual."""

import re
from functools import reduce
from operator import or_
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from classifier import spelling
from classifier.normalize import normalize, normalize_all
from classifier.spelling import KINDS, odd_spelling


def kinds(text):
    return odd_spelling([normalize(text)])[0]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("はやく き え て", "spaced"),
        ("担当が ば か", "spaced"),
        ("税・金・泥・棒", "signs"),
        ("この㋗㋜が", "enclosed"),
        ("電話のﾊﾞｶども", "half_width"),
        ("あいつ○ね", "mask"),
        ("ク●ども", "mask"),
        ("ブ◇(◇はタ)だ", "filled"),
        ("みんなしネばよい", "mixed_kana"),
        ("バ力親が", "look_alike"),
        ("第ニ回の抽選", "look_alike"),
        ("明日🔪すから", "emoji"),
        ("この🐷が", "emoji"),
        ("しㄋや", "script"),
        ("𝓕𝓧を教えます", "script"),
        ("か\u200bた\u200bわ", "invisible"),
        ("役所に k-o-r-o-s-u と書く", "syllables"),
        ("B A C C A R A T の秘訣", "syllables"),
        ("入口は kesu▲example▲test です", "host"),
        ("kensaku、example、test で検索", "host"),
        ("全部d1eでいい", "leet"),
        ("この a$$hole が", "leet"),
        ("この ki||er が", "leet"),
        ("まじで④ね", "enclosed"),
        ("もう ko ro su ぞ", "syllables"),
        ("もう KO/RO/SU ぞ", "syllables"),
        ("あの b@kaが", "leet"),
        ("k\u200do\u200dr\u200do\u200ds\u200du や", "romaji"),
        ("あいつは氏ね（氏は平仮名）", "hint"),
        ("答えは○＝し", "filled"),
        ("し\u2800ね", "invisible"),
        ("死👍ねよ", "emoji"),
        ("この syabu を", "romaji"),
        ("ТОКyo の集まり", "foreign"),
        ("し\u0332ね", "invisible"),
        ("kesu☆example☆comで", "host"),
        ("はやく死\u200dね", "invisible"),
        ("аhoの集まり", "foreign"),
        ("担当は kiero や", "romaji"),
    ],
)
def test_each_kind_is_told(text, kind):
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "5Gの基地局が増えて、家でもよくつながるようになりました。",
        "〇〇県〇〇市の話ですよね?",
        "マイナンバーカードの更新、平日しか行けないのは困ります!",
        "光回線とテレビのセットは来月まで(予定)",
        "総務省の発表 https://www.soumu.go.jp/menu/ を読んだ",
        "@MIC_ICT お疲れさまです😊",
        "NHKのBSとWi-Fiルーター、iPhone 15 でも使えますか",
        "(´Д｀)ｗｗｗ",
        "",
        "燃えるゴミは月・水・金、資源は土・日に出す",
        "ド・レ・ミの歌、大・中・小の三枚",
        "①端末 ②回線 ③契約の順に㈱の窓口で、30㎡まで1㌔",
        "YouTube、Instagram、LINE と karaoke の話",
        "口コミで三ヶ月待ち、八ッ場や三ツ星、五カ国で",
        "データ力を上げる、コミュ力",
        "いいネ! そうだヨ、わかるワ",
        "■日時 4月1日 ●場所 会館 ★参加無料",
        "○月○日と×月",
        "楽しかった☆ また来ます★",
        "Россия の電波、α版とμSv、10Ωの抵抗",
        "家族👨\u200d👩\u200d👧と1️⃣番を見た",
        "エモいライブでヤバいレベル、ググるサイト",
        "ヱビスとウヰスキー",
        "mp3 と iPhone15Pro と SH-01K",
        "It is to do so in a no-go zone",
        "Я люблю Японию и живу в Токио",
        "Καλημέρα σας、ギリシャから",
        "می\u200cخواهم と क्\u200dष",
        "(´Д｀)ﾉ Σ(ﾟДﾟ) (｡•̀ᴗ-)✧ ( ͡° ͜ʖ ͡°)",
        "日ロ首脳会談と対ロ制裁、米ソ冷戦",
        "メール又は電話、オンライン又は窓口",
        "サポートへメール、すごいド迫力、女のコ、行くゼ",
        "Beyond5G と 4G5G、PS5Pro",
        "①③④の順、㊗合格、㊙資料、🈵です",
        "nta.go.jp と p.12-15 と A・B・C・Dの4案",
        "5G×AI、農業×ICT、評価は◎でした、○か×か、○歳で○回",
        "総務省_公式 #マイナ_反対",
        "小・中・高、日・米・韓、心・技・体、イ・ロ・ハ",
        "うちの🐕と今日の🍱、✅すること、👉みて",
        "iPad、Pro と YouTube、live",
        "ahamoとmineoで、kyotoのradioを聴く",
    ],
)
def test_usual_writing_has_none(text):
    assert kinds(text) == {}


def test_places_are_counted_and_all_kinds_are_named():
    assert kinds("㋐㋑㋒が") == {"enclosed": 3}
    assert set(kinds("し ね、ﾊﾞｶ、ク●")) == {"spaced", "half_width", "mask"} <= set(KINDS)


@settings(max_examples=400)
@example(["a@aし", "しa@a", "あの b@ka", "k\u200do\u200dr\u200do し", "a\u200b④k|ね"])
@given(st.lists(st.text(st.sampled_from("しね死バ力カのは平○●〇。、 　・.-_（abkoros1$|④ｼﾈ㋛🐷👍яλ\u200b\u200d\u0332ㄋ@/:"), max_size=20), max_size=6))
def test_a_batch_is_told_as_each_text_by_itself_and_the_call_forgets_nothing(texts):
    normalized = normalize_all(texts, [()] * len(texts))
    everything = reduce(or_, (bit for bit, *_ in spelling._PATTERNS.values()))
    assert odd_spelling(normalized) == [odd_spelling([n])[0] for n in normalized]
    assert odd_spelling(normalized) == [spelling._odd(n, spelling._LINKS.sub(" ", n.raw), everything) for n in normalized]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("unit", ["a", "a1", "ka ", "a.", "あ", "あ ", "あ・", "月・", "ア", "力", "ア力", "し○", "○", "㋛", "🐷", "あ🐷", "a、", "\u200d", "「あ", "@", "я", "ne"])
def test_the_work_grows_with_the_text_and_no_faster(kind, unit):
    pattern = spelling._PATTERNS[kind][-1]
    short, long = unit * (1000 // len(unit)), unit * (32000 // len(unit))
    # 32 where it grows with the length, 1,024 where it grows with its square; tried again, since other processes disturb the clock
    assert any(_work(pattern, long) < 160 * _work(pattern, short) for _ in range(5))


def _work(pattern, text):
    def once():
        started = process_time()
        sum(1 for _ in pattern.finditer(text))
        return process_time() - started

    return min(once() for _ in range(3))


def test_every_name_in_latin_letters_would_be_taken_for_romaji():
    romaji = re.compile(f"(?:{spelling._MORA}){{2,}}")
    assert [name for name in spelling._LATIN_NAMES if not romaji.fullmatch(name)] == []
    assert list(spelling._LATIN_NAMES) == sorted(set(spelling._LATIN_NAMES))

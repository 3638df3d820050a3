"""How writers hide words, as tables: what is surely a disguise is undone by `normalize`.

Sure means that the spelling has no harmless reading in its surroundings (タヒね, but not タヒチ; 4ね, but not 4ねんせい).
What has one (しね, shine) stays as it is and is weighed by rules and model.
"""

import re

_MASK = "[○〇◯●◎*×✕✖✗x_]"
_END = r"(?=$|[\sよやなwカボゴクバ!?。、.・~〜笑草]|って|ばい|ばよ|ばか|死)"
_NO_MASK_BEFORE = r"(?<![○〇◯●◎*×✕])"

_TABLE: tuple[tuple[str, str], ...] = (
    # 死 in other shapes, before the endings of 死ぬ
    (r"タヒ(?=[ねにぬんのな])", "死"),
    (r"[💀☠]\ufe0f?(?=[ねにぬ]|んで|んだ)", "死"),
    (r"歹[匕ヒ]", "死"),
    (r"(?<![ァ-ヶー])タヒ[ネヌ](?![ァ-ヶー])", "死ね"),
    (r"\(4\)(?=ね|んで)", "死"),
    (r"(?<![a-z])sh?i(?=ね" + _END + ")", "死"),
    (r"[ιυɩ] ?(?=ね" + _END + ")", "し"),
    (r"(?<![一-鿿ァ-ヶー々])氏(?=んで(?:くれ|ほし|しまえ|ろ|いい|も|け|ね))", "死"),
    (r"(?<![一-鿿ァ-ヶー々])氏(?=ね" + _END + ")", "死"),
    (r"(?:(?<=お前)|(?<=貴様)|(?<=大臣)|(?<=全員)|(?<=総理)|(?<=老害))氏(?=ね" + _END + ")", "死"),
    (r"(?<=[などやはもがらにだとよ])氏(?=ね" + _END + ")", "死"),
    (r"(?<![0-9.:/])4(?=ね" + _END + ")", "死"),
    (r"(?<![0-9.:/])4(?=んで(?:くれ|ほし|ください|しま|ろ|いい|詫|わび|も))", "死"),
    (r"(?<![ァ-ヶー])シネ" + _END, "死ね"),
    (_NO_MASK_BEFORE + r"(?<![一-鿿ぁ-んァ-ヶ0-9a-z])[○〇◯●*×](?=ね" + _END + ")", "死"),
    (r"死[○〇◯●*×✕](?![○〇◯●*×✕])", "死ね"),
    (r"死[ 　._\-・*|]{1,3}(?=ね" + _END + ")", "死"),
    (r"し[._\-・*|]{1,3}ね" + _END, "しね"),
    # 殺す
    (r"[頃](?=(?:す|し)(?:ぞ|てや|ます|たる|に行|にい|て回|てまわ))", "殺"),
    (_NO_MASK_BEFORE + r"(?<![一-鿿ぁ-んァ-ヶ0-9a-z])[○〇◯●*×](?=す(?:ぞ|から|しか)|してやる|されたい)", "殺"),
    (r"殺[○〇◯●*×](?=ぞ|しか|から)", "殺す"),
    (r"ころ[○〇◯●*×](?![○〇◯●*×])", "ころす"),
    (r"🔪(?=す(?:ぞ|から|しか)|してやる)", "殺"),
    # sexual words and slurs with one letter masked
    (r"([マま])" + _MASK + r"([ンん]?[コこ])(?![ァ-ヶー])", r"\1ん\2"),
    (r"([チち])" + _MASK + r"([コこポぽ])(?![ァ-ヶー])", r"\1ん\2"),
    (r"[チち][ンん]" + _MASK + r"(?![ァ-ヶー○〇◯●*×])", "ちんこ"),
    (r"[マま][ンん]" + _MASK + r"(?![ァ-ヶー○〇◯●*×])", "まんこ"),
    (r"(?<![ァ-ヶー])オ" + _MASK + r"ニー", "オナニー"),
    (r"(?<![ァ-ヶー])セ" + _MASK + r"[クレ](?=ス)", "セック"),
    (r"(?<![ァ-ヶー])セック" + _MASK, "セックス"),
    (r"(?<![ァ-ヶー])レ" + _MASK + "プ", "レイプ"),
    (r"(?<![ァ-ヶー])フェ" + _MASK + "(?:チ)?オ?", "フェラ"),
    (r"(?<![ァ-ヶー])(?:キ" + _MASK + "ガイ|キチ" + _MASK + "イ|" + _MASK + "チガイ|(?<![一-鿿])基地外|既知外|気違い)", "キチガイ"),
    (r"(?<![ァ-ヶー])(?:ガ" + _MASK + "ジ|ガイ" + _MASK + "(?![ァ-ヶー])|(?<![一-鿿])害児|概じ)", "ガイジ"),
    (r"(?<![ァ-ヶー])チ" + _MASK + r"ン(?![ァ-ヶー])", "チョン"),
    (r"(?<![ァ-ヶー])シ" + _MASK + r"ナ?人", "シナ人"),
    (r"(?<![ァ-ヶー])ゴ" + _MASK + r"(?=クズ|野郎|人間|大臣|役人|虫)", "ゴミ"),
    (r"(?<![ァ-ヶー])ク" + _MASK + r"(?=野郎|人間|大臣|役人)", "クズ"),
    (r"(?<![ァ-ヶー])バ" + _MASK + r"(?=野郎|大臣|役人)", "バカ"),
    (r"[📦📦]?土[・.\-_ ]人", "土人"),
    # kanji that look like katakana, between katakana or in a known word
    (r"(?<=[ァ-ヶー])口(?=[ァ-ヶー])|(?<![一-鿿ぁ-ん])口(?=リコン|シア|ックダウ)", "ロ"),
    (r"(?<=[ァ-ヶー])力(?=[ァ-ヶー])|(?<![一-鿿])力(?=ス(?:が|だ|ど|野|め|$|[!！。、ｗw]))|(?<=バ)力(?![一-鿿])", "カ"),
    (r"(?<=[ァ-ヶー])工(?=[ァ-ヶー])|(?<![一-鿿])工(?=ロ)", "エ"),
    (r"(?<=[ァ-ヶー])夕(?=[ァ-ヶー])|(?<![一-鿿])夕(?=ヒね)", "タ"),
    (r"(?<=[ァ-ヶー])卜(?=[ァ-ヶー])", "ト"),
    # recruitment for fraud
    (r"闇[ .・_\-]+バイト|ヤミバイト|闇バ(?![ァ-ヶー])|闇バイ" + _MASK + "|闇" + _MASK + "イト|🌚バイト", "闇バイト"),
    (r"(?:受|ウ)け?" + _MASK + "子|UD(?=募集|案件)|ud(?=募集|案件)", "受け子"),
    (r"(?:叩き|タタキ)(?=案件|募集|の仕事)", "タタキ"),
    (r"大" + _MASK + "(?=販売|手押し|あります)", "大麻"),
)

DISGUISES: tuple[tuple[re.Pattern[str], str], ...] = tuple((re.compile(p), w) for p, w in _TABLE)
"""Patterns over half-normalized text, each with the plain word (with group references) that it stands for."""

HINT = re.compile(
    "[○〇◯●◎*×✕✖✗💀☠歹🔪📦🌚闇]|[a-zァ-ヶぁ-ん][x_][ァ-ヶぁ-ん]|タヒ|シネ|[氏4ιυɩ] ?ね|[4氏]んで|\\(4\\)|sh?iね|死[ 　._|-]|し[._|-]|基地外|既知外|気違い|害児|概じ|ヤミバ|ud(?:募|案)"
    "|叩き|タタキ|土[・._ -]人|[ァ-ヶー][口力工夕卜]|口(?:リコン|シア|ックダウ)|力ス|工ロ|夕ヒ|頃[すし]"
)
"""A text in which this finds nothing holds no disguise of the table."""

HINT_CHARACTERS = "○〇◯●◎*×✕✖✗💀☠歹🔪📦🌚口力工夕卜闇頃x_ヒキネ氏4ιυɩs死.|\\-基既違害概ヤ募案叩土"
"""Every hint holds one of these."""

LOOK_ALIKES: dict[str, str] = dict(
    zip(
        "авекмнорстухіјѕԁԛԝһӏьαβγεηικνορτυχω",
        "abekmhopctyxijsdqwhlbabyenikvoptuxw",
        strict=True,
    )
)
"""Cyrillic and Greek letters (lower case) to the Latin letters they look like (after the Unicode confusables table)."""

ENCLOSED: dict[int, str] = {
    **{0x1F130 + i: chr(97 + i) for i in range(26)},
    **{0x1F150 + i: chr(97 + i) for i in range(26)},
    **{0x1F170 + i: chr(97 + i) for i in range(26) if i not in (0, 1, 14, 15)},
}
"""Squared and circled letters that NFKC leaves alone; 🅰🅱🅾🅿 are blood types and parking, and stay."""

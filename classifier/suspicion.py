"""A citizen's suspicion that somebody in office is bought, told from the assertion that he is by how the clause ends."""

import re

_BOUGHT = (
    r"(?:(?<![募税年料賃資])金|かね|カネ|銭|いくら|賄賂|裏金|献金|小遣い|分け前|リベート|キックバック|接待)[^。!?\n]{0,10}(?:もら|貰|もろ|受け取|懐|積ま|渡|受け|漬け)"
    r"|癒着|(?:と|裏で)[^。!?\n]{0,6}(?:つなが|繋が)って|(?<![ンー])グル(?![ーメグ])|買収|天下り|中抜き|忖度"
)
_DOUBTED = (
    r"(?:だ|や)ろ(?!う?が)|でしょ|っしょ|ちゃう|じゃ(?:ない|ね)|やないか|(?:ん|の)か(?![らも])|のでは|としか(?:思|見)|と思|に[^。!?\s]{0,5}(?:決ま|違い|ちがい)"
    r"|(?<![愚静確豊僅遥微])かな|(?:です|ます)か(?!ら)|疑[いわっ]|かも|っぽい|みたい|よう[だで]|てそう|はず|らしい|[?]|(?:よ?ね|よな|ん|の)(?=[。、!?…w笑\s]|$)"
)
_SUSPICION = re.compile(f"(?:{_BOUGHT})[^。!?\\s]{{0,14}}(?:{_DOUBTED})", re.MULTILINE)


def suspects(text: str) -> bool:
    """Tell whether a normalized text suspects somebody of being bought, in a form that is known here.

    >>> suspects("局長は業者から金もらってるんだろ"), suspects("局長は業者から金をもらっている")
    (True, False)
    """
    return bool(_SUSPICION.search(text))

"""Personal data: what is found, what is a published contact, and what is left alone."""

import time
from itertools import pairwise
from pathlib import Path

import pytest
from exports import rows_of
from hypothesis import given
from hypothesis import strategies as st

from classifier.normalize import normalize_all
from classifier.personal import check_card, check_my_number, find_personal, worth_reading


def kinds(text: str) -> list[tuple[str, str, bool]]:
    return [(p.kind, text[p.start : p.end], p.public) for p in find_personal(text)]


FOUND = {
    "mobile": ("沢渡の携帯は090-1234-5678だよ", ("phone", "090-1234-5678")),
    "mobile_bare": ("08012345678にかけて", ("phone", "08012345678")),
    "mobile_070": ("070 1234 5678", ("phone", "070 1234 5678")),
    "mobile_not_yet_given_out": ("妹の番号は090-0123-4821", ("phone", "090-0123-4821")),
    "mobile_like_toll_free": ("妹の番号は080 0012 6094", ("phone", "080 0012 6094")),
    "mobile_from_abroad": ("+81 90-0123-4821から", ("phone", "+81 90-0123-4821")),
    "mobile_toll_free_shape_from_abroad": ("+81 80-0123-4567ですが", ("phone", "+81 80-0123-4567")),
    "mobile_from_abroad_with_zero": ("+81(0)80-0123-4567", ("phone", "+81(0)80-0123-4567")),
    "mobile_in_groups": ("倅は〇七〇、〇一二三、八八一三", ("phone", "〇七〇、〇一二三、八八一三")),
    "mobile_in_brackets": ("090(0123)4460へ", ("phone", "090(0123)4460")),
    "mobile_of_one_digit": ("友人は090-8888-8888", ("phone", "090-8888-8888")),
    "mobile_060": ("060-2345-6789", ("phone", "060-2345-6789")),
    "ip_phone": ("050-3123-4567が本人", ("phone", "050-3123-4567")),
    "landline": ("自宅は0463-21-1234", ("phone", "0463-21-1234")),
    "landline_brackets": ("(03)3123-4567が家", ("phone", "03)3123-4567")),
    "plus_81": ("+81 90-1234-5678に電話", ("phone", "+81 90-1234-5678")),
    "kanji_digits": ("〇九〇一二三四五六七八だってさ", ("phone", "〇九〇一二三四五六七八")),
    "spoken": ("ゼロキューゼロイチニサンヨンゴロクナナハチ", ("phone", "ゼロキューゼロイチニサンヨンゴロクナナハチ")),
    "my_number": ("マイナンバーは123456789018です", ("my_number", "123456789018")),
    "my_number_spaced": ("1234 5678 9018", ("my_number", "1234 5678 9018")),
    "card": ("カード4111 1111 1111 1111", ("card", "4111 1111 1111 1111")),
    "mail": ("taro.sawatari@example.comに送れ", ("mail", "taro.sawatari@example.com")),
    "address": ("丸福市みどり台2-14-7のアパート", ("address", "丸福市みどり台2-14-7")),
    "address_chome": ("浪花ヶ丘市南町1丁目8番22号や", ("address", "浪花ヶ丘市南町1丁目8番22号")),
    "plate": ("白い車、品川 500 さ 12-34", ("plate", "品川 500 さ 12-34")),
    "account": ("みずほ銀行 桜支店 普通 1234567へ振込", ("account", "銀行 桜支店 普通 1234567")),
}

SEVERAL = {
    "two_mobiles": ("090-1234-5678 090-8765-4321", ["090-1234-5678", "090-8765-4321"]),
    "second_in_brackets": ("03-3123-4567 (090-1234-5678)", ["03-3123-4567", "090-1234-5678"]),
    "card_and_its_date": ("4111 1111 1111 1111 12/29", ["4111 1111 1111 1111"]),
    "year": ("090-1234-5678 2026年から", ["090-1234-5678"]),
    "address_and_mobile": ("丸福市みどり台2-14-7 090-1234-5678", ["丸福市みどり台2-14-7", "090-1234-5678"]),
    "joined_by_no": ("みどり台1-2-3の090-1234-5678", ["090-1234-5678"]),
    "after_a_postal_code": ("〒123-4567 090-1234-5678", ["090-1234-5678"]),
    "my_number_and_mobile": ("1234 5678 9018 090-1234-5678", ["1234 5678 9018", "090-1234-5678"]),
    "time_of_day": ("14:02 090-1234-5678、24時", ["090-1234-5678"]),
}

PUBLIC = {
    "ministry_phone": "総務省の代表は03-5253-5111",
    "ministry_phone_alone": "03-5253-5111",
    "ministry_address": "〒100-8926 東京都千代田区霞が関2-1-2",
    "free_dial": "0120-123-456に電話",
    "free_dial_0800": "0800-123-4567",
    "free_dial_0800_bare": "08001234567",
    "free_dial_0800_from_abroad": "+81 800-123-4567",
    "navi_dial": "0570-064-000",
    "city_hall": "丸福市役所 0463-21-1234",
    "regional_bureau": "関東総合通信局の代表03-6238-1600",
    "company": "株式会社みどり 0463-21-1234",
    "office_mail": "窓口はict-soumu@soumu.go.jpです",
}

NOTHING = {
    "part_of_sixteen_figures": "カードは 9999 1234 5678 9018 です",
    "start_of_sixteen_figures": "カードは 1234 5678 9018 9999 です",
    "list_of_small_numbers": "当選は 12 34 56 78 90 12 34 56 です",
    "masked_among_others": "2026 090-1234-567○",
    "short_numbers": "188、110、119、171、#9110、#8000",
    "masked_x": "090-XXXX-XXXX".lower(),
    "masked_star": "090-****-1234",
    "masked_tail": "090-1234-****",
    "town_alone": "丸福市みどり台に住んでます",
    "prefecture": "埼玉県民です",
    "date": "2024年11月24日12時30分",
    "money": "予算1234567890円",
    "range": "3-5月の受付",
    "wrong_my_number": "123456789012",
    "wrong_card": "4111 1111 1111 1112",
    "prefixes": "070・080・090の11桁、060、070、080、090",
    "list_of_prefixes": "携帯は060、0800、0120のどれが無料ですか。070、0800、0120、0570",
    "list_of_years": "080、2023、2024年のモデル",
    "running_number": "受付番号070/2024/1031、060.2024.0101",
    "postal_code": "郵便番号は060-0042 1-2-34です",
    "postal_code_and_year": "〒060-0001 2024年に移転しました",
    "masked_by_zero": "090-〇123-4567",
    "zeros": "090-0000-0000",
    "invalid_area": "00-1234-5678",
    "handle": "〈at〉さん",
    "score": "試合は市原3-2千葉",
    "empty": "",
    "seven_digits": "残り1234567人",
}


@pytest.mark.parametrize("text, expected", FOUND.values(), ids=FOUND)
def test_find_personal_finds(text: str, expected: tuple[str, str]) -> None:
    assert kinds(text) == [(*expected, False)]


@pytest.mark.parametrize("text", PUBLIC.values(), ids=PUBLIC)
def test_find_personal_marks_published_contacts(text: str) -> None:
    found = find_personal(text)
    assert found
    assert all(one.public for one in found)


@pytest.mark.parametrize(("text", "found"), SEVERAL.values(), ids=SEVERAL)
def test_numbers_beside_other_figures_are_found(text, found):
    assert [shown for _, shown, public in kinds(text) if not public] == found


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_find_personal_leaves_alone(text: str) -> None:
    assert kinds(text) == []


def my_number(body: str) -> str:
    """The number with its check digit, written a second time from the ordinance: weights 6 5 4 3 2 7 6 5 4 3 2."""
    rest = sum(int(d) * w for d, w in zip(body, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
    return body + str(0 if rest <= 1 else 11 - rest)


def luhn(body: str) -> str:
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)


@given(st.text("0123456789", min_size=11, max_size=11))
def test_check_my_number_accepts_every_valid_number(body: str) -> None:
    assert check_my_number(my_number(body))


@given(st.text("123456789", min_size=10, max_size=10).map(lambda tail: "1" + tail), st.integers(1, 9))
def test_find_personal_finds_my_number_and_not_a_wrong_check_digit(body: str, shift: int) -> None:
    good = my_number(body)
    wrong = good[:11] + str((int(good[11]) + shift) % 10)
    assert ("my_number", good, False) in kinds(f"番号は{good}です")
    assert all(kind != "my_number" for kind, _, _ in kinds(f"番号は{wrong}です"))


@given(
    st.text("0123456789", min_size=14, max_size=14).map(lambda tail: "4" + tail), st.integers(0, 15), st.integers(1, 9)
)
def test_find_personal_finds_card_and_not_a_flipped_digit(body: str, place: int, shift: int) -> None:
    good = luhn(body)
    flipped = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1 :]
    assert ("card", good, False) in kinds(f"カード{good}です")
    assert not check_card(flipped)
    assert all(kind != "card" for kind, _, _ in kinds(f"カード{flipped}です"))


@given(st.text(max_size=200))
def test_find_personal_takes_any_text_and_stays_inside(text: str) -> None:
    found = find_personal(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_the_work_grows_with_the_text_and_no_faster() -> None:
    def work(n: int) -> float:
        begin = time.process_time()
        find_personal("1-" * n + "市" * n + "a@" * n)
        return time.process_time() - begin

    # 16 where it grows with the length, 256 where it grows with its square; tried again, since other processes disturb the clock
    assert any(work(4000) < 64 * min(work(250) for _ in range(3)) for _ in range(5))


def test_every_text_with_personal_data_is_worth_reading() -> None:
    raws = [row["text"] for row in rows_of(Path(__file__).parents[1] / "data" / "replies.csv")]
    addresses = ["住所は霧浦市松葉町三丁目四番五号", "霧浦市松葉町三番五号に住んでる", "霧浦市松葉町12番3号"]
    sure = [*addresses, *(text for text, _ in FOUND.values())]
    raws = sure + raws
    texts = [n.text for n in normalize_all(raws, [()] * len(raws))]
    found = {i for i, text in enumerate(texts) if find_personal(text)}
    assert {*range(len(sure))} <= found and len(found) > 200
    assert found - set(worth_reading(texts)) == set()

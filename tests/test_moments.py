"""Times as exports write them."""

from datetime import date, datetime

import pytest

from classifier.moments import moment


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Fri May 01 01:00:00 +0000 2026", datetime(2026, 5, 1, 10)),
        ("2026年5月1日 午後1時5分", datetime(2026, 5, 1, 13, 5)),
        ("２０２６年５月１日（金）１３時５分９秒", datetime(2026, 5, 1, 13, 5, 9)),
        ("2026年5月1日 午前12時", datetime(2026, 5, 1)),
        ("2026年05月01日 午後0:30", datetime(2026, 5, 1, 12, 30)),
        ("令和8年5月1日", date(2026, 5, 1)),
        ("令和元年5月1日 9:05", datetime(2019, 5, 1, 9, 5)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("午後1:00 · 2026年5月1日", datetime(2026, 5, 1, 13)),
        ("1:05 PM · May 1, 2026", datetime(2026, 5, 1, 13, 5)),
        ("46143", datetime(2026, 5, 1)),
        ("46143.545138888891", datetime(2026, 5, 1, 13, 5)),
        ("1777597200", datetime(2026, 5, 1, 10)),
        ("1777597200123", datetime(2026, 5, 1, 10)),
        *((text, None) for text in ("05/01/2026", "20260501", "5/1 13:00", "26年5月1日", "2026年13月1日", "2026年5月1日 午後13時", "2026年5月1日 25:00", "99999", "177759720", "9999999999", "", None)),
    ],
)
def test_moment_reads_what_can_mean_one_time_alone(written, found):
    assert (moment(written), type(moment(written))) == (found, type(found))

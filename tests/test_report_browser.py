"""The page in a real browser: on a screen, on a telephone, and on paper."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_report import GROUNDS, made, piece

from classifier.assessment import Assessment, Curve, Mistake
from classifier.report import write_report

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PAPER = 688  # width in px of A4 less its margins of 14 mm


def full() -> Assessment:
    """Return an evaluation with as much on each page as there can be, long words and odd texts included."""
    a = made()
    odd = (
        "長い" * 70,
        "w" * 140,
        "https" + "x" * 130,
        "<script>document.title='x'</script>",
        "一\n二\n三",
        "👨‍👩‍👧" * 30,
    )
    kinds = ("wrong_suggestion", "missed", "wrong_review")
    return replace(
        a,
        curves=tuple(Curve(g, 12, tuple((1 - k / 49, k / 49) for k in range(50))) for g, _, _ in GROUNDS),
        reliability=(*a.reliability, *(replace(a.reliability[0], ground=g) for g, _, _ in GROUNDS[:3])),
        suites=(*a.suites, piece("suite", "an_unknown_suite_with_quite_a_long_name")),
        slices=tuple(piece("identity", f"属性語{k}", k) for k in range(25)) + a.slices,
        mistakes=tuple(
            Mistake(f"{kind}-{k}", kind, odd[k % 6], ("illegal", "privacy"), "review", ("illegal", "commercial"), (odd[k % 6][:40],), *(("model", 0.5) if k % 2 else ("rule", None)))
            for kind in kinds
            for k in range(20)
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(path, full())
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser: Any, report: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Lend the page, open in a window of the width asked for, with all that it asked for and complained of."""
    context = browser.new_context(viewport={"width": getattr(request, "param", 1280), "height": 900})
    page = context.new_page()
    page.heard = []
    page.on("console", lambda message: page.heard.append(message.text))
    page.on("pageerror", lambda error: page.heard.append(str(error)))
    page.on("request", lambda asked: page.heard.append(asked.url))
    page.goto(report.as_uri())
    yield page
    context.close()


def test_page_asks_for_nothing_and_complains_of_nothing(opened: Any, report: Path) -> None:
    opened.wait_for_load_state("networkidle")
    assert opened.heard == [report.as_uri()]
    assert opened.title().startswith("返信仕分けの評価報告書")


@pytest.mark.parametrize("opened", [1280, 390], indirect=True)
def test_page_does_not_scroll_sideways(opened: Any) -> None:
    wide, room = opened.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room
    lost = """[...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll,.unseen,svg'))
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"""
    assert opened.evaluate(lost) == []


@pytest.mark.parametrize("opened", [390], indirect=True)
def test_wide_tables_scroll_inside_their_box_and_texts_wrap(opened: Any) -> None:
    boxes = "[...document.querySelectorAll('.scroll')].map(e => [e.firstElementChild.className, e.scrollWidth > e.clientWidth + 1])"
    found = opened.evaluate(boxes)
    assert ["confusion wide whole", True] in found
    assert [name for name, scrolls in found if scrolls and "list" in name] == []


def test_plots_are_seen_with_their_letters(opened: Any) -> None:
    sizes = opened.evaluate(
        "[...document.querySelectorAll('svg')].map(e => [e.getBBox().width, e.getBoundingClientRect().width, e.querySelectorAll('use').length])"
    )
    assert len(sizes) == 15 + 5 + 1
    assert all(drawn > 100 and shown > 100 and letters > 10 for drawn, shown, letters in sizes)
    empty = "[...document.querySelectorAll('svg use')].filter(e => e.getBBox().width + e.getBBox().height === 0).length"
    assert opened.evaluate(empty) == 0
    labels = opened.evaluate("[...document.querySelectorAll('svg[role=img]')].map(e => e.getAttribute('aria-label'))")
    assert all(re.search(r"[ぁ-ん].*\d", label) for label in labels)


def test_text_has_contrast(opened: Any) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text; every text here has a plain background of its own or an ancestor's."""
    poor = """() => {
        const light = c => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(n => n / 255).map(n => n <= .04045 ? n / 12.92 : ((n + .055) / 1.055) ** 2.4);
            return .2126 * v[0] + .7152 * v[1] + .0722 * v[2] };
        const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\\)$/.test(c)) return c } return 'rgb(255,255,255)' };
        return [...document.querySelectorAll('body *')].filter(e => !e.closest('svg') && [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()))
            .map(e => { const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x); return [(a + .05) / (b + .05), e.outerHTML.slice(0, 60)] })
            .filter(([ratio]) => ratio < 4.5) }"""
    assert opened.evaluate(poor) == []


@pytest.mark.parametrize("opened", [PAPER], indirect=True)
def test_nothing_is_wider_than_the_paper(opened: Any) -> None:
    opened.emulate_media(media="print")
    wide = f"""[...document.querySelectorAll('body *')].filter(e => !e.closest('.unseen') && !(e.closest('svg') && e.tagName != 'svg'))
        .filter(e => e.getBoundingClientRect().right > {PAPER} + 1 || e.getBoundingClientRect().left < -1).map(e => e.outerHTML.slice(0, 80))"""
    assert opened.evaluate(wide) == []
    assert opened.evaluate(
        "[...document.querySelectorAll('.scroll')].every(e => getComputedStyle(e).overflowX == 'visible')"
    )


def test_paper_is_a4_holds_all_and_repeats_the_heads(opened: Any, tmp_path: Path) -> None:
    pdf = tmp_path / "report.pdf"
    opened.pdf(path=str(pdf), prefer_css_page_size=True, print_background=True)
    told = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    assert "A4" in told
    pages = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout.split(
        "\f"
    )[:-1]
    assert f"{len(pages)}\n" in told
    text = "".join("".join(pages).split())
    assert "個々の返信をどう扱うかを決めるのは、担当者です。以上" in text
    for k, name in enumerate(("要点", "項目別の結果", "公平性", "主な誤り", "限界")):
        assert name in text, k
    assert len([p for p in pages if "本文（伏せ字済み）" in "".join(p.split())]) >= 4  # a table over several pages
    for number, page in enumerate(pages, 1):
        assert f"{number}/{len(pages)}" in "".join(page.split())


def test_no_plot_is_cut_by_the_end_of_a_page(opened: Any, tmp_path: Path) -> None:
    """In a print, a plot that is cut shows its lower axis label on another page than its caption."""
    opened.add_style_tag(content="figure::after{content:'末'} figure::before{content:'首'}")
    pdf = tmp_path / "report.pdf"
    opened.pdf(path=str(pdf), prefer_css_page_size=True)
    pages = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout.split(
        "\f"
    )
    counts = [(page.count("首"), page.count("末")) for page in pages]
    assert sum(first for first, _ in counts) == 21
    assert all(first == last for first, last in counts)

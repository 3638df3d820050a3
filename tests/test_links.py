from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.links import CLASSES, link_class, links
from classifier.normalize import normalize

ANY = settings(deadline=None)

SAME_CLASS = {
    "official": ("www.soumu.go.jp", "www.city.kobe.lg.jp", "lab.univ.ac.jp"),
    "news": ("www.asahi.com", "news.yahoo.co.jp", "www3.nhk.jp"),
    "social": ("x.com", "www.youtube.com", "note.com"),
    "shop": ("www.amazon.co.jp", "item.rakuten.co.jp", "jp.mercari.com"),
    "messenger": ("line.me", "t.me", "discord.gg"),
    "shortener": ("bit.ly", "tinyurl.com", "is.gd"),
    "files": ("mega.nz", "www.dropbox.com", "gigafile.nu"),
    "look_alike": ("soumu-go-jp.example.com", "docomo-support.invalid", "xn--n8j6d.example", "my-number.test"),
    "unknown": ("shop.example.com", "a-b.invalid", "blog.hanako.test", "192.0.2.7"),
}
PAIRS = [pytest.param(c, a, b, id=f"{a}~{b}") for c, hosts in SAME_CLASS.items() for a, b in pairwise(hosts)]


@pytest.mark.parametrize(("name", "host"), [pytest.param(c, h, id=h) for c, hosts in SAME_CLASS.items() for h in hosts])
def test_link_class_knows_the_host(name, host):
    assert link_class(f"https://{host}/a/b?c=1") == name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        pytest.param("HTTPS://WWW.SOUMU.GO.JP/", "official", id="upper-case"),
        pytest.param("https://www.soumu.go.jp:443/a", "official", id="port"),
        pytest.param("https://www.soumu.go.jp./a", "official", id="trailing-dot"),
        pytest.param("www.soumu.go.jp", "official", id="no-scheme"),
        pytest.param("https://www.soumu.go.jp@login.example.com/", "unknown", id="official-name-as-user"),
        pytest.param("https://login.example.com/@www.soumu.go.jp", "unknown", id="official-name-in-the-path"),
        pytest.param("https://soumu.go.jp.example.com/", "look_alike", id="official-name-as-subdomain"),
        pytest.param("https://soumu-go.jp.invalid/", "look_alike", id="official-name-inside"),
        pytest.param("https://fakego.jp/", "unknown", id="no-dot-before-go-jp"),
        pytest.param("https://www.docomo.ne.jp/", "unknown", id="a-brand-at-home"),
        pytest.param("https://files.example.com/update.APK", "executable", id="program"),
        pytest.param("https://files.example.com/update.exe?v=2", "executable", id="program-with-query"),
        pytest.param("https://files.example.com/exe.html", "unknown", id="no-program"),
        pytest.param("hxxps://soumu-go.example.com/", "defanged", id="hxxps"),
        pytest.param("https://soumu-go[.]example[.]com/a.exe", "defanged", id="brackets"),
        pytest.param("https://shopping.yahoo.co.jp/x", "shop", id="a-host-before-its-domain"),
        pytest.param("https://drive.google.com/x", "files", id="one-host-of-a-domain"),
    ],
)
def test_link_class_looks_at_host_and_end(url, name):
    assert link_class(url) == name


@pytest.mark.parametrize("text", ["詳細(https://www.soumu.go.jp)です", "https://www.soumu.go.jp, です", "'https://www.soumu.go.jp'"])
def test_links_ends_a_host_at_punctuation(text):
    assert links(text, ()) == ("official",)


@pytest.mark.parametrize(
    "host",
    ["www.fcc.gov", "www.gov.uk", "s3.amazonaws.com", "www.amazon.de", "www.aeon.com", "wallet.auone.jp", "www.rakuten-card.co.jp", "www.smbc-card.com", "www.jcb.jp"],
)
def test_link_class_takes_no_genuine_host_for_a_look_alike(host):
    assert link_class(f"https://{host}/") != "look_alike"


@pytest.mark.parametrize(
    ("text", "urls", "expected"),
    [
        pytest.param("電波が弱い", (), (), id="none"),
        pytest.param("https://a.example.com と https://www.soumu.go.jp/x", (), ("unknown", "official"), id="two"),
        pytest.param("https://a.example.com http://A.example.com/", (), ("unknown",), id="the-same-twice"),
        pytest.param("https://a.example.com/1 https://a.example.com/2", (), ("unknown", "unknown"), id="two-pages"),
        pytest.param("見て https://t.co/abc です", ("https://bit.ly/x",), ("shortener",), id="expanded"),
        pytest.param("見て", ("https://mega.nz/x",), ("files",), id="moved-out-of-the-text"),
        pytest.param("見て https://t.co/abc です", (), ("unexpanded",), id="unexpanded-inside"),
        pytest.param("見て https://t.co/abc", (), (), id="perhaps-a-picture-at-the-end"),
        pytest.param("https://t.co/abc", (), ("unexpanded",), id="nothing-but-a-short-link"),
        pytest.param("猫 https://t.co/abc", ("https://x.com/a/status/1/photo/1",), (), id="picture"),
        pytest.param("猫 pic.twitter.com/AbC123", (), (), id="picture-in-the-text"),
        pytest.param("登録は join.example.com まで", (), ("unknown",), id="no-scheme"),
        pytest.param("登録は join．example．com まで", (), ("unknown",), id="full-width-dots"),
        pytest.param("taro@example.com まで", (), (), id="mail"),
        pytest.param("3.5GHz帯", (), (), id="number"),
    ],
)
def test_links_gives_the_class_of_each_link_once(text, urls, expected):
    assert links(text, urls) == expected


@pytest.mark.parametrize(("name", "one", "other"), PAIRS)
@pytest.mark.parametrize("text", ["見て https://{}/a です", "https://{}", "@MIC_ICT 登録→https://{}/x?y=1 と https://bit.ly/z"])
def test_another_host_of_the_class_gives_the_same_links_and_text(text, name, one, other):
    a, b = text.format(one), text.format(other)
    assert links(a, ()) == links(b, ()) and name in links(a, ())
    assert normalize(a).text == normalize(b).text


@ANY
@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=3))
def test_links_takes_any_text(text, urls):
    assert set(links(text, urls)) <= set(CLASSES)


@ANY
@given(st.from_regex(r"[a-z][a-z0-9-]{0,10}\.(example|invalid|com|co\.jp)", fullmatch=True), st.from_regex(r"[a-z0-9/]{0,10}", fullmatch=True))
def test_link_class_does_not_hang_on_scheme_or_case(host, path):
    wanted = link_class(f"https://{host}/{path}")
    assert link_class(f"http://{host.upper()}/{path}") == link_class(f"{host}/{path}") == wanted

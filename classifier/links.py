"""Links by class: what kind of place a link leads to, never which one."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from classifier.normalize import LINK, SHORT_LINK, is_media

if TYPE_CHECKING:
    from tldextract import TLDExtract

CLASSES = ("official", "news", "social", "shop", "messenger", "shortener", "files", "executable", "look_alike", "unknown", "unexpanded", "defanged")

_OFFICIAL = re.compile(r"(?:^|\.)(?:go\.jp|lg\.jp|ac\.jp|ed\.jp|gov|gov\.uk|europa\.eu|itu\.int|nhk\.or\.jp|jaipa\.or\.jp|tca\.or\.jp|dekyo\.or\.jp|jsa2\.or\.jp|arib\.or\.jp|jarl\.org|jarl\.com)$")
_LISTS = {
    "news": "nhk.jp asahi.com yomiuri.co.jp mainichi.jp nikkei.com sankei.com jiji.com kyodonews.jp tokyo-np.co.jp itmedia.co.jp impress.co.jp "
    "yahoo.co.jp livedoor.com nifty.com goo.ne.jp reuters.com bloomberg.co.jp bbc.com cnet.com ascii.jp mynavi.jp toyokeizai.net diamond.jp "
    "gigazine.net tv-asahi.co.jp ntv.co.jp tbs.co.jp fnn.jp bunshun.jp hokkaido-np.co.jp chunichi.co.jp nishinippon.co.jp wikipedia.org",
    "social": "twitter.com x.com youtube.com youtu.be instagram.com facebook.com tiktok.com note.com hatenablog.com hatena.ne.jp ameblo.jp fc2.com "
    "nicovideo.jp threads.net bsky.app misskey.io pixiv.net qiita.com zenn.dev github.com togetter.com 5ch.net",
    "shop": "amazon.co.jp amazon.com rakuten.co.jp mercari.com shopping.yahoo.co.jp base.shop thebase.in booth.pm aliexpress.com temu.com shein.com "
    "ebay.com minne.com kakaku.com yodobashi.com biccamera.com",
    "messenger": "line.me lin.ee t.me telegram.me wa.me whatsapp.com discord.gg discord.com signal.me kakao.com wechat.com",
    "shortener": "bit.ly tinyurl.com is.gd ow.ly goo.gl buff.ly rebrand.ly cutt.ly x.gd amzn.to amzn.asia onl.bz onl.la ux.nu bit.example s.example t.example",
    "files": "mega.nz mediafire.com gigafile.nu firestorage.jp dropbox.com drive.google.com wetransfer.com uploader.jp rapidgator.net 1fichier.com",
}
_KNOWN = {domain: name for name, domains in _LISTS.items() for domain in domains.split()}
_BRANDS = re.compile(
    r"(?<![a-z])(?:soumu|somu(?![a-z])|mic[_-]?(?:go|gov|ict|jp)|go-?jp|lg-?jp|gov(?![a-z])|my-?number|mynumber|myna(?:portal|point|card)|e-?tax|nenkin|digital-?agency|npa(?![a-z])|keisatsu"
    r"|docomo|softbank|(?<![a-z])au(?:pay|-kddi|one)|kddi|rakuten|amazon|apple-?id|icloud|nhk|ntt(?![a-z])|japan-?post|yubin|sagawa|kuroneko|yamato|paypay|mufg|smbc|mizuho|yucho|jcb|visa|aeon|saison|line-?id)",
)
_BRAND_HOMES = re.compile(
    r"(?:^|\.)(?:docomo\.ne\.jp|amazonaws\.com|amazon\.(?:de|fr|it|es|co\.uk|ca)|aeon\.com|auone\.jp|rakuten-card\.co\.jp|smbc-card\.com|jcb\.jp|visa\.com|global\.ntt|ntt\.global|nttdocomo\.co\.jp|softbank\.jp|au\.com|kddi\.com|rakuten\.co\.jp|rakuten-mobile\.jp|amazon\.co\.jp|amazon\.com|apple\.com|icloud\.com|"
    r"nhk\.or\.jp|nhk\.jp|ntt\.com|ntt\.co\.jp|ntt-east\.co\.jp|ntt-west\.co\.jp|japanpost\.jp|sagawa-exp\.co\.jp|kuronekoyamato\.co\.jp|paypay\.ne\.jp|mufg\.jp|smbc\.co\.jp|"
    r"mizuhobank\.co\.jp|jp-bank\.japanpost\.jp|jcb\.co\.jp|visa\.co\.jp|aeon\.co\.jp|saisoncard\.co\.jp|line\.me)$"
)
_REGISTERED = (".co.jp", ".or.jp", ".ne.jp")
_EXECUTABLE = re.compile(r"\.(?:apk|exe|scr|msi|bat|cmd|ps1|vbs|jar|dmg|pkg|iso|xpi|mobileconfig)$", re.I)
_SCHEME = re.compile(r"^h(?:tt|xx)ps?\s*:\s*//", re.I)


def links(raw: str, urls: Sequence[str]) -> tuple[str, ...]:
    """Return the class of each link of a reply: those of its raw text and its expanded `urls`, pictures left out, each once."""
    found: dict[str, str] = {}
    for url in urls:
        if not is_media(url):
            found[_bare(url)] = link_class(url)
    wrapped = bool(urls)
    if "．" in raw:  # full-width dots, as in hosts that are to be typed in by hand
        raw = unicodedata.normalize("NFKC", raw)
    if "." not in raw:
        return tuple(found.values())
    for m in LINK.finditer(raw):
        link = m.group()
        if is_media(link):
            continue
        if SHORT_LINK.match(link):
            if not wrapped and not (m.end() >= len(raw.rstrip()) and raw[: m.start()].strip()):
                found[link] = "unexpanded"
        else:
            found.setdefault(_bare(link), link_class(link))
    return tuple(found.values())


@lru_cache(maxsize=65536)
def link_class(url: str) -> str:
    """Return the class of a link (one of CLASSES), from its host and the end of its path.

    >>> link_class("https://www.soumu.go.jp/menu_news/"), link_class("http://soumu-go-jp.example.com/login")
    ('official', 'look_alike')
    """
    if "[.]" in url or url[:3].lower() == "hxx":
        return "defanged"
    host = re.split(r"[/?#]", _SCHEME.sub("", url), maxsplit=1)[0].rpartition("@")[2].partition(":")[0].lower().rstrip(".,;!'()*[]")
    if _OFFICIAL.search(host):
        return "official"
    domain = _domain(host)
    if known := _KNOWN.get(host) or _KNOWN.get(host.removeprefix("www.")) or _KNOWN.get(domain):
        return known
    if _BRAND_HOMES.search(host):
        return "unknown"
    if _EXECUTABLE.search(re.split("[?#]", url, maxsplit=1)[0]):
        return "executable"
    registered = domain.endswith(_REGISTERED) and _BRANDS.search(domain)  # only a body of that name gets such a domain
    return "look_alike" if "xn--" in host or (_BRANDS.search(host) and not registered) else "unknown"


def _bare(url: str) -> str:
    return _SCHEME.sub("", url).rstrip("/").lower()


def _domain(host: str) -> str:
    return _suffixes()(host).top_domain_under_public_suffix or host


@cache
def _suffixes() -> "TLDExtract":
    """The public suffix list that travels with tldextract; nothing is downloaded or written."""
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None)

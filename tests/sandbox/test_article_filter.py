"""What WeChat leaves of an article's HTML."""

import pytest

from bot.sandbox.article_filter import filter_article, plain_text

OURS = "http://box/mmbiz/leaf.jpg"


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<script>alert(1)</script><p>一</p>", "<p>一</p>"),
        ("<style>p{color:red}</style><p>一</p>", "<p>一</p>"),
        ('<p class="a" id="b" onclick="c()" data-x="1">一</p>', "<p>一</p>"),
        ('<p style="color:red;position:fixed">一</p>', '<p style="color:red">一</p>'),
        ('<p style="background:url(http://e/x.png)">一</p>', "<p>一</p>"),
        ('<p style="color:var(--ink)">一</p>', "<p>一</p>"),
        (f'<img src="{OURS}" alt="叶" style="width:100%">', f'<img src="{OURS}" alt="叶" style="width:100%">'),
        ('<p>前<img src="http://elsewhere/a.png" alt="a>b">后</p>', "<p>前后</p>"),
        (f'<p>前<img data-src="{OURS}">后</p>', "<p>前后</p>"),
        ('<a href="https://example.org">外</a>', "<a>外</a>"),
        ('<a href="https://mp.weixin.qq.com.example.org/s">外</a>', "<a>外</a>"),
        ('<a href="https://mp.weixin.qq.com/s/x">内</a>', '<a href="https://mp.weixin.qq.com/s/x">内</a>'),
        ('<a href="javascript:alert(1)">坏</a>', "<a>坏</a>"),
        ("<div>一</div><form><input value=1>二</form>", "一二"),
        ('<p>一<iframe src="https://v"></iframe><video src="v"></video></p>', "<p>一</p>"),
        ('<td colspan="2">一</td>', "一"),
        ("<pre><code>a&nbsp;b<br>c</code></pre>", "<pre><code>a&nbsp;b<br>c</code></pre>"),
        (
            '<svg id="a" width="9"><path d="M0 0" fill="url(#a)"></path></svg>',
            '<svg width="9"><path d="M0 0"></path></svg>',
        ),
        ("<p>没有合上", "<p>没有合上</p>"),
    ],
)
def test_filter(html: str, left: str) -> None:
    assert filter_article(html, lambda url: url == OURS) == left


def test_plain_text_folds_white_space_and_entities() -> None:
    assert plain_text("<style>p{}</style><p>一 &amp;\n\n二</p>") == "一 & 二"

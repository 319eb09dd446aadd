"""The encoding of a text is found from the text."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.text.encoding import FILE_SIGNATURES, decode_text, encoding_notice

SIGNATURES = tuple(signature for signature, _ in FILE_SIGNATURES)
TRADITIONAL = (
    "大家好，歡迎來到今天的節目",
    "我們來聊一聊人工智慧的歷史",
    "這個問題的答案其實很簡單",
    "他在加拿大的多倫多大學學習數學",
    "後來這家公司被收購了",
    "為什麼會這樣呢？",
    "兩年之後，他離開了這裡",
)
SIMPLIFIED = (
    "你好",
    "联通",
    "大家好，我是大飞",
    "他在加拿大的多伦多大学学习数学",
    "但是",
    "孔乙己站着喝酒",
    "然后在2014年的一天",
    "OpenAI的GPT-4o",
)


@pytest.mark.parametrize("text", SIMPLIFIED)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-32"])
def test_decode_text_reads_simplified_chinese_in_every_encoding(text: str, encoding: str) -> None:
    """From two characters on; 联通 in GBK has the form of UTF-8, which misled many editors."""
    assert decode_text(text.encode(encoding), "x.txt")[0] == text


@pytest.mark.parametrize("text", TRADITIONAL)
@pytest.mark.parametrize("encoding", ["utf-8", "big5", "cp950", "big5hkscs", "gb18030", "utf-16"])
def test_decode_text_reads_traditional_chinese_in_every_encoding(text: str, encoding: str) -> None:
    """Big5 is told from GBK by what comes out, since nearly all bytes are right in both."""
    assert decode_text(text.encode(encoding), "x.txt")[0] == text


@pytest.mark.parametrize("text", [text for text in (*SIMPLIFIED, *TRADITIONAL) if len(text) > 4])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_decode_text_reads_utf_16_without_byte_order_mark(text: str, encoding: str) -> None:
    """Windows programs write it so; it is named with its byte order."""
    assert decode_text(text.encode(encoding), "x.txt") == (text, encoding)


@pytest.mark.parametrize(
    "text",
    [
        "keep peak",
        "Hello, world",
        "a",
        "café — “naïve”",
        "Привет, мир",
        "こんにちは、世界",
        "안녕하세요",
        "x=1;y=2",
        "It is 25°C today.",
        "½ cup each, ±5%",
        "一",
    ],
)
def test_decode_text_reads_other_languages_in_utf_8(text: str) -> None:
    """Nothing that is UTF-8 is taken for Chinese in another encoding."""
    assert decode_text(text.encode(), "x.txt") == (text, "utf-8")


def test_decode_text_reads_english_with_windows_quotes() -> None:
    """An English file from an old editor: mostly ASCII, with “ ” ’ and é of code page 1252."""
    text = "It’s “good”, said Beyoncé at the café."
    assert decode_text(text.encode("cp1252"), "x.txt") == (text, "cp1252")


def test_decode_text_reads_each_row_of_the_talks_alone(talks: dict[str, tuple[str, ...]]) -> None:
    """Short rows give little to go by: all of them are found in GBK, and in UTF-8."""
    for rows in talks.values():
        for row in rows:
            assert decode_text(row.encode("gb18030"), "x.txt")[0] == row
            assert decode_text(row.encode(), "x.txt") == (row, "utf-8")


def test_decode_text_reports_damaged_utf_8() -> None:
    """One wrong byte is reported with its line; read as GBK the whole file would be garbled."""
    data = bytearray("大家好\n这里是最佳拍档\n我是大飞".encode())
    data[12] = 0xFF
    with pytest.raises(
        InputError,
        match=r"Line 2 contains bytes that are not UTF-8, although the rest of the file is",
    ):
        decode_text(bytes(data), "x.txt")


def test_decode_text_reports_a_wrong_byte_order_mark() -> None:
    """The byte order mark says UTF-8; the text is something else."""
    with pytest.raises(
        InputError, match=r"The file is marked as UTF-8, but byte 1 \(line 1\) is not"
    ):
        decode_text(b"\xef\xbb\xbf" + "你好".encode("gbk"), "x.txt")


def test_decode_text_refuses_noise() -> None:
    """Random bytes are in no encoding: at most one in fifty short pieces can look like text."""
    noise = random.Random(7)
    read = 0
    for _ in range(200):
        try:
            decode_text(bytes(noise.randrange(1, 256) for _ in range(60)), "x.txt")
        except InputError:
            continue
        read += 1
    assert read <= 4


@pytest.mark.parametrize(("signature", "kind"), FILE_SIGNATURES)
def test_decode_text_names_the_kind_of_a_file_that_is_not_text(signature: bytes, kind: str) -> None:
    """Every kind has a sentence in the catalogue, in each language."""
    with pytest.raises(InputError) as caught:
        decode_text(signature + bytes(64), "talk.txt")
    assert str(message(kind)) in caught.value.problem
    assert message(kind).in_language("zh") != str(message(kind))


SIGNS = "°℃©®™→↑✓×±²½§№☕€£¥…–—“”‘’«»•·≤≥≠∞µπΩ∑√♪★☆❤¼¾³º¿¡"


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("line", ["Today {}.", "{}", "5{}C", "今天{}度", "A{}B\r\nsecond line\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_decode_text_takes_utf_8_with_a_single_sign_for_utf_8(
    sign: str, line: str, encoding: str
) -> None:
    """Bytes that are UTF-8 are UTF-8, whatever they would be in GB18030 or Windows-1252."""
    text = line.format(sign)
    assert decode_text(text.encode(encoding), "x.txt") == (text, "utf-8")


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1))
def test_decode_text_gives_back_all_text_in_utf_8(text: str) -> None:
    """Whatever is written; a byte order mark or the signature of another kind of file apart."""
    assume(not text.startswith("\ufeff") and not text.encode().startswith(SIGNATURES))
    assume(text.encode()[4:8] != b"ftyp")
    assert decode_text(text.encode(), "x.txt") == (text, "utf-8")


OTHER_ENCODINGS = {
    "cp932": ("こんにちは、世界", "今日は天気がいいですね", "5年前、彼は会社を辞めた", "お金"),
    "euc_jp": ("東京タワーに行きました", "人工知能の歴史について話します", "カタカナ"),
    "cp949": ("안녕하세요", "오늘은 날씨가 좋네요", "그는 2014년에 회사를 떠났다", "서울"),
    "cp1251": ("Привет, мир", "да", "Это стоит 25 рублей", "Київ і Львів"),
    "koi8-r": ("Сегодня мы поговорим об истории", "Москва"),
    "cp1252": ("Ça coûte 25 € à l’hôtel", "¿Qué pasó?", "Größe", "It’s 25°C today", "½ cup, ±5%"),
    "cp1250": ("Dzień dobry, dziś opowiem o historii", "Dobrý den, dnes si řekneme něco"),
    "cp1253": ("Καλημέρα κόσμε", "Σήμερα θα μιλήσουμε για την ιστορία"),
    "cp1254": ("Günaydın, bugün şehirde", "İstanbul’da yaşıyoruz"),
    "cp1255": ("היום נדבר על ההיסטוריה",),
    "cp1256": ("مرحبا بالعالم", "اليوم سنتحدث عن التاريخ"),
    "cp1257": ("Labas rytas, šiandien kalbėsime apie istoriją", "Labrīt, šodien runāsim"),
}


@pytest.mark.parametrize(
    ("encoding", "text"),
    [(encoding, text) for encoding, texts in OTHER_ENCODINGS.items() for text in texts],
)
def test_decode_text_finds_the_encodings_of_other_languages(encoding: str, text: str) -> None:
    """From a word or two on, by the characters that come out."""
    assert decode_text(text.encode(encoding), "x.txt") == (text, encoding)


def test_encoding_notice_names_the_file_and_its_encoding() -> None:
    """UTF-8 is what is expected: nothing is said of it, nor of a file that is not there."""
    notice = encoding_notice("大家好，我是大飞".encode("gbk"), "talk.en.txt")
    assert str(notice) == "talk.en.txt was read as GB18030 (GBK)."
    assert encoding_notice("25°C".encode(), "talk.en.txt") is None
    assert encoding_notice(None, "talk.en.txt") is None

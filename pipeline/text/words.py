"""Where the words of a row begin and end: atoms whole, Chinese by jieba, names with · in one piece."""

from __future__ import annotations

import re
import warnings
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.text.atoms import ATOM, HAN, NUMERAL, UNITS, continuing
from pipeline.text.modern import MODERN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import jieba

Spans = tuple[tuple[int, int], ...]

_LONGEST_WORD = 8
_MODERN_FREQUENCY = 300
_MODERN_VERBS = frozenset({"微调", "开源", "闭源", "点赞", "转发", "预训练", "不过分"})
_LONGEST_RUN = 400  # jieba's model for unknown words copies its path at every character: quadratic in the run
_HAN_RUN = re.compile(f"[{HAN}]+")
_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(f"[第好前后近这那每]?[{NUMERAL}数多余]+[个多余]?")
_COUNTED = re.compile(rf"[{NUMERAL}数].*|第.+")
_SERIES, _SERIES_OF = re.compile(r"[-–][0-9]+[A-Z]?"), frozenset("歼轰运直教强苏米风征号龙鹰")  # 歼-20, 长征-5
_POINTERS = frozenset("这那每某各另哪上下前后近头好几")
_NEVER_BEGINS = frozenset("中里上下时后前内了的着也就都是在和与把被")  # function words begin no unknown word
# the characters newspapers write foreign names with (Xinhua's tables); none of them is a function word
_NAME = frozenset(
    "阿埃艾爱安昂奥巴拜班邦保鲍北贝本比彼毕宾波玻博伯勃卜布采策查柴察楚茨慈次达大代戴丹道德登邓迪底蒂丁东杜敦顿多厄恩尔法凡范方菲费芬丰冯佛夫弗福富盖甘冈高戈哥格葛根贡古瓜圭哈海罕汉豪赫黑亨洪侯胡花华怀惠霍基吉季加贾简杰金京久居卡凯坎康考柯科克肯"
    "孔库夸拉腊莱赖兰朗劳勒雷蕾黎里理利立丽莉莲廉列林琳霖隆龙卢鲁路露吕伦罗萝洛马玛迈麦曼芒毛茅梅门蒙孟米密妙敏明缪摩莫墨默姆木穆拿纳娜乃奈南内嫩尼妮年涅宁牛纽农努女诺欧帕派潘庞培佩彭蓬皮匹平泼珀朴普齐奇契恰千强乔切钦琴青琼丘屈热仁日荣茹儒瑞若撒"
    "萨赛三桑瑟森沙莎山尚绍舍申生圣胜施什石史士舒双丝司斯松苏孙索塔泰坦唐陶特腾提田铁廷通图土托瓦万汪旺威韦维伟魏温文翁沃乌武西希锡席夏香向肖谢辛欣兴休修许逊雅亚延扬耶叶伊依易因英永尤约云泽曾扎詹张章哲珍芝治朱珠兹卓子宗祖佐滋辉历翰烈塞堡世岛",
)
_NOT_ALONE = frozenset("约大多里士拿立南北东西奇当")  # in names, yes; but a word of its own where it stands alone


class Segmenter:
    """Cuts rows into words. The dictionary is read at the first Chinese word (about 0.3 s) and stays with the object.

    It pickles as nothing but itself: a worker reads the dictionary anew. The dictionary comes straight from the jieba that is
    installed; jieba's own cache, a marshal file in a folder anyone can write, is neither read nor written (reading it takes as long).
    """

    def __reduce__(self) -> tuple[type[Segmenter], tuple[()]]:
        """Travel to workers without the dictionary."""
        return Segmenter, ()

    def words(self, text: str) -> Spans:
        """Return the words of a text as ranges of characters that cover all of it, spaces and punctuation included."""
        spans = list(self._raw(text))
        return tuple(_with_marks(text, _joined(text, spans)))

    def tag(self, word: str) -> str:
        """Return the part of speech jieba's dictionary gives a word (`n`, `v`, `nr`, …), or nothing."""
        return self._dictionary[1].get(word, "")

    def frequency(self, word: str) -> int:
        """Return how often a word stands in the 60 million words jieba counted; 0 where it does not know it."""
        return self._dictionary[0].get(word, 0)

    @cached_property
    def _dictionary(self) -> tuple[dict[str, int], dict[str, str]]:
        from importlib.resources import files

        flat = files("jieba").joinpath("dict.txt").read_text("utf-8").split()
        words = flat[0::3]
        frequencies, tags = dict(zip(words, map(int, flat[1::3]), strict=True)), dict(zip(words, flat[2::3], strict=True))
        for word in MODERN:
            frequencies[word] = max(_MODERN_FREQUENCY, frequencies.get(word, 0))
            tags[word] = "v" if word.endswith("于") or word in _MODERN_VERBS else "nz"
        return frequencies, tags

    @cached_property
    def _tokenizer(self) -> jieba.Tokenizer:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # jieba 0.42 has invalid escapes and asks for pkg_resources
            import jieba

        frequencies = self._dictionary[0]

        class Direct(jieba.Tokenizer):  # type: ignore[misc] # jieba ships no types
            """Looks words up without the table of prefixes that jieba builds at start (half of its loading time)."""

            def get_DAG(self, sentence: str) -> dict[int, list[int]]:  # noqa: N802 - jieba's name
                size = len(sentence)
                return {
                    first: [last for last in range(first, min(first + _LONGEST_WORD, size)) if frequencies.get(sentence[first : last + 1])]
                    or [first]
                    for first in range(size)
                }

        tokenizer = Direct()
        tokenizer.FREQ = frequencies
        tokenizer.total = sum(frequencies.values())
        tokenizer.initialized = True
        return tokenizer

    def _raw(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield atoms, jieba's words and every other character, in order."""
        at = 0
        for atom in ATOM.finditer(text):
            yield from self._between(text, at, atom.start())
            yield atom.span()
            at = atom.end()
        yield from self._between(text, at, len(text))

    def _between(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        at = start
        while at < end:
            run = _HAN_RUN.match(text, at, min(end, at + _LONGEST_RUN))
            if run is None:
                space = _SPACE.match(text, at, end)
                after = space.end() if space else at + 1
                yield at, after
                at = after
                continue
            for word in self._tokenizer.cut(run.group()):
                if len(word) > 1 and word[0] in _NEVER_BEGINS and word not in self._dictionary[0]:  # a guess of the model for unknown words
                    yield at, at + 1
                    yield at + 1, at + len(word)
                else:
                    yield at, at + len(word)
                at += len(word)


def _joined(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the words with Chinese numbers joined to their units, and foreign names joined around their dots."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        word = text[start:end]
        before = text[slice(*out[-1])] if out else ""
        if (
            (word in UNITS and _NUMBER.fullmatch(before))
            or (before in _POINTERS and _COUNTED.fullmatch(word))
            or (_SERIES.fullmatch(word) and before[-1:] in _SERIES_OF)
        ):
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return _names(text, out) if "·" in text or "•" in text else out


def _names(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the words with what stands around the dots of foreign names made one: 亚历克斯·克里热夫斯基."""
    out: list[tuple[int, int]] = []
    in_name = False
    for start, end in spans:
        word = text[start:end]
        if word in "·•" and out and (in_name or _is_name(text[slice(*out[-1])])):
            first = out.pop()[0]
            while not in_name and out and out[-1][1] == first and _is_name(text[slice(*out[-1])]):
                first = out.pop()[0]
            out.append((first, end))
            in_name = True
        elif in_name and _is_name(word) and (not word.isascii() or text[start - 1] in "·•"):
            out[-1] = (out[-1][0], end)
        else:
            in_name = False
            out.append((start, end))
    return out


def is_foreign_name(word: str) -> bool:
    """Return whether a word is written with the characters foreign names are written with, and is no word of its own."""
    return word[0] in _NAME and word not in _NOT_ALONE and all(char in _NAME or char == "·" for char in word)


def _is_name(word: str) -> bool:
    return word.replace(".", "").isalpha() if word.isascii() else is_foreign_name(word)


def _with_marks(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans with accents and joiners put back to the character they belong to."""
    held: tuple[int, int] | None = None
    goes_on = continuing(text)
    for start, end in spans:
        if held and goes_on[start]:
            held = (held[0], end)
            continue
        if held:
            yield held
        held = (start, end)
    if held:
        yield held

"""Build the bundled fonts.

Noto Sans CJK SC, cut down to what a Chinese talk (simplified or traditional) with English names
needs.

Noto Sans CJK has only part of Latin Extended, of Greek and of Cyrillic; a subset of Noto Sans
beside it has the rest (Łukasiewicz, Žižek). Run it, with Debian's fonts-noto-cjk and
fonts-noto-core installed (or unpacked below another folder), whenever the character set changes:

    python scripts/build_font.py [/usr/share/fonts]

The same input files give the same bytes. Both are under the SIL Open Font License 1.1:
`pipeline/fonts/OFL.txt` ships beside them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parents[1] / "pipeline" / "fonts"
WEIGHTS = ("Regular", "Bold")
SIMPLIFIED_FACE = 2  # in Noto CJK's collections 0 is Japanese, 1 Korean, 2 Simplified Chinese

RANGES = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x017F),  # Latin-1, Latin Extended-A
    (0x01CD, 0x01DC),  # pinyin vowels with tone marks
    (0x0250, 0x02AF),  # IPA
    (0x02B0, 0x036F),  # modifiers, combining marks
    (0x0391, 0x03C9),  # Greek
    (0x0401, 0x0451),  # Cyrillic
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x2010, 0x205E),  # General Punctuation
    (0x2070, 0x209C),  # superscripts, subscripts
    (0x20A0, 0x20BF),  # currencies
    (0x2100, 0x218B),  # letterlike, number forms
    (0x2190, 0x23FF),  # arrows, mathematics, technical
    (0x2460, 0x27BF),  # enclosed, boxes, shapes, symbols, dingbats
    (0x2E3A, 0x2E3B),  # long dashes
    (0x3000, 0x312F),  # CJK punctuation, kana, bopomofo
    (0x3220, 0x33FF),  # enclosed CJK, squared units
    (0xFF01, 0xFFE6),  # full-width and half-width forms
    (0xFFFC, 0xFFFD),  # replacement characters
)

WESTERN = (
    (0x0020, 0x007E),  # Basic Latin: a word is drawn from one font
    (0x00A0, 0x024F),  # Latin-1, Latin Extended-A and B
    (0x0300, 0x036F),  # combining marks
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x04FF),  # Cyrillic
    (0x1E00, 0x1FFF),  # Latin Extended Additional, Greek Extended
    (0x2010, 0x205E),  # General Punctuation
    (0x20A0, 0x20BF),  # currencies
)

# Characters that the national standard of 1980 left out and that are in daily use: given names,
# places, elements, words of the web.
BEYOND_GB2312 = (
    "喆堃玥珺祎昇赟翀甯镕暐昉昕旻晞煊炜焜熠燚珅珩琤琰瑄瑀璟璠甦祐禛竑筠翊翾芃荃蓁蘅袆诩谞贇跞逄郦鄢釭铎锜镠閎闿陉霈霁靓韡頔颀颢骉骢骦鸰"
    "囧嘢瞭濛乾藉髙勐鳚煋猹媛婧姸妘嫄嬿宬峣嵘崟巘帡彧怡恺惇慜懋戬扆抃斐旸旼昀昶晁晏晟晗晙晢暄曈枞桢棻楙榕槿檠歆毓沄沅沆沚泓洺洹浠浥涵淏淦淼渼湉湜溦滢潇潆澍瀚炆炅炘烜焱煜熵爰爻玏"
    "玟玠玢玦玮玳珂珈珏珞琇琊琎琛琦琨琪琬琮瑗瑜瑢瑭璇璐璞瓒瓯甄畈皓皝皞眙睿砺祉祗祯祾禾秾稷穆窈竦笙筱箬箴篁粲纮绂绮缇缦羲翎翙翚翥耔耘聃脩芊芮苡苒茗茜荇莘莜菀萱葳蕤薇虓蜚衍裎裕褆觐誉謇谌谧"
    "豫贽赪跹轩轲辂辰迓迪逯遒邈邺郄郗郜郢鄞鄯酆酩釉鉴钊钰铄铭铮锃锐锦锴镝镡镱闫阙阚陟隗隽雩雱雯霏霖霓霰鞅韬韫顼颐飏飔饴馥骁骅骊骎骐骞骥髦魁鲁鲧鳐鸢鸾鹄鹓麓麟黛黻黼鼐齐龢"
    "锿镄钔锘铹镆鿏鿔鿭鿬鿫鉨鍩鎶鈹猕粑糗冇冚哋唔啲喺嘅嚟佢咁噉囉𬭊𬭳𬭛𬭶𬬭𬬻𫓧𫟼𫟷"
)


def gb2312() -> set[int]:
    """Return every character of the national standard GB 2312."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return {ord(character) for pair in pairs if (character := pair.decode("gb2312", "ignore"))}


def big5_common() -> set[int]:
    """Return the 5,401 everyday characters of Big5 (its first level).

    Traditional titles, names and quotations.
    """
    pairs = (bytes((row, cell)) for row in range(0xA4, 0xC7) for cell in range(0x40, 0xFF))
    return {
        ord(character)
        for pair in pairs
        if (character := pair.decode("big5", "ignore")) and len(character) == 1
    }


def chinese(root: Path, weight: str) -> Path:
    """Write one weight of the Chinese font and return its path."""
    wanted = gb2312() | big5_common() | {ord(character) for character in BEYOND_GB2312}
    for first, last in RANGES:
        wanted.update(range(first, last + 1))
    source = TTFont(
        root / f"opentype/noto/NotoSansCJK-{weight}.ttc",
        fontNumber=SIMPLIFIED_FACE,
        recalcTimestamp=False,
    )
    return cut(source, wanted, TARGET / f"NotoSansCJKsc-{weight}-subset.otf")


def western(root: Path, weight: str) -> Path:
    """Write one weight of the font with the letters that the Chinese font lacks; return its path.

    They are Latin, Greek and Cyrillic.
    """
    source = TTFont(root / f"truetype/noto/NotoSans-{weight}.ttf", recalcTimestamp=False)
    wanted = {code for first, last in WESTERN for code in range(first, last + 1)}
    return cut(source, wanted, TARGET / f"NotoSans-{weight}-subset.ttf")


def cut(source: TTFont, wanted: set[int], target: Path) -> Path:
    """Write a font with the wanted characters only."""
    options = subset.Options()
    options.layout_features = ["ccmp", "kern", "liga", "mark", "mkmk", "halt", "palt", "pwid"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.hinting = False  # captions are drawn at screen-independent sizes, unhinted
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(source)
    source.save(target)
    return target


def main() -> int:
    """Build every weight and say how large each came out."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts")
    for target in [make(root, weight) for make in (chinese, western) for weight in WEIGHTS]:
        with TTFont(target) as font:
            sys.stdout.write(
                f"{target.name}: {target.stat().st_size / 1e6:.2f} MB, {len(font.getBestCmap())} "
                "characters\n"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())

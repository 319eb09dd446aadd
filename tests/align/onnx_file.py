"""Writes a tiny CTC model as ONNX, which the real runtime loads; it recognises letters as tones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
from pypinyin import Style, lazy_pinyin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

RATE = 16_000
STRIDE, WINDOW = 320, 400  # as the models of this kind have: 20 ms, 25 ms
LETTERS = "abcdefghijklmnopqrstuvwxyz"
LABELS = {"-": 0, **{letter: column for column, letter in enumerate(LETTERS, 1)}}
ROWS = ("今天我们来聊血压", "OpenAI发布了新模型", "每天走三十分钟", "手臂放在高处", "最后取平均值")
LETTER = 0.09  # s
_FLOAT, _INT64, _INTS, _INT = 1, 7, 7, 2


def tone(letter: str) -> float:
    """Return the frequency a letter sounds at, in Hz."""
    return 400 + 240 * LETTERS.index(letter)


def letters(row: str) -> str:
    """Return what is sounded for a row."""
    return "".join(lazy_pinyin(row, style=Style.NORMAL)).lower()


def sung(
    rows: Sequence[str], gap: float = 0.25, rate: int = RATE
) -> tuple[NDArray[np.int16], list[tuple[float, float]]]:
    """Return rows as tones, one per letter with a short rest between, and their times in s."""
    parts, spans, at = [np.zeros(round(0.5 * rate))], [], 0.5
    for row in rows:
        start = at
        for letter in letters(row):
            times = np.arange(round(LETTER * rate)) / rate
            wave = np.sin(2 * np.pi * tone(letter) * times) * np.minimum(
                1, np.minimum(times, times[::-1]) / 0.005
            )
            parts += [wave, np.zeros(round(0.02 * rate))]
            at += LETTER + 0.02
        spans.append((start, at - 0.02))
        parts.append(np.zeros(round(gap * rate)))
        at += gap
    noise = np.random.default_rng(1).normal(0, 30, sum(map(len, parts)))
    return (np.concatenate(parts) * 12_000 + noise).astype(np.int16), spans


def write_model(folder: Path) -> Path:
    """Write the model and its vocabulary into a folder; return the model's path."""
    (folder / "vocab.json").write_text(json.dumps(LABELS))
    path = folder / "model.onnx"
    path.write_bytes(_model())
    return path


def _model() -> bytes:
    times = np.arange(WINDOW) / RATE
    taper = np.hanning(WINDOW)
    waves = [
        part(2 * np.pi * tone(letter) * times) * taper
        for letter in LETTERS
        for part in (np.cos, np.sin)
    ]
    filters = np.array(waves, np.float32)[:, None, :] * np.float32(4 / WINDOW)
    count = len(LABELS)
    mix = np.zeros((count, 2 * len(LETTERS), 1), np.float32)
    for column in range(1, count):
        mix[column, 2 * column - 2 : 2 * column, 0] = 60.0
    bias = np.zeros(count, np.float32)
    bias[0] = 3.0
    nodes = [
        _node("Reshape", ["samples", "shape"], "wave"),
        _node("Conv", ["wave", "filters"], "parts", strides=[STRIDE]),
        _node("Mul", ["parts", "parts"], "power"),
        _node("Conv", ["power", "mix", "bias"], "scores"),
        _node("Transpose", ["scores"], "logits", perm=[0, 2, 1]),
    ]
    tensors = [
        _tensor("shape", np.array([1, 1, -1], np.int64)),
        _tensor("filters", filters),
        _tensor("mix", mix),
        _tensor("bias", bias),
    ]
    graph = b"".join(
        [
            *(_field(1, node) for node in nodes),
            _field(2, b"tones"),
            *(_field(5, tensor) for tensor in tensors),
            _field(11, _value("samples", [1, "n"])),
            _field(12, _value("logits", [1, "t", count])),
        ]
    )
    return _number(1, 8) + _field(8, _number(2, 13)) + _field(7, graph)


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _field(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _node(kind: str, inputs: list[str], output: str, **lists: list[int]) -> bytes:
    attributes = (
        _field(1, name.encode())
        + b"".join(_number(8, value) for value in values)
        + _number(20, _INTS)
        for name, values in lists.items()
    )
    return (
        b"".join(_field(1, name.encode()) for name in inputs)
        + _field(2, output.encode())
        + _field(4, kind.encode())
        + b"".join(_field(5, attribute) for attribute in attributes)
    )


def _tensor(name: str, values: NDArray[np.float32] | NDArray[np.int64]) -> bytes:
    kind = _INT64 if values.dtype == np.int64 else _FLOAT
    return (
        b"".join(_number(1, size) for size in values.shape)
        + _number(2, kind)
        + _field(8, name.encode())
        + _field(9, values.tobytes())
    )


def _value(name: str, shape: list[int | str]) -> bytes:
    sizes = b"".join(
        _field(1, _number(1, size) if isinstance(size, int) else _field(2, size.encode()))
        for size in shape
    )
    return _field(1, name.encode()) + _field(2, _field(1, _number(1, _FLOAT) + _field(2, sizes)))

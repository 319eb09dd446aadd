"""Make the model of `data/tiny-vits`: a real VITS graph for sherpa-onnx of one kilobyte.

It speaks each token as a tone of its own.

Run with the package `onnx` installed: python tests/speech/make_tiny_vits.py
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

RATE, SAMPLES_A_TOKEN = 16_000, 2_880
LOWEST, STEP = 420.0, 80.0
CHARACTERS = "大家好你们今天说什么"
FOLDER = Path(__file__).parent / "data" / "tiny-vits"


def main() -> None:
    """Write model, tokens and lexicon."""
    import onnx  # type: ignore[import-not-found,unused-ignore] # needed here only

    FOLDER.mkdir(parents=True, exist_ok=True)
    onnx.save(_model(onnx), FOLDER / "model.onnx")
    tokens = ["_", "，", "。", *CHARACTERS]
    (FOLDER / "tokens.txt").write_text(
        "".join(f"{token} {number}\n" for number, token in enumerate(tokens)), "utf-8"
    )
    (FOLDER / "lexicon.txt").write_text("".join(f"{char} {char}\n" for char in CHARACTERS), "utf-8")


def _model(onnx: Any) -> Any:  # noqa: ANN401 - a package that is not installed with the tests
    node, constant, value = (
        onnx.helper.make_node,
        onnx.helper.make_tensor,
        onnx.helper.make_tensor_value_info,
    )
    real, whole = onnx.TensorProto.FLOAT, onnx.TensorProto.INT64
    numbers = {"step": STEP, "low": LOWEST, "turn": 2 * math.pi / RATE, "gain": 0.3, "nothing": 0.0}
    nodes = [
        node("Cast", ["x"], ["token"], to=real),
        node("Mul", ["token", "step"], ["above"]),
        node("Add", ["above", "low"], ["hertz"]),
        node("Unsqueeze", ["hertz", "last"], ["column"]),
        node("Range", ["start", "length", "one"], ["sample"]),
        node("Cast", ["sample"], ["place"], to=real),
        node("Mul", ["place", "turn"], ["angle"]),
        node("Mul", ["column", "angle"], ["phase"]),
        node("Sin", ["phase"], ["wave"]),
        node("Mul", ["wave", "gain"], ["sum0"]),
    ]
    # sherpa-onnx passes all inputs of a VITS model: a graph must have them, if only to ignore them
    for index, name in enumerate(("noise_scale", "length_scale", "noise_scale_w")):
        nodes += [
            node("Mul", [name, "nothing"], [f"zero{index}"]),
            node("Add", [f"sum{index}", f"zero{index}"], [f"sum{index + 1}"]),
        ]
    nodes += [
        node("Cast", ["x_length"], ["count"], to=real),
        node("Mul", ["count", "nothing"], ["zero3"]),
        node("Add", ["sum3", "zero3"], ["sum4"]),
        node("Reshape", ["sum4", "flat"], ["y"]),
    ]
    constants = [constant(name, real, [], [number]) for name, number in numbers.items()]
    constants += [
        constant(name, whole, [], [number])
        for name, number in {"start": 0, "length": SAMPLES_A_TOKEN, "one": 1}.items()
    ]
    constants += [constant("last", whole, [1], [2]), constant("flat", whole, [3], [1, 1, -1])]
    inputs = [value("x", whole, [1, "tokens"]), value("x_length", whole, [1])]
    inputs += [value(name, real, [1]) for name in ("noise_scale", "length_scale", "noise_scale_w")]
    graph = onnx.helper.make_graph(
        nodes, "tiny", inputs, [value("y", real, [1, 1, "samples"])], constants
    )
    model = onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=8
    )
    told = {
        "model_type": "vits",
        "comment": "tiny",
        "language": "Chinese",
        "add_blank": "0",
        "n_speakers": "1",
        "version": "1",
    }
    for key, text in {**told, "sample_rate": str(RATE), "punctuation": ", . 。 ，"}.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, text
    onnx.checker.check_model(model)
    return model


if __name__ == "__main__":
    main()

"""Holds exported ONNX graphs against this program.

    utsushi export MODEL --onnx FOLDER
    cargo run --release -p utsushi-onnx-export -p utsushi-cli --example reference -- MODEL reference.safetensors
    python bench/onnx/parity.py FOLDER reference.safetensors [--limit 1e-3]

Every graph goes through ONNX's own checker, with shapes inferred, and then through ONNX Runtime
on the pictures of `crates/onnx-export/examples/reference.rs`. Exits with 1 if a value is further off than
the limit.
"""

import argparse
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file

NETWORKS = ["content_encoder", "style_encoder", "mapping_network", "decoder", "transfer"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("reference")
    parser.add_argument("--limit", type=float, default=1e-3)
    arguments = parser.parse_args()
    reference = load_file(arguments.reference)
    cases = sorted({int(name.split(".")[1]) for name in reference})
    print(f"onnx {onnx.__version__}, ONNX Runtime {onnxruntime.__version__}")
    far = False
    for network in NETWORKS:
        file = arguments.folder / f"{network}.onnx"
        model = onnx.load(file)
        onnx.checker.check_model(model, full_check=True)
        session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
        types = {each.name: each.type for each in session.get_inputs()}
        worst = 0.0
        for case in cases:
            start = f"{network}.{case}."
            inputs = {name: reference[f"{start}in.{name}"] for name in types}
            for name, kind in types.items():
                if kind == "tensor(int64)":
                    inputs[name] = inputs[name].astype(np.int64)
            names = [each.name for each in session.get_outputs()]
            for name, found in zip(names, session.run(names, inputs)):
                expected = reference[f"{start}out.{name}"]
                assert found.shape == expected.shape, (network, name, found.shape, expected.shape)
                worst = max(worst, float(np.abs(found - expected).max()))
        metadata = {each.key: each.value for each in model.metadata_props}
        assert metadata["network"] == network and metadata["styles"] and metadata["card"]
        print(f"{network:16} {file.stat().st_size / 1e6:6.2f} MB  largest difference {worst:.2e}")
        far |= worst > arguments.limit
    sys.exit(1 if far else 0)


main()

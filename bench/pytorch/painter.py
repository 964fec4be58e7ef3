"""A published model in PyTorch.

    from painter import Painter

    painter = Painter.load("model.safetensors")
    codes = painter.style_of(painting)               # [batch, 4, style_dim]
    painted = painter(content, codes)                # as `content`

Pictures are [batch, 3, height, width], RGB, −1…1. The sides of contents are multiples of 8, those
of paintings multiples of 16; `painter.config["native_size"]` is the side at which the networks saw
paintings. `painter.styles` names the styles; `painter.mean_style("tv-cel")` and `painter.drawn_style(
"tv-cel", noise)` give codes without a painting. Parameters go by their names in the file, with two
underscores for each dot.

As a program, with the file that `crates/onnx-export/examples/reference.rs` writes, it holds every network
against the numbers of the Rust program, and exits with 1 if one is further off than 1e-3:

    python bench/pytorch/painter.py MODEL reference.safetensors
"""

import json
import pathlib
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import twin  # noqa: E402

twin.PAINTING = True

NETWORKS = "networks."
MEANS = "styles.mean"


class Painter(torch.nn.Module):
    """The networks of one model, in 32 bits."""

    def __init__(self, tensors, config, styles, card=""):
        super().__init__()
        self.config, self.styles, self.card = config, styles, card
        self.names = {name: name.replace(".", "__") for name in tensors if name != MEANS}
        for name, plain in self.names.items():
            self.register_parameter(plain, torch.nn.Parameter(tensors[name].float()))
        self.register_buffer("means", tensors[MEANS].float() if MEANS in tensors else None)

    @classmethod
    def load(cls, path):
        """Reads what `utsushi export` writes."""
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
        if metadata.get("format") != "utsushi-model":
            raise ValueError(f"{path} is no model of utsushi")
        return cls(load_file(path), json.loads(metadata["config"]), json.loads(metadata["styles"]),
                   metadata["card"])

    def weights(self):
        """Weights by their names in the file, without `networks.`."""
        return {name.removeprefix(NETWORKS): getattr(self, plain) for name, plain in self.names.items()}

    def forward(self, content, codes):
        """Contents in the styles of codes, one for each or one for all."""
        weights = self.weights()
        codes = codes.expand(content.shape[0], -1, -1)
        return twin.decode(weights, twin.encode(weights, content), codes)

    def content_of(self, pictures):
        """What pictures show: features at an eighth of their sides, and lines at half or None."""
        return twin.encode(self.weights(), pictures)

    def style_of(self, paintings):
        """The codes of paintings."""
        return twin.style_codes(self.weights(), paintings)

    def mean_style(self, name):
        """The mean code of a style's paintings."""
        if self.means is None:
            raise ValueError("the model has no mean codes")
        return self.means[self.label(name)].reshape(1, twin.STAGES, -1)

    def drawn_style(self, name, noise):
        """Codes of a style from normal numbers [batch, latent_dim]."""
        labels = torch.full((noise.shape[0],), self.label(name))
        return twin.drawn_codes(self.weights(), noise, labels)

    def label(self, name):
        """The place of a style among the others."""
        names = [style["name"] for style in self.styles]
        if name not in names:
            raise ValueError(f"there is no style {name}; there are {', '.join(names)}")
        return names.index(name)


def compare(model, reference):
    """The largest difference of each network to the Rust program's numbers."""
    painter, reference = Painter.load(model), load_file(reference)
    weights = painter.weights()

    def content(case):
        shown = (case["in.content"], case.get("in.lines"))
        codes = case["in.style"].expand(shown[0].shape[0], -1, -1)
        return {"picture": twin.decode(weights, shown, codes)}

    networks = {
        "content_encoder": lambda case: dict(zip(["content", "lines"], painter.content_of(case["in.picture"]))),
        "style_encoder": lambda case: {"style": painter.style_of(case["in.painting"])},
        "mapping_network": lambda case: {
            "style": twin.drawn_codes(weights, case["in.noise"], case["in.label"].long())},
        "decoder": content,
        "transfer": lambda case: {
            "picture": painter(case["in.content"], painter.style_of(case["in.style"]))},
    }
    differences = {}
    with torch.no_grad():
        for network, run in networks.items():
            worst = 0.0
            for number in sorted({name.split(".")[1] for name in reference}):
                start = f"{network}.{number}."
                case = {name.removeprefix(start): value for name, value in reference.items()
                        if name.startswith(start)}
                for name, found in run(case).items():
                    if found is not None:
                        worst = max(worst, (found - case[f"out.{name}"]).abs().max().item())
            differences[network] = worst
    return differences


def main():
    differences = compare(*sys.argv[1:3])
    for network, worst in differences.items():
        print(f"{network:16} largest difference {worst:.2e}")
    sys.exit(1 if max(differences.values()) > 1e-3 else 0)


if __name__ == "__main__":
    main()

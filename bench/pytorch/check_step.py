"""Takes a step that the program has taken, from the same weights, pictures and drawn numbers, and
holds losses and gradients against the program's.

    python bench/pytorch/check_step.py CONFIG.toml LITE0 STEP...

A test of `crates/training` writes STEP and runs this. Exits with 1 where a loss is further off than
1e-3, or a gradient than 1e-2 of its length.
"""

import pathlib
import sys

import torch
from safetensors.torch import load_file

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import features  # noqa: E402
import pack  # noqa: E402
import settings  # noqa: E402
from step import Trainer, as_in_files, part  # noqa: E402

LOSSES, GRADIENTS, UPDATES = 1e-3, 1e-2, 2e-2


def drawn_of(file, config):
    """What the step draws, as `step.draw` gives it."""
    drawn = {name: value.permute(0, 3, 1, 2) if value.ndim == 4 else value
             for name, value in part(file, "drawn").items()}
    size = config["run"]["size"]
    down, right = drawn["shifts"].unbind(1)
    side = int(drawn.pop("side")[0])
    windows = []
    for index in range(3):
        places = drawn.pop(f"places.{index}").reshape(-1, 2)
        windows.append([pack.enlarging(size, side, size * 3 // 4, first) for first in places.unbind(1)])
    row, column = drawn.pop("matched").long().tolist()
    kept = torch.zeros(2, 2)
    kept[row, column] = 1
    losses = config["losses"]
    drawn.update(labels=drawn["labels"].long(), shifts=pack.shifts(size, down, right), windows=windows,
                 kept=kept, ramp=torch.tensor(1.0),
                 diversity=torch.tensor(losses["diversity"] * losses["diversity_interval"]))
    return drawn


def differences(config, eyes, path):
    """What is wrong, in words, and the largest differences in shares of what is allowed."""
    file = load_file(path)
    trainer = Trainer(config, part(file, "before.painter"), part(file, "before.discriminators"), eyes,
                      torch.device("cpu"))
    found = trainer.advance(drawn_of(file, config))
    wrong, worst = [], {"losses": 0.0, "gradients": 0.0, "updates": 0.0}

    def hold(kind, name, apart, allowed):
        worst[kind] = max(worst[kind], apart / allowed)
        if not apart <= allowed:
            wrong.append(f"{kind}: {name} is {apart:.2e} off, {allowed:.2e} are allowed")

    wanted = part(file, "loss")
    missing = set(wanted) - set(found)
    if missing:
        wrong.append(f"not computed: {', '.join(sorted(missing))}")
    for name in set(wanted) & set(found):
        value = wanted[name].item()
        hold("losses", name, abs(found[name].item() - value), LOSSES * max(1.0, abs(value)))
    for network, weights, optimizer in (
            ("painter", trainer.painter, trainer.paint_optimizer),
            ("discriminators", trainer.judges, trainer.judge_optimizer)):
        gradients = part(file, f"gradient.{network}")
        whole = torch.stack([value.norm() for value in gradients.values()]).norm()
        if set(gradients) != set(optimizer.parameters):
            wrong.append(f"{network}: not the same parameters are trained")
        for name in set(gradients) & set(optimizer.parameters):
            apart = as_in_files(optimizer.first[name]).flatten() - gradients[name]
            # What is nothing but rounding is held against the whole gradient.
            allowed = GRADIENTS * gradients[name].norm() + 1e-5 * whole
            hold("gradients", f"{network}.{name}", apart.norm().item(), allowed.item())
        before, after = part(file, f"before.{network}"), part(file, f"after.{network}")
        own = {name: as_in_files(value.detach()) for name, value in weights.tensors.items()}
        count = sum(value.numel() for value in gradients.values())
        apart, change = [], []
        for name, value in after.items():
            # Adam's first step goes by the sign alone: what is rounding says nothing.
            counts = torch.ones_like(value, dtype=torch.bool)
            if name in gradients:
                counts = gradients[name].reshape(value.shape).abs() > 1e-2 * whole / count**0.5
            apart.append((own[name] - value)[counts])
            change.append((before[name] - value)[counts])
        hold("updates", network, torch.cat(apart).norm().item(), UPDATES * torch.cat(change).norm().item())
    return wrong, worst


def main():
    config_path, network, *steps = sys.argv[1:]
    config = settings.read(config_path)
    eyes = features.fold(load_file(network))
    is_wrong = False
    for path in steps:
        wrong, worst = differences(config, eyes, path)
        told = ", ".join(f"{kind} {share:.3f}" for kind, share in worst.items())
        print(f"{path}: differences in shares of what is allowed: {told}")
        print("\n".join(wrong))
        is_wrong |= bool(wrong)
    sys.exit(1 if is_wrong else 0)


if __name__ == "__main__":
    main()

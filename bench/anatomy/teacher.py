"""A large network that tells parts from few labels, to label many pictures for the small one of the program.

    python teacher.py train FOLDER… OUT.pt --features lite0.safetensors [--init IN.pt] [--steps 1000]
    python teacher.py label IN.pt FOLDER OUT --features lite0.safetensors

It is EfficientNet-Lite0 (`utsushi features import`), which photographs have taught what things are, with a decoder as that
of a U-Net, all of it trained. `train` reads labelled pictures as `train_anatomy` does, each FOLDER by its share, as
in `corrected=0.7`; `label` gives those of a folder the teacher's parts. Points, faces and what is held out stay as they are.
"""

import argparse
import json
import math
import pathlib
import random
import sys
import time

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "pytorch"))
import features  # noqa: E402

PARTS, UNKNOWN = 7, 255
# Hair, and what is small, counts more than it is large.
WEIGHTS = (1.0, 1.3, 1.0, 2.0, 2.0, 2.0, 1.0)
SIDE, BATCH = 192, 8
# Sizes of faces in training, and of those that are labelled: larger ones have finer borders.
FACES, FACE_LABELLED, LARGEST = (44, 92), 100, 448
# Less likely parts are unknown.
SURE = 0.55
TAPS, TAP_CHANNELS, CHANNELS = (0, 2, 4, 10, 15), (16, 24, 40, 112, 320), (48, 64, 96, 128, 192)


class Teacher(nn.Module):
    def __init__(self, file):
        super().__init__()
        layers = features.fold(load_file(file))
        self.weights = nn.ParameterList(nn.Parameter(weight.clone()) for weight, _ in layers)
        self.biases = nn.ParameterList(nn.Parameter(bias.clone()) for _, bias in layers)
        pairs = list(zip(TAP_CHANNELS, CHANNELS))
        self.sideways = nn.ModuleList(nn.Conv2d(tap, channels, 1) for tap, channels in pairs)
        self.up = nn.ModuleList(nn.Conv2d(CHANNELS[at + 1], CHANNELS[at], 1) for at in range(4))
        block = lambda width: nn.Sequential(
            nn.SiLU(), nn.Conv2d(width, width, 3, padding=1), nn.GroupNorm(8, width),
            nn.SiLU(), nn.Conv2d(width, width, 3, padding=1), nn.GroupNorm(8, width), nn.SiLU())
        self.blocks = nn.ModuleList(block(width) for width in CHANNELS[:4])
        self.parts = nn.Conv2d(CHANNELS[0], PARTS, 3, padding=1)

    def forward(self, pictures):
        """What speaks for each part, before the softmax: [batch, 7, height / 2, width / 2]."""
        taps = features.blocks(zip(self.weights, self.biases), pictures, TAPS)
        taps = [sideways(tap) for sideways, tap in zip(self.sideways, taps)]
        x = taps[4]
        for at in (3, 2, 1, 0):
            x = F.interpolate(self.up[at](x), size=taps[at].shape[2:], mode="bilinear") + taps[at]
            x = x + self.blocks[at](x)
        return self.parts(F.silu(x))


def read(path):
    """A labelled picture by the name of its `.json`: blue, green and red, and parts."""
    start = str(path)[:-len(".json")]
    return cv2.imread(f"{start}.png"), cv2.imread(f"{start}.parts.png", cv2.IMREAD_UNCHANGED)


def view(path, label, dice):
    """A random view of a labelled picture, −1…1, and its parts."""
    picture, parts = read(path)
    height, width = picture.shape[:2]
    face = label.get("face")
    if face and dice.random() < 0.8:
        scale = math.exp(dice.uniform(*map(math.log, FACES))) / max(face[2], 8)
        middle = [face[0] + face[2] / 2, face[1] + face[3] / 2]
        middle = [at + dice.uniform(-0.25, 0.25) * SIDE / scale for at in middle]
    else:
        scale = SIDE / max(height, width) * math.exp(dice.uniform(-0.25, 0.5))
        middle = [side / 2 + dice.uniform(-0.15, 0.15) * side for side in (width, height)]
    angle, stretch = math.radians(dice.gauss(0, 10)), math.exp(dice.gauss(0, 0.07))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    turn = turn @ np.diag([scale * stretch * dice.choice((-1, 1)), scale / stretch])
    matrix = np.hstack([turn, (SIDE / 2 - turn @ middle)[:, None]])
    if scale < 0.7:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.4 / scale)
    border = dice.choice((cv2.BORDER_REPLICATE, cv2.BORDER_CONSTANT))
    ground = (dice.randrange(256),) * 3
    seen = cv2.warpAffine(picture, matrix, (SIDE, SIDE), borderMode=border, borderValue=ground)
    parts = cv2.warpAffine(parts, matrix, (SIDE, SIDE), flags=cv2.INTER_NEAREST, borderValue=UNKNOWN)
    return recoloured(seen[:, :, ::-1].astype(np.float32) / 127.5 - 1, dice), parts


def recoloured(seen, dice):
    chance = dice.random()
    if chance < 0.15:
        seen = np.repeat(seen.mean(2, keepdims=True), 3, 2)
    elif chance < 0.3:
        seen = seen[:, :, dice.sample(range(3), 3)]
    seen = seen * math.exp(dice.gauss(0, 0.2)) + dice.gauss(0, 0.12) + [dice.gauss(0, 0.05) for _ in range(3)]
    if dice.random() < 0.2:
        grain = np.random.default_rng(dice.randrange(1 << 32)).standard_normal((SIDE, SIDE, 1))
        seen = seen + grain * dice.uniform(0, 0.12)
    if dice.random() < 0.15:
        side, y, x = dice.randrange(4, 60), dice.randrange(SIDE), dice.randrange(SIDE)
        seen[y:y + side, x:x + side] = dice.uniform(-1, 1)
    return np.clip(seen, -1, 1).astype(np.float32)


def labelled(folder):
    pairs = ((path, json.loads(path.read_text())) for path in sorted(pathlib.Path(folder).rglob("*.json")))
    return [(path, label) for path, label in pairs if not label.get("held_out")]


def train(args):
    *folders, out = args.paths
    split = [folder.rsplit("=", 1) for folder in folders]
    shares = [float(rest[0]) if rest else 1.0 for _, *rest in split]
    pictures = [labelled(folder) for folder, *_ in split]
    dice = random.Random(args.seed)
    torch.manual_seed(args.seed)
    network = Teacher(args.features).to(memory_format=torch.channels_last)
    if args.init:
        network.load_state_dict(torch.load(args.init))
    average = {name: value.clone() for name, value in network.state_dict().items()}
    frozen_before = list(network.weights) + list(network.biases)
    known = {id(parameter) for parameter in frozen_before}
    others = [parameter for parameter in network.parameters() if id(parameter) not in known]
    rates = (2e-4, 6e-4) if args.init else (3e-4, 1e-3)
    groups = [{"params": frozen_before, "lr": rates[0]}, {"params": others, "lr": rates[1]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.99))
    begin, total = time.monotonic(), 0.0
    for step in range(1, args.steps + 1):
        for group, rate in zip(optimizer.param_groups, rates):
            group["lr"] = rate * min(1, step / 60) * (0.5 + 0.5 * math.cos(math.pi * step / args.steps))
        views = [view(*dice.choice(dice.choices(pictures, shares)[0]), dice) for _ in range(BATCH)]
        seen = torch.from_numpy(np.stack([seen for seen, _ in views])).permute(0, 3, 1, 2)
        parts = torch.from_numpy(np.stack([parts for _, parts in views]).astype(np.int64))
        told = F.interpolate(network(seen), size=(SIDE, SIDE), mode="bilinear")
        loss = F.cross_entropy(told, parts, torch.tensor(WEIGHTS), ignore_index=UNKNOWN)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        kept = min(0.995, step / (step + 20))
        for name, value in network.state_dict().items():
            average[name].lerp_(value, 1 - kept)
        total += loss.item()
        if step % 50 == 0 or step == args.steps:
            print(f"{step}: {total / (step % 50 or 50):.3f}, {(time.monotonic() - begin) / step:.2f} s a step", flush=True)
            total = 0.0
    torch.save(average, out)


@torch.no_grad()
def likelihoods(network, picture, face):
    """The likelihood of each part of a picture, [7, height, width]."""
    height, width = picture.shape[:2]
    scale = FACE_LABELLED / face[2] if face else SIDE / max(height, width)
    scale = min(scale, LARGEST / max(height, width))
    size = [max(32, round(side * scale / 32) * 32) for side in (width, height)]
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    seen = cv2.resize(picture, size, interpolation=way)[:, :, ::-1].astype(np.float32) / 127.5 - 1
    told = network(torch.from_numpy(seen.copy()).permute(2, 0, 1)[None])
    return F.softmax(F.interpolate(told, size=(height, width), mode="bilinear"), 1)[0].numpy()


def label(args):
    weights, folder, out = args.paths
    network = Teacher(args.features).to(memory_format=torch.channels_last)
    network.load_state_dict(torch.load(weights))
    network.eval()
    for path, known in labelled(folder):
        picture, _ = read(path)
        told = likelihoods(network, picture, known.get("face"))
        parts = told.argmax(0).astype(np.uint8)
        parts[told.max(0) < SURE] = UNKNOWN
        target = pathlib.Path(out) / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        start = str(target)[:-len(".json")]
        cv2.imwrite(f"{start}.png", picture)
        cv2.imwrite(f"{start}.parts.png", parts)
        target.write_text(json.dumps(known))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("train", "label"))
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--features", required=True)
    parser.add_argument("--init")
    parser.add_argument("--steps", type=int, default=1800)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    {"train": train, "label": label}[arguments.command](arguments)

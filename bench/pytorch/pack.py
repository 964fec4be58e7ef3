"""A packed set (`utsushi dataset pack`) on a device, and the batches that training draws from it as
the program's loader does, with other random numbers.

Pictures are kept whole as bytes. What a batch shows of each, whole or a window, smaller, mirrored,
is one product with a matrix from either side."""

import copy
import io
import json
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from PIL import Image


def resampling(side, size, whole, first, mirrored):
    """What `size` pixels take from `side`, where the picture is scaled to `whole` pixels and they
    begin at `first` there, mirrored or not: [pictures, size, side]. Lanczos over three pixels, as
    the program does."""
    scale = (side / whole)[:, None, None]
    places, pixels = (torch.arange(length, device=whole.device) for length in (size, side))
    centre = (places[None, :, None] + first[:, None, None] + 0.5) * scale - 0.5
    apart = (pixels - centre) / scale.clamp_min(1)
    weights = torch.sinc(apart) * torch.sinc(apart / 3) * (apart.abs() < 3)
    weights = weights / weights.sum(2, keepdim=True)
    return torch.where(mirrored[:, None, None], weights.flip(2), weights)


class Pack:
    def __init__(self, path, device):
        with zipfile.ZipFile(path) as file:
            description = tomllib.loads(file.read("set.toml").decode())
            lines = file.read("manifest.jsonl").decode().splitlines()
            entries = [json.loads(line) for line in lines if line]
            name = lambda entry: (f"pictures/{entry['style']}/{entry['hash'][:2]}/"
                                  f"{entry['hash']}.jpg")
            read = [file.read(name(entry)) for entry in entries]
        decode = lambda data: np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
        with ThreadPoolExecutor() as pool:
            pictures = np.stack(list(pool.map(decode, read)))
        self.device, self.side = device, description["size"]
        self.styles = description["style"]
        self.pictures = torch.from_numpy(pictures).to(device)
        number = {style["name"]: index for index, style in enumerate(self.styles)}
        self.train = [[] for _ in self.styles]
        self.held = [[] for _ in self.styles]
        for index, entry in enumerate(entries):
            of = self.train if entry["split"] == "train" else self.held
            of[number[entry["style"]]].append(index)

    def moved(self, device):
        """The same on another device."""
        other = copy.copy(self)
        other.device, other.pictures = device, self.pictures.to(device)
        return other

    def shown(self, indices, size, views=None, mirrored=None):
        """Pictures by their index, [pictures, 3, size, size], −1…1: whole, or the windows that
        `views` say: side of the whole picture, top, left."""
        count = len(indices)
        if views is None:
            views = np.full(count, size), np.zeros(count), np.zeros(count)
        if mirrored is None:
            mirrored = np.zeros(count, bool)
        tensor = lambda values: torch.as_tensor(values, device=self.device)
        whole, top, left = (tensor(values).float() for values in views)
        mirrored = tensor(mirrored)
        rows = resampling(self.side, size, whole, top, torch.zeros_like(mirrored))
        columns = resampling(self.side, size, whole, left, mirrored)
        pictures = self.pictures[tensor(indices)].permute(0, 3, 1, 2).float()
        small = rows[:, None] @ pictures @ columns[:, None].transpose(2, 3)
        return (small / 127.5 - 1).clamp(-1, 1).contiguous(memory_format=torch.channels_last)


class Sampler:
    """Which pictures a step sees; from the seed and the step alone."""

    def __init__(self, pack, config):
        self.pack, self.near = pack, config["near"]
        self.seed, self.batch, self.size = (config["run"][key] for key in ("seed", "batch", "size"))
        weights = config["style_weights"]
        names = [style["name"] for style in pack.styles]
        for key, asked in (("style_weights", weights), ("near.styles", self.near["styles"])):
            unknown = [name for name in asked if name not in names]
            if unknown:
                raise ValueError(f"{key} names `{unknown[0]}`, which the set does not have")
        targets = [(index, weights.get(style["name"], 1.0))
                   for index, style in enumerate(pack.styles) if style["role"] == "style"]
        self.targets = [target for target in targets if target[1] > 0]
        named = self.near["styles"]
        self.near_targets = [target for target in self.targets if not named or names[target[0]] in named]
        self.contents = [(index, 1.0) for index in range(len(names))]
        for index, pictures in enumerate(pack.train):
            if not pictures:
                raise ValueError(f"style `{names[index]}` has no training picture in the pack")

    def batch_of(self, step):
        """Contents, references, real paintings, styles of contents and of references, and whether
        the views are near."""
        random = np.random.default_rng([self.seed, step])
        is_near = random.random() < self.near["share"]
        content, content_styles = self.pictures(random, self.contents)
        reference, styles = self.pictures(random, self.near_targets if is_near else self.targets)
        flips = random.random((2, self.batch)) < 0.5
        views = None
        if is_near:
            whole = np.rint(self.size * self.near["largest"] ** random.random(self.batch))
            top, left = (np.floor(random.random(self.batch) * (whole - self.size + 1)) for _ in range(2))
            views = whole, top, left
        shown = self.pack.shown
        references = shown(reference, self.size, None, flips[1])
        return {
            "content": shown(content, self.size, views, flips[0]),
            "reference": references,
            "real": shown(reference, self.size, views, flips[1]) if is_near else references,
        }, content_styles, styles, is_near

    def pictures(self, random, weights):
        """A picture of each of the styles of a batch, which are spread evenly by their weights."""
        ends = np.cumsum([weight for _, weight in weights])
        places = (np.arange(self.batch) + random.random()) / self.batch * ends[-1]
        chosen = np.minimum(np.searchsorted(ends, places, "right"), len(weights) - 1)
        styles = np.array([weights[index][0] for index in chosen])
        random.shuffle(styles)
        of = self.pack.train
        return [of[style][random.integers(len(of[style]))] for style in styles], styles


def shifts(size, down, right):
    """Matrices that shift pictures by whole pixels, nothing coming in, [pictures, size, size]."""
    places = torch.arange(size, device=down.device)
    matrix = lambda by: (places[None, :, None] - by[:, None, None] == places).float()
    return matrix(down), matrix(right)


def enlarging(size, side, shown, first):
    """Matrices that cut `side` pixels from `first` on and bring them to `shown` bilinearly,
    [pictures, shown, size]; and the mean over the window, [pictures, size]."""
    pixels, places = (torch.arange(length, device=first.device) for length in (size, shown))
    centre = ((places + 0.5) * (side / shown) - 0.5).clamp(0, side - 1)
    centre = centre[None, :, None] + first[:, None, None]
    inside = (pixels >= first[:, None]) & (pixels < first[:, None] + side)
    return (1 - (pixels - centre).abs()).clamp_min(0), inside.float() / side

"""Times the house configuration's training step in PyTorch eager.

    python bench/pytorch/training_step.py CHECKPOINT LITE0 [--size 64] [--batch 16] [--steps 12]

CHECKPOINT is the `state.safetensors` of a run, LITE0 the file that `utsushi features import`
writes. The same networks, losses, augmentation, clipping, optimizer and moving average as
`crates/training`, with the house weights; what is drawn at random differs. The first four steps
are not counted; prints seconds a step and pictures a second, best of one and two threads and of
both memory layouts.
"""

import argparse
import pathlib
import sys
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import twin  # noqa: E402

BLOCKS = [(3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3),
          (5, 1, 6, 112, 3), (5, 2, 6, 192, 4), (3, 1, 6, 320, 1)]
TAPS = (2, 4, 10, 15)


def fold(file):
    """Convolutions with their batch normalisation folded in, in the order they are used."""
    def folded(conv, norm):
        weight = file[f"{conv}.weight"]
        scale = file[f"{norm}.weight"] / (file[f"{norm}.running_var"] + 1e-3).sqrt()
        bias = file[f"{norm}.bias"] - file[f"{norm}.running_mean"] * scale
        return weight * scale[:, None, None, None], bias

    layers = [folded("_conv_stem", "_bn0")]
    index = 0
    for _, _, expansion, _, count in BLOCKS:
        for _ in range(count):
            start = f"_blocks.{index}."
            if expansion > 1:
                layers.append(folded(start + "_expand_conv", start + "_bn0"))
            layers.append(folded(start + "_depthwise_conv", start + "_bn1"))
            layers.append(folded(start + "_project_conv", start + "_bn2"))
            index += 1
    return layers


def same_conv(x, layer, stride, relu):
    weight, bias = layer
    kernel = weight.shape[-1]
    pads = []
    for size in (x.shape[3], x.shape[2]):
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        pads += [total // 2, total - total // 2]
    if any(pads):
        x = F.pad(x, pads)
    groups = x.shape[1] if weight.shape[1] == 1 and weight.shape[0] > 1 else 1
    x = F.conv2d(x, weight, bias, stride, groups=groups)
    return F.relu6(x) if relu else x


def look(layers, x, side):
    x = F.interpolate(x, size=(side, side), mode="bilinear")
    rest = iter(layers)
    x = same_conv((x * 127.5 + 0.5) / 128, next(rest), 2, True)
    taps, index = [], 0
    for kernel, first_stride, expansion, output, count in BLOCKS:
        for repeat in range(count):
            stride, y = first_stride if repeat == 0 else 1, x
            if expansion > 1:
                y = same_conv(y, next(rest), 1, True)
            y = same_conv(y, next(rest), stride, True)
            y = same_conv(y, next(rest), 1, False)
            x = x + y if stride == 1 and x.shape[1] == output else y
            if index in TAPS:
                taps.append(x)
            index += 1
    return taps


def instance(x):
    return F.instance_norm(x, eps=1e-3)


class Game:
    def __init__(self, state, layers, args, memory_format):
        self.layers, self.args, self.format = layers, args, memory_format
        part = lambda name: {key[len(name) + 1:]: value.clone() for key, value in state.items()
                             if key.startswith(name + ".")}
        self.painter, judges = part("painter"), part("discriminators")
        self.projected = {k[10:]: v for k, v in judges.items() if k.startswith("projected.")}
        self.pixel = {k[6:]: v for k, v in judges.items() if k.startswith("pixel.")}
        self.average = {key: value.clone() for key, value in self.painter.items()}
        self.judged = [v for k, v in self.projected.items() if not k.endswith("right")]
        self.judged += list(self.pixel.values())
        for value in list(self.painter.values()) + self.judged:
            value.requires_grad_(True)
        adam = lambda values, rate: torch.optim.Adam(values, rate, (0.0, 0.99), foreach=True)
        self.paint_optimizer = adam(list(self.painter.values()), 3e-4)
        self.judge_optimizer = adam(self.judged, 1.5e-4)
        self.labels = torch.arange(args.batch) % self.painter["mapping_network.labels.weight"].shape[0]
        shape = (args.batch, 3, args.size, args.size)
        self.content, self.reference = (torch.rand(shape).mul(2).sub(1).to(memory_format=memory_format)
                                        for _ in range(2))

    def augment(self, x, change):
        shifts, brightness, mask = change
        side = self.args.size
        padded = F.pad(x, (8, 8, 8, 8))
        rows = [padded[i:i + 1, :, 8 - dy:8 - dy + side, 8 - dx:8 - dx + side]
                for i, (dy, dx) in enumerate(shifts)]
        return ((torch.cat(rows) + brightness) * mask).contiguous(memory_format=self.format)

    def draw_change(self):
        batch, side = self.args.batch, self.args.size
        mask = torch.ones(batch, 1, side, side)
        for row in mask:
            y, x = torch.randint(0, side * 3 // 4, (2,)).tolist()
            row[:, y:y + side // 4, x:x + side // 4] = 0
        shifts = torch.randint(-8, 9, (batch, 2)).tolist()
        return shifts, (torch.rand(batch, 1, 1, 1) * 2 - 1) * 0.1, mask

    def advance(self, step):
        args, half, painter = self.args, self.args.batch // 2, self.painter
        change = self.draw_change()
        see = lambda x: look(self.layers, x, args.feature_size)
        rebuild = step % 2 == 0
        read = twin.style_codes(painter, self.reference if rebuild else self.reference[:half])
        drawn = twin.drawn_codes(painter, torch.randn(half, 16), self.labels[half:])
        codes = torch.cat([read[:half], drawn])
        content = twin.encode(painter, self.content)
        fake = twin.decode(painter, content, codes)

        real_seen, fake_seen = self.augment(self.reference, change), self.augment(fake.detach(), change)
        both, labels = torch.cat([real_seen, fake_seen]), torch.cat([self.labels, self.labels])
        with torch.no_grad():
            taps = see(both)
        real, wrong = twin.projected_logits(self.projected, taps, labels).chunk(2)
        loss = F.relu(1 - real).mean() + F.relu(1 + wrong).mean()
        real, wrong = twin.pixel_logits(self.pixel, both, labels).chunk(2)
        loss = loss + F.softplus(wrong - real).mean()
        if step % 4 == 0:
            noisy = twin.pixel_logits(self.pixel, real_seen + 0.01 * torch.randn_like(real_seen), self.labels)
            loss = loss + 4 * 0.5 * ((noisy - real).mean(1) / 0.01).square().mean()
        self.update(loss, self.judge_optimizer, self.judged)
        with torch.no_grad():
            for name, right in self.projected.items():
                if name.endswith("right"):
                    weight = self.projected[name[:-5] + "conv.weight"].flatten(0, 2)
                    right.copy_(F.normalize(weight.T @ (weight @ right), dim=0))
        for value in self.judged:
            value.requires_grad_(False)

        shown = self.augment(fake, change)
        taps = see(shown)
        loss = -twin.projected_logits(self.projected, taps, self.labels).mean()
        with torch.no_grad():
            content_taps = see(self.augment(self.content, change))
            style_taps = see(self.augment(self.reference, change)[:half])
            real = twin.pixel_logits(self.pixel, self.augment(self.reference, change), self.labels)
        loss = loss + 1.5 * sum((instance(a) - instance(b)).abs().mean()
                                for a, b in zip(taps[1:3], content_taps[1:3])) / 2
        for a, b in zip(taps[:2], style_taps[:2]):
            a = a[:half]
            size = b.std((2, 3)).mean()
            loss = loss + 0.25 * ((a.mean((2, 3)) - b.mean((2, 3))).abs().mean()
                                  + (a.std((2, 3)) - b.std((2, 3))).abs().mean()) / size
        loss = loss + 0.5 * F.softplus(real - twin.pixel_logits(self.pixel, shown, self.labels)).mean()
        loss = loss + (twin.style_codes(painter, fake) - codes.detach()).abs().mean()
        if rebuild:
            again = twin.decode(painter, twin.encode(painter, self.reference), read)
            term = (again - self.reference).abs().mean()
            with torch.no_grad():
                original = see(self.reference)
            for a, b in zip(see(again)[1:3], original[1:3]):
                term = term + 0.15 * (a - b).abs().mean() / b.abs().mean()
            loss = loss + 6 * term
        if step % 4 == 0:
            with torch.no_grad():
                other = twin.drawn_codes(painter, torch.randn(half, 16), self.labels[half:])
                other = twin.decode(painter, tuple(t[half:] for t in content), other)
            loss = loss - 4 * (fake[half:] - other).abs().mean()
        self.update(loss, self.paint_optimizer, list(painter.values()))
        for value in self.judged:
            value.requires_grad_(True)
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.values()), list(painter.values()), 0.002)

    def update(self, loss, optimizer, values):
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(values, 10.0)
        optimizer.step()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoint")
    parser.add_argument("lite0")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--feature-size", type=int, default=96)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--steps", type=int, default=12)
    args = parser.parse_args()
    state, layers = load_file(args.checkpoint), fold(load_file(args.lite0))
    best = None
    for threads in (1, 2):
        for name, memory_format in [("contiguous", torch.contiguous_format),
                                    ("channels last", torch.channels_last)]:
            torch.set_num_threads(threads)
            torch.manual_seed(1)
            game = Game(state, layers, args, memory_format)
            for step in range(4):
                game.advance(step)
            start = time.perf_counter()
            for step in range(args.steps):
                game.advance(step)
            seconds = (time.perf_counter() - start) / args.steps
            print(f"{threads} threads, {name}: {seconds:.3f} s a step, {args.batch / seconds:.2f} pictures a second", flush=True)
            best = min(best or seconds, seconds)
    print(f"best: {best:.3f} s a step, {args.batch / best:.2f} pictures a second")


main()

"""Times the training step of a configuration in PyTorch.

    python bench/pytorch/training_step.py CONFIG STATE LITE0 [--steps 8] [--setting 2,last] [--mode eager]

CONFIG is a TOML file for `utsushi train`, STATE the networks to start from (what
`examples/training_step` writes, or the `state.safetensors` of a checkpoint), LITE0 the file that
`utsushi features import` writes. The same networks, losses, augmentation, clipping, optimizer and
moving average as `crates/training`; what is drawn at random differs. The first four steps are not
counted. Without --setting, tries one and two threads with both memory layouts and names the best. Modes are
eager, bf16 (autocast), compiled (the networks, by `torch.compile`) and compiled-bf16.
"""

import argparse
import pathlib
import sys
import time
import tomllib

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import twin  # noqa: E402
from features import fold, look  # noqa: E402

def contrast(x):
    """Luminance against its 5×5 surroundings, one row a picture."""
    luma = (x * torch.tensor([0.299, 0.587, 0.114])[:, None, None]).sum(1, True)
    both = [luma, F.avg_pool2d(luma, 2)]
    return [(t - F.avg_pool2d(t, 5, 1, 2, count_include_pad=False)).flatten(1) for t in both]


def line_loss(fake, content):
    terms = []
    for a, b in zip(contrast(fake), contrast(content)):
        size = lambda t: (t.square().mean(1) + 1e-6).sqrt()
        terms.append(1 - ((a * b).mean(1) / (size(a) * size(b))).mean())
    return sum(terms) / 2


def instance(x):
    return F.instance_norm(x, eps=1e-3)


class Game:
    def __init__(self, state, layers, config, memory_format):
        self.layers, self.config, self.format = layers, config, memory_format
        run = config["run"]
        self.size, self.batch, self.feature_size = run["size"], run["batch"], run["feature_size"]
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
        self.labels = torch.arange(self.batch) % self.painter["mapping_network.labels.weight"].shape[0]
        shape = (self.batch, 3, self.size, self.size)
        self.content, self.reference = (torch.rand(shape).mul(2).sub(1).to(memory_format=memory_format)
                                        for _ in range(2))

    def augment(self, x, change):
        shifts, brightness, mask = change
        side = self.size
        reach = side // 8
        padded = F.pad(x, (reach,) * 4)
        rows = [padded[i:i + 1, :, reach - dy:reach - dy + side, reach - dx:reach - dx + side]
                for i, (dy, dx) in enumerate(shifts)]
        return ((torch.cat(rows) + brightness) * mask).contiguous(memory_format=self.format)

    def draw_change(self):
        batch, side = self.batch, self.size
        mask = torch.ones(batch, 1, side, side)
        for row in mask:
            y, x = torch.randint(0, side * 3 // 4, (2,)).tolist()
            row[:, y:y + side // 4, x:x + side // 4] = 0
        shifts = torch.randint(-side // 8, side // 8 + 1, (batch, 2)).tolist()
        return shifts, (torch.rand(batch, 1, 1, 1) * 2 - 1) * 0.1, mask

    def advance(self, step):
        losses, half, painter = self.config["losses"], self.batch // 2, self.painter
        change = self.draw_change()
        see = lambda x: look(self.layers, x, self.feature_size)
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
        loss = loss + losses["content"] * sum((instance(a) - instance(b)).abs().mean()
                                for a, b in zip(taps[1:3], content_taps[1:3])) / 2
        for a, b in zip(taps[:2], style_taps[:2]):
            a = a[:half]
            size = b.std((2, 3)).mean()
            loss = loss + losses["style_statistics"] / 2 * ((a.mean((2, 3)) - b.mean((2, 3))).abs().mean()
                                  + (a.std((2, 3)) - b.std((2, 3))).abs().mean()) / size
        loss = loss + 0.5 * F.softplus(real - twin.pixel_logits(self.pixel, shown, self.labels)).mean()
        if losses.get("lines", 0) > 0:
            loss = loss + losses["lines"] * line_loss(fake, self.content)
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


LAYOUTS = {"first": torch.contiguous_format, "last": torch.channels_last}
MODES = ("eager", "bf16", "compiled", "compiled-bf16")
NETWORKS = ("encode", "decode", "style_codes", "drawn_codes", "projected_logits", "pixel_logits")


def seconds_a_step(state, layers, config, setting, steps, bf16=False):
    threads, layout = setting.split(",")
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    game = Game(state, layers, config, LAYOUTS[layout])
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        for step in range(4):
            game.advance(step)
        start = time.perf_counter()
        for step in range(steps):
            game.advance(step)
        return (time.perf_counter() - start) / steps


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("config")
    parser.add_argument("state")
    parser.add_argument("lite0")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--setting")
    parser.add_argument("--mode", choices=MODES, default=MODES[0])
    args = parser.parse_args()
    if "compiled" in args.mode:
        for name in NETWORKS:
            setattr(twin, name, torch.compile(getattr(twin, name)))
    config = tomllib.loads(pathlib.Path(args.config).read_text())
    state, layers = load_file(args.state), fold(load_file(args.lite0))
    setting = args.setting
    if setting is None:
        times = {}
        for setting in (f"{threads},{layout}" for threads in (1, 2) for layout in LAYOUTS):
            times[setting] = seconds_a_step(state, layers, config, setting, 4)
            print(f"{setting}: {times[setting]:.3f} s a step", file=sys.stderr, flush=True)
        setting = min(times, key=times.get)
    seconds = seconds_a_step(state, layers, config, setting, args.steps, "bf16" in args.mode)
    print(f"{setting} {seconds:.4f}")


main()

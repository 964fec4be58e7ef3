"""Trains a model of the program in PyTorch: the reference of the program's training, and its full
speed where there is a CUDA GPU.

    python bench/pytorch/train.py CONFIG.toml --pack PACK --init MODEL --features LITE0 --out DIR
        [--minutes 8 | --steps 500] [--batch 64]

CONFIG.toml is a configuration of `utsushi train`, PACK what `utsushi dataset pack` writes, MODEL an
exported model, whose discriminators are taken over where they lie beside it
(MODEL.discriminators.safetensors), LITE0 what `utsushi features import` writes. DIR gets
model.safetensors and its discriminators, which both this and `utsushi train --init` go on from,
sheet.jpg and stats.jsonl. Needs torch, numpy, safetensors and Pillow.

The rates fall at the end, by the clock with --minutes. Ctrl-C or SIGTERM writes the files and stops.
"""

import argparse
import functools
import json
import math
import pathlib
import signal
import sys
import time

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import features  # noqa: E402
import files  # noqa: E402
import procedural  # noqa: E402
import settings  # noqa: E402
import twin  # noqa: E402
from pack import Pack, Sampler  # noqa: E402
from step import Trainer, cosine_decay  # noqa: E402

CHANNELS = (24, 40, 112, 320)
PAINTINGS_A_STYLE = 64
SHOWN = ("projected/real_logit", "projected/fake_logit", "pixel/generator_loss", "content", "style",
         "reconstruction/pixels", "gradient/painter")


class Run:
    """A training run: what it reads, its trainer, and what it writes."""

    def __init__(self, arguments, config, pack=None, tell=functools.partial(print, flush=True)):
        self.arguments, self.config = arguments, config
        self.device = torch.device(arguments.device)
        twin.NOISE.setdefault(self.device.type, twin.NOISE["cpu"].to(self.device))
        torch.manual_seed(config["run"]["seed"])
        generator = torch.Generator().manual_seed(config["run"]["seed"])
        self.model = files.Model(arguments.init)
        config["model"] = settings.model_of(config, self.model.config)
        self.pack = pack.moved(self.device) if pack else Pack(arguments.pack, self.device)
        if config["run"]["size"] > self.pack.side:
            raise settings.SettingsError(
                f"run.size = {config['run']['size']}, but the pack's pictures are {self.pack.side} px")
        self.sampler = Sampler(self.pack, config)
        self.labels = self.labels_of_styles()
        names = [style["name"] for style in self.pack.styles]
        self.with_lips = np.array([name in config["losses"]["lips_of"] for name in names])
        networks = files.with_added_layers(self.model.networks, config["model"], generator)
        fresh = files.new_discriminators(config, len(self.model.styles), CHANNELS, generator)
        beside = files.discriminators_beside(arguments.init)
        judges, moments, told = files.take_over(fresh, beside)
        tell(told)
        eyes = features.channels_last(features.fold(load_file(arguments.features)), self.device)
        if arguments.bf16:
            eyes = [(weight.bfloat16(), bias.bfloat16()) for weight, bias in eyes]
        self.smoothness = self.smoothness_of_styles()
        self.trainer = Trainer(config, networks, judges, eyes, self.device, arguments.bf16, arguments.compile)
        for name, optimizer in (("painter", self.trainer.paint_optimizer),
                                ("discriminators", self.trainer.judge_optimizer)):
            if moments.get(f"optimizer-{name}") and optimizer.from_file(moments[f"optimizer-{name}"]):
                tell(f"moments of the optimizer go on: {name}")
        self.out = pathlib.Path(arguments.out)
        self.lines = []

    def labels_of_styles(self):
        """The label in the networks of each style of the pack; -1 for content-only ones."""
        labels = []
        for style in self.pack.styles:
            label = self.model.label(style["name"]) if style["role"] == "style" else -1
            if label is None:
                raise settings.SettingsError(
                    f"the model has no style `{style['name']}`: train it for a step with "
                    "`utsushi train --init` first, which adds styles")
            labels.append(label)
        return np.array(labels)

    def smoothness_of_styles(self):
        """How smooth areas are in each style of the pack, as the model that the run starts from tells it."""
        if not self.config["procedural"]["smoothed"]:
            if self.config["losses"]["texture"] > 0:
                raise settings.SettingsError(
                    "losses.texture needs contents as smooth as the styles: set procedural.smoothed")
            return None
        surface = self.model.others.get("styles.surface")
        if surface is None:
            raise settings.SettingsError(
                "procedural.smoothed needs a model that tells surfaces, and this one does not: train it for a "
                "step with `utsushi train --init` first")
        means = self.model.others["styles.mean"].float().flatten(1)
        told = surface[0, 0].float() + means @ surface[0, 1:].float()
        known = told.clamp(0, 1)[torch.as_tensor(self.labels).clamp_min(0)]
        return known.to(self.device)

    def step(self, decay):
        trainer = self.trainer
        batch, contents, styles, is_near = self.sampler.batch_of(trainer.step)
        labels = torch.as_tensor(self.labels[styles], device=self.device)
        counted = (self.with_lips[contents] & (not is_near)).astype(np.float32)
        counted = torch.as_tensor(counted, device=self.device)
        if self.smoothness is not None:
            amounts = self.smoothness[torch.as_tensor(styles, device=self.device)]
            with torch.no_grad():
                content = procedural.smoothed(batch["content"], amounts)
                batch = {**batch, "content": content, "smoothness": amounts}
        return trainer.advance(trainer.drawn(batch, labels, counted), decay)

    def done(self, started):
        """The share of the run that is done."""
        if self.arguments.minutes:
            return (time.monotonic() - started) / (60 * self.arguments.minutes)
        return self.trainer.step / self.config["run"]["steps"]

    def train(self, started, is_stopped):
        """Until the end or until it is told to stop; says which of them."""
        rates, run = self.config["optimizer"], self.config["run"]
        pending, ticked, ticked_step = [], time.monotonic(), 0
        saved = time.monotonic()
        while self.done(started) < 1:
            if is_stopped():
                return False
            decay = cosine_decay(self.done(started), rates["decay_from"], rates["final_rate"])
            pending.append(self.step(decay))
            step = self.trainer.step
            if step % run["tick_steps"] == 0 or step == 1:
                values = means(pending)
                pending, now = [], time.monotonic()
                speed = (step - ticked_step) * run["batch"] / (now - ticked)
                ticked, ticked_step = now, step
                self.tell(values, speed, now - started, decay)
            if time.monotonic() - saved > 60 * self.arguments.save_every:
                self.save()
                saved = ticked = time.monotonic()
                ticked_step = step
        return True

    def tell(self, values, speed, seconds, decay):
        step, pictures = self.trainer.step, self.trainer.step * self.config["run"]["batch"]
        line = {"step": step, "pictures": pictures, "seconds": seconds, "pictures_per_second": speed,
                "memory": None, "values": values}
        self.lines.append(line)
        some = "  ".join(f"{name} {values[name]:.3f}" for name in SHOWN if name in values)
        print(f"step {step}  {pictures} pictures  {speed:.1f} a second  rates {decay:.2f}  {some}", flush=True)
        wrong = [name for name, value in values.items() if not math.isfinite(value)]
        if wrong:
            sys.exit(f"`{wrong[0]}` is not finite at step {step}; what was written before stays")

    @torch.no_grad()
    def codes_of_styles(self, weights):
        """The mean code and typical codes of each style of the model."""
        means, gallery = [], []
        of_pack = {label: style for style, label in enumerate(self.labels) if label >= 0}
        for label in range(len(self.model.styles)):
            style = of_pack.get(label)
            if style is None:
                # A style without pictures keeps the codes that it had.
                known = self.model.others["styles.mean"][label]
                known_gallery = self.model.others.get("styles.gallery")
                means.append(known)
                gallery.append(known.expand(files.GALLERY, *known.shape) if known_gallery is None
                               else known_gallery[label])
                continue
            shown = self.pack.shown(self.pack.train[style][:PAINTINGS_A_STYLE], self.config["run"]["size"])
            codes = twin.style_codes(weights, shown).float().cpu()
            means.append(codes.mean(0))
            gallery.append(codes[files.typical(codes.flatten(1))])
        return torch.stack(means), torch.stack(gallery)

    def save(self):
        """Writes the model, what lies beside it, the sheet and the statistics."""
        weights = self.trainer.networks()
        mean, gallery = self.codes_of_styles(weights)
        tensors = {f"{files.NETWORKS}{name}": value for name, value in weights.items()}
        tensors.update({"styles.mean": mean, "styles.gallery": gallery})
        if (surface := self.model.others.get("styles.surface")) is not None:
            tensors["styles.surface"] = surface
        licences = {style["name"]: style.get("licence") for style in self.pack.styles}
        styles = [{**style, "licence": licences.get(style["name"]) or style["licence"]}
                  for style in self.model.styles]
        metadata = {
            "format": "utsushi-model", "format_version": "2",
            "program_version": self.model.metadata["program_version"],
            "config": json.dumps(files.config_of_model(self.config["model"])),
            "styles": json.dumps(styles), "card": self.card(),
        }
        path = self.out / "model.safetensors"
        files.write(path, tensors, metadata, torch.float16)
        beside = self.trainer.beside(self.arguments.moments)
        kind = torch.float32 if self.arguments.moments else torch.float16
        files.write(files.discriminators_beside(path), beside, {}, kind)
        self.sheet(weights, gallery[:, 0])
        (self.out / "stats.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in self.lines))

    def card(self):
        run, step = self.config["run"], self.trainer.step
        rows = "".join(
            f"| {style['name']} | {style['role']} | {len(train)} | {len(held)} | "
            f"{style.get('licence') or 'not stated'} |\n"
            for style, train, held in zip(self.pack.styles, self.pack.train, self.pack.held))
        given = json.dumps({key: self.config[key] for key in sorted(self.config)}, indent=1)
        return (
            f"# Model card\n\nTrained by utsushi's PyTorch twin at {run['size']} px: {step} steps, "
            f"{step * run['batch']} pictures seen, seed {run['seed']}.\n\n## Sets\n\n"
            "| set | role | training pictures | held out | terms |\n|---|---|---|---|---|\n"
            f"{rows}\nThe weights were learned from these pictures and are bound by the strictest of "
            f"their terms.\n\n## Settings\n\n```json\n{given}\n```\n\n## Started from\n\nThe run went "
            "on from another model, whose sets and terms count as well. Its card:\n\n"
            + files.lowered(self.model.card))

    @torch.no_grad()
    def sheet(self, weights, codes):
        """Held-out contents down, styles across: above, a painting of each; below, each content
        painted after its most typical code."""
        size = self.config["run"]["size"]
        of_pack = {label: style for style, label in enumerate(self.labels) if label >= 0}
        labels = [label for label in sorted(of_pack) if self.pack.held[of_pack[label]]]
        contents = [held[0] for held in self.pack.held if held]
        if not labels:
            return
        contents = self.pack.shown(contents[:: max(1, len(contents) // 7)][:7], size)
        above = self.pack.shown([self.pack.held[of_pack[label]][0] for label in labels], size)
        rows = [torch.cat([torch.ones_like(above[:1]), above])]
        codes = codes[labels].to(self.device)
        for content in contents.split(1):
            shown = tuple(None if it is None else it.expand(len(codes), -1, -1, -1)
                          for it in twin.encode(weights, content))
            rows.append(torch.cat([content, twin.decode(weights, shown, codes)]))
        sheet = torch.cat([torch.cat(list(row), 2) for row in rows], 1)
        pixels = ((sheet.permute(1, 2, 0).cpu().numpy() + 1) * 127.5).round().clip(0, 255)
        Image.fromarray(pixels.astype(np.uint8)).save(self.out / "sheet.jpg", quality=88)


def means(pending):
    """The mean of each number over the steps that have it; waits for the device."""
    names = sorted({name for values in pending for name in values})
    read = [torch.stack([values[name].float() for values in pending if name in values]).mean()
            for name in names]
    return dict(zip(names, torch.stack(read).tolist()))


def parse(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config")
    for name in ("pack", "init", "features", "out"):
        parser.add_argument(f"--{name}", required=True)
    ends = parser.add_mutually_exclusive_group()
    ends.add_argument("--minutes", type=float, help="train for so long, all that comes before included")
    ends.add_argument("--steps", type=int, help="in place of run.steps")
    parser.add_argument("--batch", type=int, help="in place of run.batch; rates grow as its root")
    parser.add_argument("--rates", type=float, help="what all rates are multiplied by, in place of that")
    parser.add_argument("--size", type=int, help="in place of run.size")
    parser.add_argument("--save-every", type=float, default=2, help="minutes between two savings")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--force", action="store_true", help="write over a model in DIR")
    parser.add_argument("--bf16", action=argparse.BooleanOptionalAction,
                        help="products in 16 bits; by default on a GPU alone")
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=False,
                        help="takes minutes before the first step, and pays in long runs on a GPU")
    parser.add_argument("--moments", action=argparse.BooleanOptionalAction, default=True,
                        help="without them discriminators are written in 16 bits, a tenth of the size")
    arguments = parser.parse_args(words)
    is_gpu = torch.device(arguments.device).type != "cpu"
    arguments.bf16 = is_gpu if arguments.bf16 is None else arguments.bf16
    return arguments


def configured(arguments):
    """The configuration with what the command line says in place of some of it."""
    config = settings.read(arguments.config)
    run = config["run"]
    growth = (arguments.batch / run["batch"]) ** 0.5 if arguments.batch else 1.0
    growth = growth if arguments.rates is None else arguments.rates
    for rate in ("generator_rate", "mapping_rate", "discriminator_rate"):
        config["optimizer"][rate] *= growth
    for key in ("batch", "size", "steps"):
        if getattr(arguments, key):
            run[key] = getattr(arguments, key)
    settings.refuse_what_is_not_done(config)
    return config


def allow_fast_products():
    """Products of 32 bits on the units for 19 bits, and convolutions chosen by trying."""
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True


def main():
    started = time.monotonic()
    arguments = parse(sys.argv[1:])
    out = pathlib.Path(arguments.out)
    if (out / "model.safetensors").exists() and not arguments.force:
        sys.exit(f"{out} holds a model already; name another folder, or use --force")
    allow_fast_products()
    try:
        run = Run(arguments, configured(arguments))
    except (OSError, ValueError) as error:
        sys.exit(f"train.py: {error}")
    stopped = []
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda *_: stopped.append(True))
    is_finished = run.train(started, lambda: bool(stopped))
    run.save()
    pictures = run.trainer.step * run.config["run"]["batch"]
    print(f"{'finished' if is_finished else 'stopped'} after {run.trainer.step} steps, {pictures} pictures "
          f"and {time.monotonic() - started:.0f} s: {out / 'model.safetensors'}", flush=True)
    sys.exit(0 if is_finished else 130)


if __name__ == "__main__":
    main()

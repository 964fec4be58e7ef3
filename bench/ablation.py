"""What each part of the recipe buys: small training runs that differ in one thing, measured alike.

    python bench/ablation.py SET WORK --features LITE0 --judge LITE2 [--steps 400] [--only NAME,…]

Trains `configs/ablation-64.toml` once as it is and once for each line of VARIANTS, from the same
seed and so with the same batches, and measures each on the held-out split. Runs and reports that
are already in WORK are kept, so that it can be stopped and started again. Prints one table.
Needs nothing but Python's own library.
"""

import argparse
import json
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "target/release/utsushi"
BASE = ROOT / "configs/ablation-64.toml"

# What is told in the table, and the keys that differ from the configuration.
VARIANTS = {
    "recipe": ("the recipe", {}),
    "other-seed": ("another seed, to see what chance does", {"run.seed": "12"}),
    "no-statistics": ("without style statistics on features", {"losses.style_statistics": "0.0"}),
    "no-classifier": ("without the style classifier", {"losses.classification": "0.0"}),
    "no-diversity": ("without the diversity term", {"losses.diversity": "0.0"}),
    "slow-mapping": ("mapping network at a fifth of its rate", {"optimizer.mapping_rate": "2e-5"}),
    "pixel-hinge": ("pixels: hinge in place of relativistic", {"adversarial.pixel": '"hinge"'}),
    "relativistic": ("features: relativistic in place of hinge", {"adversarial.projected": '"relativistic"'}),
    "cross-entropy": ("both: binary cross-entropy of 2014", {"adversarial.pixel": '"non-saturating"',
                                                               "adversarial.projected": '"non-saturating"'}),
    "no-r1": ("without R1", {"adversarial.r1_gamma": "0.0"}),
    "no-augmentation": ("without augmentation", {"augmentation.shift": "0.0", "augmentation.brightness": "0.0",
                                                  "augmentation.cutout": "0.0"}),
    "no-lines": ("without the line term", {"losses.lines": "0.0"}),
}

COLUMNS = [("way, Fréchet", "frechet_share"), ("way, kernel", "kernel_share"), ("style recognised", "style_accuracy"),
           ("edges", "edge_agreement"), ("diversity, references", "diversity"), ("samples", "sample_diversity"),
           ("code nearer", "code_nearer")]


def utsushi(*words):
    return subprocess.run([str(word) for word in (PROGRAM, *words)], check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def configuration(settings, changes, steps):
    """The whole configuration as text, with some keys replaced."""
    text = utsushi("train", BASE, "--data", settings.set, "--dry-run")
    changes = dict(changes, **{"run.steps": str(steps), "run.checkpoint_steps": str(steps),
                               "run.sheet_steps": str(steps)})
    section, lines, left = "", [], dict(changes)
    for line in text.splitlines():
        if header := re.fullmatch(r"\[(.+)\]", line):
            section = header[1]
        key = line.split("=")[0].strip()
        if (name := f"{section}.{key}") in left:
            line = f"{key} = {left.pop(name)}"
        lines.append(line)
    if left:
        raise SystemExit(f"no such keys: {', '.join(left)}")
    return "\n".join(lines) + "\n"


def measured(settings, name, changes):
    """The means over the styles of the report on one run."""
    work = settings.work
    config, run, model = work / f"{name}.toml", work / name, work / f"{name}.safetensors"
    report = work / f"{name}-report"
    if not (report / "report.json").exists():
        if not model.exists():
            config.write_text(configuration(settings, changes, settings.steps))
            resume = ["--resume"] if (run / "config.toml").exists() else []
            utsushi("train", config, "--data", settings.set, "--run", run, "--features", settings.features, *resume)
            utsushi("export", run, "-o", model)
        utsushi("evaluate", model, "--data", settings.set, "--features", settings.judge, "--pictures",
                settings.pictures, "-o", report, "--force")
    methods = json.loads((report / "report.json").read_text())["mean"]
    return next(method["measures"] for method in methods if method["name"] == "model")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("set", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--features", required=True)
    parser.add_argument("--judge", required=True)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--pictures", type=int, default=48)
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(VARIANTS))
    settings = parser.parse_args()
    settings.work.mkdir(parents=True, exist_ok=True)
    print("| what differs | " + " | ".join(name for name, _ in COLUMNS) + " |")
    print("|---" * (len(COLUMNS) + 1) + "|")
    for name in settings.only:
        what, changes = VARIANTS[name]
        measures = measured(settings, name, changes)
        cells = ("–" if (value := measures[key]) is None else f"{value:.3f}" for _, key in COLUMNS)
        print(f"| {what} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()

"""A training configuration of the program, read for the PyTorch twin: the same keys and defaults,
strict alike, and what the twin does not do is refused."""

import copy
import pathlib
import tomllib

DEFAULTS = {
    "run": {"seed": 1, "size": 128, "batch": 16, "steps": 20_000, "warm_up_steps": 150,
            "ramp_steps": 200, "ema_half_life_pictures": 5_000.0, "tick_steps": 50,
            "sheet_steps": 250, "checkpoint_steps": 250, "evaluate_steps": 0,
            "evaluate_pictures": 16, "keep_styles": True, "feature_size": 128,
            "loader_threads": 1, "tensorboard": False, "precision": "full"},
    "discriminator": {"projected_channels": 96, "pixel_channels": [48, 96, 128]},
    "adversarial": {"projected": "non-saturating", "projected_weight": 1.0,
                    "pixel": "non-saturating", "pixel_weight": 0.5, "reference_weight": 0.0,
                    "r1_gamma": 1.0, "r2_gamma": 0.0, "penalty_noise": 0.01,
                    "penalty_interval": 4},
    "losses": {"content": 1.5, "lines": 0.0, "fine_lines": 0.0, "lips": 0.0, "lips_of": [], "texture": 0.0,
               "style": 1.0, "style_statistics": 0.5, "matching": 0.0, "classification": 0.0,
               "reconstruction": 6.0, "reconstruction_features": 0.3,
               "reconstruction_interval": 2, "diversity": 1.0, "diversity_steps": 0,
               "diversity_interval": 4, "cycle": 0.0, "keep": 0.0, "keep_interval": 2},
    "optimizer": {"generator_rate": 3e-4, "mapping_rate": 1e-4, "discriminator_rate": 1.5e-4,
                  "beta1": 0.0, "beta2": 0.99, "clip_norm": 10.0, "decay_from": 0.6,
                  "final_rate": 0.1, "frozen": []},
    "augmentation": {"shift": 0.125, "brightness": 0.1, "cutout": 0.25},
    "prior": {"train": False, "alone": False, "spread": 4.0, "noise": 5.0, "reconstruction": 8.0},
    "labels": {"columns": [], "left_out": 0.2, "reading": 1.0},
    "near": {"share": 0.0, "largest": 2.0, "styles": []},
    "procedural": {"disturbed": 0.0, "painted": 0.0, "smoothed": False},
}

MODEL_DEFAULTS = {
    "native_size": 128, "largest_seen": 0, "styles": 7, "style_dim": 64, "latent_dim": 16,
    "trunk_channels": [64, 128, 192], "style_channels": [48, 96, 160, 160], "mapping_width": 192,
    "line_skip": True, "line_style": False, "noise": False, "style_slots": 0, "slot_dim": 16,
    "steering": "adain", "shared_code": False, "content_colours": False, "prior": None,
    "conditions": [],
}

# Keys of [model] that do not say how large its networks are.
NO_SIZES = ("native_size", "largest_seen", "styles", "prior", "conditions")

PARTS = {
    "content_encoder": ("generator.encoder.",),
    "decoder": ("generator.decoder.",),
    "style_encoder": ("style_encoder.",),
    "mapping_network": ("mapping_network.",),
    "mapping_layers": ("mapping_network.hidden.", "mapping_network.head."),
    "content_prior": ("content_prior.",),
}


class SettingsError(ValueError):
    """What is wrong with a configuration, and what to do."""


def read(path):
    """The configuration of a TOML file, defaults filled in."""
    return complete(tomllib.loads(pathlib.Path(path).read_text()))


def complete(given):
    config = copy.deepcopy(DEFAULTS)
    config["model"] = dict(MODEL_DEFAULTS)
    config["style_weights"] = {}
    for section, values in given.items():
        if section not in config:
            raise SettingsError(f"[{section}] is no section of a training configuration")
        for key, value in values.items():
            if section != "style_weights" and key not in config[section]:
                raise SettingsError(f"{section}.{key} is no key of a training configuration")
            config[section][key] = value
    refuse_what_is_not_done(config)
    return config


def refuse_what_is_not_done(config):
    wrong = [
        (config["prior"]["train"], "prior.train", "train the content prior with the program"),
        (config["labels"]["columns"], "labels.columns", "train labels with the program"),
        (config["losses"]["keep"] > 0, "losses.keep", "set it to 0, or train with the program"),
        (config["model"]["steering"] != "adain", "model.steering", "only `adain` is done here"),
        (config["model"]["shared_code"], "model.shared_code", "only one code a stage is done here"),
        (config["model"]["conditions"], "model.conditions", "train labels with the program"),
        (config["run"]["batch"] < 2 or config["run"]["batch"] % 2, "run.batch", "use an even number"),
        (config["run"]["size"] % 16 or config["run"]["size"] < 32, "run.size",
         "use a multiple of 16 from 32"),
    ]
    unknown = [part for part in config["optimizer"]["frozen"] if part not in PARTS]
    wrong.append((unknown, "optimizer.frozen", f"the parts are {', '.join(PARTS)}"))
    for is_wrong, key, fix in wrong:
        if is_wrong:
            raise SettingsError(f"{key}: the PyTorch twin cannot do this: {fix}")


def model_of(config, own):
    """The networks' configuration for a run that starts from a model whose own is `own`: as in the
    program, one that says nothing of sizes takes the model's."""
    own = {**MODEL_DEFAULTS, **own}
    model = dict(config["model"])
    says_nothing = all(model[key] == MODEL_DEFAULTS[key] for key in MODEL_DEFAULTS if key not in NO_SIZES)
    if says_nothing:
        model = {**own, "native_size": model["native_size"]}
    near = config["near"]
    seen = int(config["run"]["size"] * near["largest"]) if near["share"] > 0 else 0
    model.update(styles=own["styles"], prior=model["prior"] or own["prior"],
                 conditions=own["conditions"], largest_seen=max(seen, own["largest_seen"]))
    refuse_what_is_not_done({**config, "model": model})
    return model


def is_frozen(config, name):
    """Whether the parameter of that name stays as it is."""
    return any(name.startswith(prefix)
               for part in config["optimizer"]["frozen"] for prefix in PARTS[part])

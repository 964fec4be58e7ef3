"""The networks of `crates/model` written once more in PyTorch: the reference they are tested and
timed against, and what `train.py` trains. Weights go by the names that utsushi's files use; pictures
are [batch, 3, height, width] here, −1…1."""

import numpy as np
import torch
import torch.nn.functional as F

# Whether the generator paints, and does not learn: beyond the border of a picture it then sees the nearest
# pixels in place of zeros.
PAINTING = False

STAGES = 4
JOIN = 0.5**0.5
NOISE_PERIOD = 128
SLOT_COLOURS = 3


def conv(weights, name, x, stride=1, padding=None):
    """A convolution whose weight is stored [kernel, kernel, in, out]."""
    weight = weights[f"{name}.weight"].permute(3, 2, 0, 1)
    if padding is None:
        padding = weight.shape[-1] // 2 if stride == 1 else 1
    if PAINTING and padding and name.startswith("generator."):
        x, padding = F.pad(x, [padding] * 4, mode="replicate"), 0
    return F.conv2d(x, weight, weights.get(f"{name}.bias"), stride, padding)


def dense(weights, name, x):
    return x @ weights[f"{name}.weight"] + weights[f"{name}.bias"]


def leaky(x):
    return F.leaky_relu(x, 0.2)


def instance_norm(x, epsilon):
    """Each channel of each picture at mean 0 and deviation 1, in 32 bits."""
    x = x.float()
    if not x.is_cuda:
        return F.instance_norm(x, eps=epsilon)
    # PyTorch's own layer turns channels-last features round and back.
    variance, mean = torch.var_mean(x, (2, 3), correction=0, keepdim=True)
    return (x - mean) * (variance + epsilon).rsqrt()


def norm(x, gain=None, bias=None):
    x = instance_norm(x, 1e-5)
    if gain is not None:
        x = x * gain[:, :, None, None] + bias[:, :, None, None]
    return leaky(x)


def luminance(x):
    return x[:, 0:1] * 0.299 + x[:, 1:2] * 0.587 + x[:, 2:3] * 0.114


def mean5(x):
    """The mean of the 5×5 around each pixel; what is outside does not count."""
    return F.avg_pool2d(x, 5, 1, 2, count_include_pad=False)


def hashed_noise():
    """White noise hashed from the position, [NOISE_PERIOD, NOISE_PERIOD], mean 0, variance 1."""
    side, bits = np.arange(NOISE_PERIOD, dtype=np.uint64), np.uint64(0xFFFFFFFF)
    rows, columns = side * np.uint64(0x9E3779B1) & bits, side * np.uint64(0x85EBCA77) & bits
    hashed = rows[:, None] ^ columns[None]
    for shift, factor in ((15, 0x2C1B3C6D), (12, 0x297A2D39)):
        hashed = (hashed ^ (hashed >> np.uint64(shift))) * np.uint64(factor) & bits
    hashed ^= hashed >> np.uint64(15)
    share = (hashed >> np.uint64(8)).astype(np.float32) / 2**24
    return torch.from_numpy((share * 2 - 1) * np.float32(3**0.5))


# The same on each kind of device that was asked for.
NOISE = {"cpu": hashed_noise()}


def position_noise(x):
    """The noise of every position of features, [1, 1, height, width]."""
    rows, columns = (torch.arange(side, device=x.device) % NOISE_PERIOD for side in x.shape[2:])
    return NOISE[x.device.type][rows][:, columns][None, None]


def space_to_depth(x):
    """Each 2×2 square to channels, in the order row, column, channel."""
    batch, channels, height, width = x.shape
    x = x.reshape(batch, channels, height // 2, 2, width // 2, 2)
    return x.permute(0, 3, 5, 1, 2, 4).reshape(batch, 4 * channels, height // 2, width // 2)


def depth_to_space(x):
    batch, channels, height, width = x.shape
    x = x.reshape(batch, 2, 2, channels // 4, height, width)
    return x.permute(0, 3, 4, 1, 5, 2).reshape(batch, channels // 4, 2 * height, 2 * width)


def encoder_block(weights, name, x, halve):
    pool = (lambda t: F.avg_pool2d(t, 2)) if halve else (lambda t: t)
    branch = conv(weights, f"{name}.first", norm(x))
    branch = conv(weights, f"{name}.second", norm(pool(branch)))
    straight = pool(x)
    if f"{name}.shortcut.weight" in weights:
        straight = conv(weights, f"{name}.shortcut", straight)
    return (straight + branch) * JOIN


def ada_in(weights, name, x, code):
    gain, bias = dense(weights, f"{name}.affine", code).chunk(2, dim=1)
    return norm(x, gain + 1, bias)


def decoder_block(weights, name, x, code, double):
    up = (lambda t: F.interpolate(t, scale_factor=2)) if double else (lambda t: t)
    branch = conv(weights, f"{name}.first", up(ada_in(weights, f"{name}.first_norm", x, code)))
    branch = conv(weights, f"{name}.second", ada_in(weights, f"{name}.second_norm", branch, code))
    if f"{name}.shortcut.weight" in weights:
        x = conv(weights, f"{name}.shortcut", x)
    return (up(x) + branch) * JOIN


def encode(weights, x):
    """Content from luminance, or from colours where the model sees them; lines, where it has
    them, from luminance's difference to a 5×5 mean."""
    luma = luminance(x)
    lines = None
    if "generator.encoder.lines.weight" in weights:
        lines = norm(conv(weights, "generator.encoder.lines", space_to_depth(luma - mean5(luma))))
    shown = x if weights["generator.encoder.input.weight"].shape[2] == 12 else luma
    x = conv(weights, "generator.encoder.input", space_to_depth(shown))
    for index, halve in enumerate([True, True, False]):
        x = encoder_block(weights, f"generator.encoder.blocks.{index}", x, halve)
    return x, lines


def beside_pixels(rows):
    """[batch, channels] beside every pixel."""
    return rows[:, :, None, None]


def painted_slots(weights, x, shares, codes, stage):
    """What the codes of the slots add to the features of a stage."""
    name = f"generator.decoder.slots.values.{stage}"
    if f"{name}.weight" not in weights:
        return x
    slots = shares.shape[1]
    values = dense(weights, name, codes.unflatten(1, (slots, -1)))
    added = torch.einsum("bshw,bsc->bchw", shares, values.to(shares.dtype))
    return x + (F.interpolate(added, scale_factor=2) if added.shape[2:] != x.shape[2:] else added)


def code_length(weights):
    """Values of a style code for one stage: those of the whole picture, then those of its slots."""
    name = "generator.decoder"
    length = weights[f"{name}.blocks.0.first_norm.affine.weight"].shape[0]
    if f"{name}.slots.keys.weight" in weights:
        slots = weights[f"{name}.slots.keys.weight"].shape[3]
        length += slots * weights[f"{name}.slots.values.0.weight"].shape[0]
    return length


def decode(weights, content, codes):
    x, lines = content
    name = "generator.decoder"
    has_slots = f"{name}.slots.keys.weight" in weights
    dim = weights[f"{name}.blocks.0.first_norm.affine.weight"].shape[0]
    if has_slots:
        shares = conv(weights, f"{name}.slots.keys", x).softmax(1)
    for stage, double in enumerate([False, True, True, False]):
        code = codes[:, stage, :dim]
        if has_slots:
            x = painted_slots(weights, x, shares, codes[:, stage, dim:], stage)
        if stage == STAGES - 1:
            if f"{name}.line_gate.weight" in weights:
                gate = conv(weights, f"{name}.line_gate", lines)
                if f"{name}.line_style.weight" in weights:
                    gate = gate + beside_pixels(dense(weights, f"{name}.line_style", code))
                x = (x + gate.sigmoid() * lines) * JOIN
            if f"{name}.noise_gain.weight" in weights:
                gain = beside_pixels(dense(weights, f"{name}.noise_gain", code))
                x = x + gain * position_noise(x)
        x = decoder_block(weights, f"{name}.blocks.{stage}", x, code, double)
    return depth_to_space(conv(weights, f"{name}.output", leaky(x))).float().tanh()


def slot_codes(weights, features, paintings):
    """Codes of the parts of paintings, from features at an eighth of their sides."""
    colours = F.avg_pool2d(paintings.float(), 8)
    shares = conv(weights, "style_encoder.slots.queries", features).float().softmax(1).flatten(2)
    shares = shares / (shares.sum(2, keepdim=True) + 1e-4)
    read = torch.cat([colours, features.float()], 1).flatten(2)
    pooled = torch.einsum("bsp,bcp->bsc", shares, read)
    learned = dense(weights, "style_encoder.slots.head", leaky(pooled[:, :, SLOT_COLOURS:]))
    learned = learned.float().unflatten(2, (STAGES, -1))
    colour = pooled[:, :, None, :SLOT_COLOURS].float().expand(-1, -1, STAGES, -1)
    return torch.cat([colour, learned], 3).transpose(1, 2).flatten(2)


def style_codes(weights, paintings):
    x = leaky(conv(weights, "style_encoder.input", space_to_depth(paintings)))
    of_slots = None
    for index in range(3):
        x = leaky(conv(weights, f"style_encoder.blocks.{index}", x, stride=2))
        if index == 1 and "style_encoder.slots.queries.weight" in weights:
            of_slots = slot_codes(weights, x, paintings)
    pooled = leaky(described(x))
    codes = dense(weights, "style_encoder.head", pooled).float().unflatten(1, (STAGES, -1))
    return codes if of_slots is None else torch.cat([codes, of_slots], 2)


def unit_power(rows):
    return rows / (rows.square().mean(1, keepdim=True) + 1e-8).sqrt()


def described(x):
    """Mean and deviation of each channel, [batch, 2 channels], in 32 bits."""
    x = x.float()
    deviation = (x.var((2, 3), unbiased=False) + 1e-6).sqrt()
    return torch.cat([x.mean((2, 3)), deviation], 1)


def drawn_codes(weights, noise, labels):
    own = weights["mapping_network.labels.weight"][labels]
    x = torch.cat([unit_power(noise), unit_power(own)], 1)
    for index in range(3):
        x = leaky(dense(weights, f"mapping_network.hidden.{index}", x))
    codes = dense(weights, "mapping_network.head", x).float().unflatten(1, (STAGES, -1))
    if "mapping_network.slot_head.weight" not in weights:
        return codes
    of_slots = dense(weights, "mapping_network.slot_head", x).float().unflatten(1, (STAGES, -1))
    return torch.cat([codes, of_slots], 2)


def conditional_logits(x, vectors, linear):
    product = torch.einsum("bchw,bc->bhw", x, vectors.to(x.dtype)) / x.shape[1] ** 0.5
    return (linear(x)[:, 0].float() + product.float()).flatten(1)


def pixel_logits(weights, x, labels):
    """The first two blocks halve the sides, the others keep them."""
    index = 0
    while f"blocks.{index}.weight" in weights:
        stride, index = 2 if index < 2 else 1, index + 1
        x = leaky(conv(weights, f"blocks.{index - 1}", x, stride))
    return conditional_logits(x, weights["labels.weight"][labels], lambda t: conv(weights, "logit", t))


def spectral_conv(weights, name, x, stride=1):
    weight = weights[f"{name}.conv.weight"]
    product = weight.flatten(0, 2) @ weights[f"{name}.right"]
    sigma = (product.float().square().sum() + 1e-12).sqrt()
    scaled = {"w.weight": weight / sigma, "w.bias": weights[f"{name}.conv.bias"]}
    return conv(scaled, "w", x, stride)


def projected_logits(weights, taps, labels):
    logits = []
    for head, (tap, halvings) in enumerate(zip(taps, [2, 1, 0, 0])):
        name = f"heads.{head}"
        x = spectral_conv(weights, f"{name}.input", tap)
        for index in range(halvings + 1):
            x = spectral_conv(weights, f"{name}.blocks.{index}", x, 2 if index < halvings else 1)
            x = leaky(x)
        vectors = weights[f"{name}.labels.weight"][labels]
        logits.append(
            conditional_logits(x, vectors, lambda t: spectral_conv(weights, f"{name}.logit", t))
        )
    return torch.cat(logits, 1)


def style_logits(weights, taps):
    """The style classifier's, from mean and deviation of each channel of each tap."""
    parts = [unit_power(described(tap)) for tap in taps]
    return dense(weights, "head", torch.cat(parts, 1)).float()


def reference_features(weights, taps):
    """What the discriminator that sees the reference sees in windows."""
    level = lambda t: t / (t.float().square().mean() + 1e-6).sqrt()
    fine, middle = level(taps[0]), level(taps[1])
    for index in range(2):
        fine = leaky(conv(weights, f"fine.{index}", fine, 2))
    middle = leaky(conv(weights, "middle.0", middle, 2))
    return leaky(conv(weights, "joined", torch.cat([fine, middle], 1)))


def reference_signature(weights, features):
    return dense(weights, "reference", described(features)).float()


def reference_logits(weights, features, signature):
    agreement = torch.einsum("bchw,bc->bhw", features, signature.to(features.dtype))
    agreement = agreement.float() / features.shape[1] ** 0.5
    return (agreement + conv(weights, "linear", features)[:, 0].float()).flatten(1)

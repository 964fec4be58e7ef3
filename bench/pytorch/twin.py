"""The networks of `crates/model` written once more in PyTorch, as the reference they are tested
and timed against. Weights go by the names that utsushi's files use; pictures are
[batch, 3, height, width] here, −1…1."""

import torch
import torch.nn.functional as F

STAGES = 4
JOIN = 0.5**0.5


def conv(weights, name, x, stride=1, padding=None):
    """A convolution whose weight is stored [kernel, kernel, in, out]."""
    weight = weights[f"{name}.weight"].permute(3, 2, 0, 1)
    if padding is None:
        padding = weight.shape[-1] // 2 if stride == 1 else 1
    return F.conv2d(x, weight, weights.get(f"{name}.bias"), stride, padding)


def dense(weights, name, x):
    return x @ weights[f"{name}.weight"] + weights[f"{name}.bias"]


def norm(x, gain=None, bias=None):
    x = F.instance_norm(x, eps=1e-5)
    if gain is not None:
        x = x * gain[:, :, None, None] + bias[:, :, None, None]
    return F.leaky_relu(x, 0.2)


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
    luma = (x * torch.tensor([0.299, 0.587, 0.114], dtype=x.dtype)[:, None, None]).sum(1, True)
    lines = None
    if "generator.encoder.lines.weight" in weights:
        mean = F.avg_pool2d(luma, 5, 1, 2, count_include_pad=False)
        lines = norm(conv(weights, "generator.encoder.lines", space_to_depth(luma - mean)))
    shown = x if weights["generator.encoder.input.weight"].shape[2] == 12 else luma
    x = conv(weights, "generator.encoder.input", space_to_depth(shown))
    for index, halve in enumerate([True, True, False]):
        x = encoder_block(weights, f"generator.encoder.blocks.{index}", x, halve)
    return x, lines


def decode(weights, content, codes):
    x, lines = content
    for stage, double in enumerate([False, True, True, False]):
        if stage == STAGES - 1 and "generator.decoder.line_gate.weight" in weights:
            x = (x + conv(weights, "generator.decoder.line_gate", lines).sigmoid() * lines) * JOIN
        x = decoder_block(weights, f"generator.decoder.blocks.{stage}", x, codes[:, stage], double)
    return depth_to_space(conv(weights, "generator.decoder.output", F.leaky_relu(x, 0.2))).tanh()


def style_codes(weights, x):
    x = F.leaky_relu(conv(weights, "style_encoder.input", space_to_depth(x)), 0.2)
    for index in range(3):
        x = F.leaky_relu(conv(weights, f"style_encoder.blocks.{index}", x, stride=2), 0.2)
    deviation = (x.var(dim=(2, 3), unbiased=False) + 1e-6).sqrt()
    pooled = F.leaky_relu(torch.cat([x.mean(dim=(2, 3)), deviation], 1), 0.2)
    return dense(weights, "style_encoder.head", pooled).unflatten(1, (STAGES, -1))


def drawn_codes(weights, noise, labels):
    unit = lambda t: t / (t.square().mean(1, keepdim=True) + 1e-8).sqrt()
    x = torch.cat([unit(noise), unit(weights["mapping_network.labels.weight"][labels])], 1)
    for index in range(3):
        x = F.leaky_relu(dense(weights, f"mapping_network.hidden.{index}", x), 0.2)
    return dense(weights, "mapping_network.head", x).unflatten(1, (STAGES, -1))


def conditional_logits(x, vectors, linear):
    product = torch.einsum("bchw,bc->bhw", x, vectors) / x.shape[1] ** 0.5
    return (linear(x)[:, 0] + product).flatten(1)


def pixel_logits(weights, x, labels):
    """Three blocks: two of stride 2, one that keeps the size."""
    for index, stride in enumerate([2, 2, 1]):
        x = F.leaky_relu(conv(weights, f"blocks.{index}", x, stride), 0.2)
    return conditional_logits(x, weights["labels.weight"][labels], lambda t: conv(weights, "logit", t))


def spectral_conv(weights, name, x, stride=1):
    weight = weights[f"{name}.conv.weight"]
    sigma = (weight.flatten(0, 2) @ weights[f"{name}.right"]).norm()
    scaled = {"w.weight": weight / sigma, "w.bias": weights[f"{name}.conv.bias"]}
    return conv(scaled, "w", x, stride)


def projected_logits(weights, taps, labels):
    logits = []
    for head, (tap, halvings) in enumerate(zip(taps, [2, 1, 0, 0])):
        name = f"heads.{head}"
        x = spectral_conv(weights, f"{name}.input", tap)
        for index in range(halvings + 1):
            x = spectral_conv(weights, f"{name}.blocks.{index}", x, 2 if index < halvings else 1)
            x = F.leaky_relu(x, 0.2)
        vectors = weights[f"{name}.labels.weight"][labels]
        logits.append(
            conditional_logits(x, vectors, lambda t: spectral_conv(weights, f"{name}.logit", t))
        )
    return torch.cat(logits, 1)

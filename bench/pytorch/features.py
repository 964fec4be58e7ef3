"""EfficientNet-Lite0, the frozen network that discriminators and losses look through, in PyTorch:
`crates/backbone` written once more. Reads what `utsushi features import` writes."""

import torch
import torch.nn.functional as F

BLOCKS = [(3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3),
          (5, 1, 6, 112, 3), (5, 2, 6, 192, 4), (3, 1, 6, 320, 1)]
TAPS = (2, 4, 10, 15)


def fold(file):
    """Convolutions with their batch normalisation folded in, in the order they are used."""
    def folded(conv, norm):
        weight, gain, bias, mean, variance = (
            file[name].float() for name in (f"{conv}.weight", f"{norm}.weight", f"{norm}.bias",
                                            f"{norm}.running_mean", f"{norm}.running_var"))
        scale = gain / (variance + 1e-3).sqrt()
        return weight * scale[:, None, None, None], bias - mean * scale

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


def look(layers, x, side, count=len(TAPS)):
    """The first `count` taps of pictures, brought to a side of `side` pixels."""
    if x.shape[2:] != (side, side):
        x = F.interpolate(x, size=(side, side), mode="bilinear")
    return blocks(layers, x, TAPS[:count])


def blocks(layers, x, wanted):
    """The outputs of the blocks whose numbers are wanted, in order; nothing beyond the last is computed."""
    rest = iter(layers)
    x = same_conv((x * 127.5 + 0.5) / 128, next(rest), 2, True)
    taps, index = [], 0
    for _, first_stride, expansion, output, repeats in BLOCKS:
        for repeat in range(repeats):
            stride, y = first_stride if repeat == 0 else 1, x
            if expansion > 1:
                y = same_conv(y, next(rest), 1, True)
            y = same_conv(y, next(rest), stride, True)
            y = same_conv(y, next(rest), 1, False)
            x = x + y if stride == 1 and x.shape[1] == output else y
            if index in wanted:
                taps.append(x)
                if len(taps) == len(wanted):
                    return taps
            index += 1
    return taps


def channels_last(layers, device):
    """The layers on a device, in the layout in which it computes fastest."""
    return [(weight.to(device).contiguous(memory_format=torch.channels_last), bias.to(device))
            for weight, bias in layers]

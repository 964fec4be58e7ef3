"""Tests of what train.py draws and writes: python bench/pytorch/test_train.py

That a step computes what the program's does is a test of `crates/training`."""

import pathlib
import sys
import unittest

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import files  # noqa: E402
import pack  # noqa: E402
import procedural  # noqa: E402
import settings  # noqa: E402
import step  # noqa: E402
import twin  # noqa: E402

RECIPES = pathlib.Path(__file__).parent.parent.parent / "crates/cli/src/recipes"


class Pictures(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(3)

    def test_noise_is_the_programs(self):
        # Of crates/model/src/noise.rs, by integers of any length.
        def noise_at(row, column):
            bits = 0xFFFFFFFF
            hashed = (row * 0x9E3779B1 & bits) ^ (column * 0x85EBCA77 & bits)
            for shift, factor in ((15, 0x2C1B3C6D), (12, 0x297A2D39)):
                hashed ^= hashed >> shift
                hashed = hashed * factor & bits
            hashed ^= hashed >> 15
            return ((hashed >> 8) / 2**24 * 2 - 1) * 3**0.5

        for row, column in ((0, 0), (5, 77), (127, 127), (64, 1)):
            self.assertAlmostEqual(twin.NOISE["cpu"][row, column].item(), noise_at(row, column), places=5)
        table = twin.position_noise(torch.zeros(1, 2, 130, 4))[0, 0]
        self.assertTrue(torch.equal(table[128:], table[:2]))

    def test_windows_are_cut_and_enlarged_bilinearly(self):
        pictures, first = torch.rand(3, 2, 32, 32), torch.tensor([0, 5, 20])
        matrix, mean = pack.enlarging(32, 12, 24, first)
        found = matrix[:, None] @ pictures
        for index, start in enumerate(first.tolist()):
            cut = pictures[index:index + 1, :, start:start + 12]
            wanted = F.interpolate(cut, size=(24, 32), mode="bilinear")[0]
            self.assertLess((found[index] - wanted).abs().max().item(), 1e-5)
            average = torch.einsum("h,chw->cw", mean[index], pictures[index])
            self.assertLess((average - cut[0].mean(1)).abs().max().item(), 1e-5)

    def test_shifts_bring_in_nothing(self):
        pictures = torch.rand(2, 1, 8, 8)
        rows, _ = pack.shifts(8, torch.tensor([3, -2]), torch.tensor([0, 0]))
        found = rows[:, None] @ pictures
        self.assertTrue(torch.equal(found[0, :, 3:], pictures[0, :, :-3]))
        self.assertTrue(torch.equal(found[1, :, :-2], pictures[1, :, 2:]))
        self.assertEqual(found[0, :, :3].abs().max().item() + found[1, :, -2:].abs().max().item(), 0)

    def test_pictures_are_resampled_as_pillow_does(self):
        picture = np.random.default_rng(1).integers(0, 256, (48, 48), np.uint8)
        wanted = np.asarray(Image.fromarray(picture).resize((32, 48), Image.LANCZOS)).astype(np.float32)
        weights = pack.resampling(48, 32, torch.full((2,), 32.0), torch.zeros(2), torch.tensor([False, True]))
        plain, mirrored = ((torch.from_numpy(picture).float() @ it.T).clamp(0, 255).numpy() for it in weights)
        self.assertLess(np.abs(plain - wanted).max(), 0.51)
        self.assertLess(np.abs(plain - mirrored[:, ::-1]).max(), 0.01)
        # A window is a part of the larger picture.
        whole = pack.resampling(48, 64, torch.tensor([64.0]), torch.zeros(1), torch.tensor([False]))
        part = pack.resampling(48, 32, torch.tensor([64.0]), torch.tensor([20.0]), torch.tensor([False]))
        self.assertLess((part - whole[:, 20:52]).abs().max().item(), 1e-6)

    def test_painters_change_a_share_and_stay_in_range(self):
        pictures = torch.rand(32, 3, 32, 32) * 2 - 1
        for change in (procedural.disturbed, procedural.repainted):
            self.assertTrue(torch.equal(change(pictures, 0.0), pictures))
            for share, least, most in ((0.5, 6, 26), (1.0, 32, 32)):
                found = change(pictures, share)
                self.assertLessEqual(found.abs().max().item(), 1)
                count = ((found - pictures).abs().mean((1, 2, 3)) > 1e-3).sum().item()
                self.assertTrue(least <= count <= most, f"{change.__name__}: {count}")

    def test_texture_goes_by_the_amount_and_edges_stay(self):
        across, down = torch.arange(40), torch.arange(40)[:, None]
        checked = 0.05 * (1 - 2.0 * ((across + down) % 2)) + torch.where(across < 20, -0.8, 0.8)
        pictures = checked.expand(3, 3, 40, 40)
        found = procedural.smoothed(pictures, torch.tensor([0.0, 1.0, 0.5]))
        self.assertTrue(torch.equal(found[0], pictures[0]))
        row = found[1, 1, 20]
        self.assertLess((row[5] - row[6]).abs().item(), 0.02)
        self.assertGreater((row[20] - row[19]).item(), 1.3)
        self.assertLess((found[2] - (pictures[0] + found[1]) / 2).abs().max().item(), 1e-6)

    def test_strokes_keep_an_edge_and_take_noise_away(self):
        side = torch.where(torch.arange(16) < 8, -0.5, 0.5).expand(1, 3, 16, 16)
        noisy = side + 0.1 * twin.NOISE["cpu"][:16, :16]
        calm = procedural.strokes(noisy, twin.luminance(noisy), 3)
        self.assertLess((calm - side).abs().max().item(), 0.12)

    def test_cells_are_means_also_where_the_picture_ends_within_one(self):
        plane = torch.tensor([[1.0, 3, 5], [5, 7, 9], [2, 4, 8]])[None, None]
        wanted = torch.tensor([[4.0, 4, 7], [4, 4, 7], [3, 3, 8]])
        self.assertTrue(torch.equal(procedural.cells(plane, 2)[0, 0], wanted))


class Files(unittest.TestCase):
    def test_typical_codes_are_in_the_middle_and_unlike_but_no_outliers(self):
        values = [0.0, 0.1, 0.2, 5.0, 5.1, 4.9, 5.2, 9.8, 9.9, 10.0, 100.0, -100.0, 200.0, -200.0]
        chosen = files.typical(torch.tensor(values)[:, None])
        self.assertEqual(len(set(chosen)), files.GALLERY)
        self.assertTrue(4.9 <= values[chosen[0]] <= 5.2)
        self.assertTrue(all(abs(values[index]) < 50 for index in chosen))
        self.assertFalse(1 < values[chosen[1]] < 9)
        self.assertEqual(sorted(set(files.typical(torch.tensor([[1.0], [2.0]])))), [0, 1])

    def test_cards_sink_and_comments_in_code_stay(self):
        self.assertEqual(files.lowered("# A\nb #c\n```\n# d\n```\n## E"), "## A\nb #c\n```\n# d\n```\n### E\n")

    def test_moments_come_back(self):
        weights = step.Weights({"a": torch.rand(3, 3, 2, 5), "b": torch.rand(4)}, "cpu", lambda _: True)
        adam = step.Adam(weights.trained(), settings.DEFAULTS["optimizer"])
        for value in weights.tensors.values():
            value.grad = torch.rand_like(value)
        adam.update(lambda _: 1e-3)
        again = step.Adam(weights.trained(), settings.DEFAULTS["optimizer"])
        self.assertFalse(again.from_file({}))
        self.assertTrue(again.from_file(adam.to_file()))
        self.assertEqual(again.updates, 1)
        for name in weights.tensors:
            self.assertTrue(torch.equal(again.second[name], adam.second[name]))


class Settings(unittest.TestCase):
    def test_recipes_are_read_or_refused_by_key(self):
        style = settings.read(RECIPES / "style-128.toml")
        self.assertEqual(style["losses"]["matching"], 3.0)
        self.assertEqual(style["adversarial"]["penalty_noise"], 0.01)
        with self.assertRaisesRegex(settings.SettingsError, "prior.train"):
            settings.read(RECIPES / "prior-64.toml")
        with self.assertRaisesRegex(settings.SettingsError, "losses.contents is no key"):
            settings.complete({"losses": {"contents": 1.0}})

    def test_sizes_are_the_models_where_nothing_is_said(self):
        own = {"style_dim": 8, "styles": 3, "largest_seen": 320}
        config = settings.complete({"near": {"share": 0.5}})
        model = settings.model_of(config, own)
        self.assertEqual((model["style_dim"], model["styles"], model["largest_seen"]), (8, 3, 320))
        config = settings.complete({"model": {"style_slots": 8}})
        self.assertEqual(settings.model_of(config, own)["style_dim"], 64)

    def test_rates_fall_along_half_a_cosine(self):
        self.assertEqual(step.cosine_decay(0.5, 0.5, 0.1), 1.0)
        self.assertAlmostEqual(step.cosine_decay(0.75, 0.5, 0.1), 0.55, places=6)
        self.assertAlmostEqual(step.cosine_decay(1.2, 0.5, 0.1), 0.1, places=6)


if __name__ == "__main__":
    unittest.main()

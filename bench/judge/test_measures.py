"""Values worked out by hand: python -m unittest discover bench/judge"""

import unittest

import numpy as np

import measures
from vgg import equalised


class Measures(unittest.TestCase):
    def test_equalising(self):
        pixels = np.repeat(np.array([[10, 10], [20, 30]], dtype=np.uint8)[..., None], 3, axis=2)
        # Two of four pixels are the lowest tone: 0, then (3 - 2) / 2 and (4 - 2) / 2 of 255.
        self.assertEqual(equalised(pixels)[..., 0].tolist(), [[0, 0], [128, 255]])
        # A tone curve changes nothing, nor does one colour for another of the same luminance order.
        self.assertTrue((equalised(pixels * 3) == equalised(pixels)).all())
        self.assertEqual(equalised(np.full((2, 2, 3), 7, dtype=np.uint8)).max(), 128)

    def test_scale_counts_styles_alike(self):
        scale = measures.Scale([np.array([[0.0], [0.0], [0.0], [0.0]]), np.array([[2.0], [6.0]])])
        self.assertEqual(scale.mean.tolist(), [2.0])
        # Squares: 4 in the first, (0 + 16) / 2 in the second.
        self.assertAlmostEqual(scale.deviation[0], np.sqrt(6.0))
        self.assertAlmostEqual(scale(np.array([[2.0]]))[0, 0], 0.0)

    def test_styles_use_the_shared_covariance(self):
        # Along the first number the paintings of a style spread widely, along the second hardly.
        spread = np.array([[10.0, 0.0], [-10.0, 0.0], [0.0, 0.1], [0.0, -0.1]])
        styles = measures.Styles({"a": spread, "b": spread + [4.0, 1.0]}, shrinkage=0.5)
        self.assertEqual(styles.tell(np.array([[4.0, 0.1], [0.0, 0.9], [9.0, 0.0]])), ["a", "b", "a"])
        # By formula: inverse of the covariance times the means.
        rows = np.concatenate([spread / 2.0, spread / 2.0]) / np.sqrt(2.0)
        covariance = 0.5 * rows.T @ rows + 0.5 * np.diag((rows ** 2).sum(axis=0))
        self.assertTrue(np.allclose(styles.weights, np.linalg.solve(covariance, styles.means.T).T))

    def test_distances_have_no_bias(self):
        self.assertEqual(measures.inner(np.array([[1.0], [3.0]])), 3.0)
        # Rows of one content are not independent: only the pairs (0, 3) and (1, 2) count.
        grid = np.array([[1.0], [2.0], [3.0], [4.0]])
        groups = [("c", "r"), ("c", "s"), ("d", "r"), ("d", "s")]
        self.assertEqual(measures.inner(grid, groups), (4.0 + 6.0) / 2.0)
        self.assertIsNone(measures.inner(grid[:2], groups[:2]))
        # 3 of the rows, 35 of the real ones, less twice 2 · 6: the root of 14.
        self.assertAlmostEqual(measures.distance_of_means(np.array([[1.0], [3.0]]), np.array([[5.0], [7.0]])),
                               np.sqrt(14.0))
        random = np.random.default_rng(1)
        squares = [measures.inner(a) + measures.inner(b) - 2.0 * a.mean(axis=0) @ b.mean(axis=0)
                   for a, b in ((random.normal(size=(4, 50)), random.normal(size=(6, 50))) for _ in range(300))]
        self.assertLess(abs(np.mean(squares)), 4.0 * np.std(squares) / np.sqrt(300))

    def test_way(self):
        self.assertEqual(measures.way(0.25, 1.0), 0.75)
        self.assertEqual(measures.way(1.5, 1.0), -0.5)
        self.assertIsNone(measures.way(0.5, 0.0))

    def test_own_nearer(self):
        references = np.array([[0.0], [10.0]])
        self.assertEqual(measures.own_nearer(np.array([[1.0], [9.0]]), [0, 1], references), 1.0)
        # One painting after both references: one of the two is right, whatever it looks like.
        self.assertEqual(measures.own_nearer(np.array([[3.0], [3.0]]), [0, 1], references), 0.5)
        self.assertEqual(measures.own_nearer(np.array([[5.0]]), [0], references), 0.5)
        self.assertIsNone(measures.own_nearer(np.array([[5.0]]), [0], references[:1]))

    def test_edges(self):
        square = np.zeros((128, 128, 3), dtype=np.uint8)
        square[32:96, 32:96] = 200
        self.assertAlmostEqual(measures.edges_kept(square, square), 1.0)
        self.assertAlmostEqual(measures.edges_kept(255 - square, square), 1.0)
        moved = np.roll(square, 20, axis=0)
        self.assertLess(measures.edges_kept(moved, square), 0.6)
        self.assertEqual(measures.edges_kept(np.zeros_like(square), square), 0.0)


if __name__ == "__main__":
    unittest.main()

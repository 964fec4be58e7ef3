"""A step of the training, as `crates/training/src/trainer.rs` takes it: what is drawn for it, what
both sides minimise, and the update."""

import torch

import losses
import pack
import procedural
import twin
from features import look
from settings import is_frozen

# As in the program: where things are, and how they are painted.
CONTENT_TAPS, STYLE_TAPS = slice(1, 3), slice(0, 2)


class Weights:
    """The parameters of some networks by their names in files. Convolutions are kept as PyTorch
    computes them fastest; `views` shows them as files have them."""

    def __init__(self, tensors, device, trained):
        self.tensors = {}
        for name, value in tensors.items():
            value = value.to(device)
            if value.ndim == 4:
                value = value.permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
            self.tensors[name] = value.clone().requires_grad_(trained(name))

    def views(self, start=""):
        return {name.removeprefix(start): as_in_files(value) for name, value in self.tensors.items()
                if name.startswith(start)}

    def trained(self):
        return {name: value for name, value in self.tensors.items() if value.requires_grad}


def as_in_files(value):
    return value.permute(2, 3, 1, 0) if value.ndim == 4 else value


class Adam:
    """The program's Adam (crates/training/src/optimizer.rs), whose moments go by names."""

    def __init__(self, parameters, settings):
        self.parameters, self.settings, self.updates = parameters, settings, 0
        zeros = lambda: {name: torch.zeros_like(value) for name, value in parameters.items()}
        self.first, self.second = zeros(), zeros()

    def update(self, rate):
        """Clips the gradients together and takes a step; gives back their length before."""
        names = [name for name, value in self.parameters.items() if value.grad is not None]
        values = [self.parameters[name].detach() for name in names]
        gradients = [self.parameters[name].grad for name in names]
        settings, beta1, beta2 = self.settings, self.settings["beta1"], self.settings["beta2"]
        norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
        torch._foreach_mul_(gradients, (settings["clip_norm"] / (norm + 1e-12)).clamp_max(1))
        self.updates += 1
        first, second = ([moments[name] for name in names] for moments in (self.first, self.second))
        torch._foreach_lerp_(first, gradients, 1 - beta1)
        torch._foreach_mul_(second, beta2)
        torch._foreach_addcmul_(second, gradients, gradients, 1 - beta2)
        roots = torch._foreach_div(second, 1 - beta2**self.updates)
        torch._foreach_sqrt_(roots)
        torch._foreach_add_(roots, 1e-8)
        steps = torch._foreach_div(first, roots)
        rates = [-rate(name) / (1 - beta1**self.updates) for name in names]
        torch._foreach_mul_(steps, rates)
        torch._foreach_add_(values, steps)
        for name in names:
            self.parameters[name].grad = None
        return norm

    def to_file(self):
        """Moments as the program keeps them."""
        low = self.updates & 0xF_FFFF
        named = {"updates": torch.tensor([self.updates >> 20, low], dtype=torch.float32)}
        if self.updates:
            for suffix, moments in (("first", self.first), ("second", self.second)):
                for name, value in moments.items():
                    named[f"{name}.{suffix}"] = as_in_files(value).flatten()
        return named

    def from_file(self, named):
        """Takes moments over where all are there; says whether."""
        taken = {}
        for suffix in ("first", "second"):
            for name, value in self.parameters.items():
                found = named.get(f"{name}.{suffix}")
                shape = as_in_files(value).shape
                if found is None or found.numel() != value.numel():
                    return False
                found = found.reshape(shape).to(value.device)
                found = found.permute(3, 2, 0, 1) if found.ndim == 4 else found
                taken[name, suffix] = torch.empty_like(value).copy_(found)
        for name in self.parameters:
            self.first[name], self.second[name] = taken[name, "first"], taken[name, "second"]
        high, low = named["updates"].tolist()
        self.updates = (int(high) << 20) + int(low)
        return True


def draw(config, batch, lips, ramp, diversity, penalty, procedures):
    """Everything that a step draws at random, beside its pictures. `procedures` disturb and
    repaint."""
    content, reference = batch["content"], batch["reference"]
    device, rows, size = content.device, content.shape[0], content.shape[2]
    half, shares, change = rows // 2, config["procedural"], config["augmentation"]
    latent_dim, (disturbed, repainted) = config["model"]["latent_dim"], procedures
    integer = lambda low, high, count: torch.randint(low, high + 1, (count,), device=device)
    uniform = lambda count: torch.rand(count, 1, 1, 1, device=device)
    reach, side = round(change["shift"] * size), round(change["cutout"] * size)
    mask = torch.ones(rows, 1, size, size, device=device)
    if side:
        places = torch.arange(size, device=device)
        begin = lambda: integer(0, size - 1, rows)[:, None] - side // 2
        inside = lambda start: (places >= start) & (places < start + side)
        cut = inside(begin())[:, None, :, None] & inside(begin())[:, None, None, :]
        mask = (~cut).float()
    shown = size * 3 // 4
    window = shown if torch.rand(()) < 0.5 else shown // 2
    grey = (uniform(half) < 0.5).float()
    drawn = dict(batch)
    drawn.update(
        shown=disturbed(content, shares["disturbed"]),
        truth=repainted(batch["real"], shares["painted"]),
        rebuilt_from=disturbed(repainted(batch["real"], shares["painted"] / 2), shares["disturbed"]),
        latents=torch.randn(rows - half, latent_dim, device=device),
        other_latents=torch.randn(rows - half, latent_dim, device=device),
        shifts=pack.shifts(size, integer(-reach, reach, rows), integer(-reach, reach, rows)),
        brightness=(2 * uniform(rows) - 1) * change["brightness"],
        mask=mask,
        noise=torch.randn_like(content) if penalty else None,
        windows=[[pack.enlarging(size, window, shown, integer(0, size - window, half))
                  for _ in range(2)] for _ in range(3)],
        grey=grey,
        gain=1 + grey * (0.6 * uniform(half) - 0.3),
        kept=torch.nn.functional.one_hot(integer(0, 3, 1), 4).float().reshape(2, 2),
        lips=lips, ramp=ramp, diversity=diversity,
    )
    return drawn


def moved(drawn, device):
    """The same on another device."""
    if isinstance(drawn, dict):
        return {name: moved(value, device) for name, value in drawn.items()}
    if isinstance(drawn, (list, tuple)):
        return type(drawn)(moved(value, device) for value in drawn)
    return drawn.to(device) if isinstance(drawn, torch.Tensor) else drawn


def changed(drawn, pictures):
    """Real and painted pictures as they are judged: shifted, brightened, a square cut out."""
    rows, columns = drawn["shifts"]
    with torch.autocast(pictures.device.type, enabled=False):
        moved = rows[:, None] @ pictures.float() @ columns[:, None].transpose(2, 3)
    return (moved + drawn["brightness"]) * drawn["mask"]


def window(drawn, pictures, which):
    """A window of each picture for the discriminator that sees the reference."""
    (rows, row_mean), (columns, column_mean) = drawn["windows"][which]
    with torch.autocast(pictures.device.type, enabled=False):
        light = twin.luminance(pictures)
        mean = torch.einsum("bchw,bh,bw->bc", light, row_mean, column_mean)[:, :, None, None]
        colours = pictures * (1 - drawn["grey"]) + (light - mean) * drawn["grey"]
        return (rows[:, None] @ colours @ columns[:, None].transpose(2, 3)) * drawn["gain"]


def paint(painter, drawn):
    """Content, codes and paintings: half in the references' styles, half in drawn ones."""
    half = drawn["content"].shape[0] // 2
    read = twin.style_codes(painter, drawn["reference"][:half])
    codes = torch.cat([read, twin.drawn_codes(painter, drawn["latents"], drawn["labels"][half:])])
    content = twin.encode(painter, drawn["shown"])
    return content, codes, twin.decode(painter, content, codes)


def part(weights, name):
    start = f"{name}."
    return {key[len(start):]: value for key, value in weights.items() if key.startswith(start)}


class Game:
    """What both sides minimise."""

    def __init__(self, config, eyes):
        self.config, self.eyes = config, eyes
        self.side = config["run"]["feature_size"]

    def discriminators(self, judges, drawn, fake):
        """The discriminators' loss, numbers to tell, and what the generator's turn needs of it."""
        games, values, terms = self.config["adversarial"], {}, []
        labels = drawn["labels"]
        twice = torch.cat([labels, labels])
        real = changed(drawn, drawn["real"])
        both = torch.cat([real, changed(drawn, fake)])
        with torch.no_grad():
            taps = look(self.eyes, both, self.side)
        projected, pixel, classifier, reference = (
            part(judges, name) for name in ("projected", "pixel", "classifier", "reference"))
        if projected:
            right, wrong = twin.projected_logits(projected, taps, twice).chunk(2)
            loss = losses.discriminator(games["projected"], right, wrong)
            values.update({"projected/real_logit": right.mean(), "projected/fake_logit": wrong.mean(),
                           "projected/discriminator_loss": loss})
            terms.append(loss)
        if classifier:
            told, told_fake = twin.style_logits(classifier, taps).chunk(2)
            loss = torch.nn.functional.cross_entropy(told, labels)
            accuracy = lambda logits: (logits.argmax(1) == labels).float().mean()
            values.update({"classifier/real_accuracy": accuracy(told), "classifier/real_loss": loss,
                           "classifier/fake_accuracy": accuracy(told_fake)})
            terms.append(loss)
        if pixel:
            right, wrong = twin.pixel_logits(pixel, both, twice).chunk(2)
            loss = losses.discriminator(games["pixel"], right, wrong)
            values.update({"pixel/real_logit": right.mean(), "pixel/fake_logit": wrong.mean(),
                           "pixel/discriminator_loss": loss})
            terms.append(loss)
            if drawn["noise"] is not None:
                terms += self.penalties(pixel, drawn, both, values)
        seen = None
        if reference:
            half = fake.shape[0] // 2
            shown = drawn["real"][:half]
            windows = [window(drawn, shown, 0), window(drawn, shown.flip(3), 1), window(drawn, fake[:half], 2)]
            with torch.no_grad():
                near = look(self.eyes, torch.cat(windows), windows[0].shape[2], 2)
            own, another, painted = twin.reference_features(reference, near).chunk(3)
            signature = twin.reference_signature(reference, own)
            logits = lambda of, signature: twin.reference_logits(reference, of, signature)
            right, wrong = logits(another, signature), logits(painted, signature)
            misplaced = logits(another, signature.roll(-1, 0))
            softplus = torch.nn.functional.softplus
            loss = softplus(-right).mean() + (softplus(wrong).mean() + softplus(misplaced).mean()) / 2
            values.update({"reference/real_logit": right.mean(), "reference/fake_logit": wrong.mean(),
                           "reference/misplaced_logit": misplaced.mean(),
                           "reference/discriminator_loss": loss})
            terms.append(loss)
            seen = [tap[:half] for tap in near]
        rows = labels.shape[0]
        return sum(terms), values, (real, [tap[:rows] for tap in taps], seen)

    def penalties(self, pixel, drawn, both, values):
        """Differences under small noise: in 32 bits, or nothing is left of them."""
        games, labels = self.config["adversarial"], drawn["labels"]
        terms = []
        with torch.autocast(both.device.type, enabled=False):
            for name, gamma, pictures in (("pixel/r1", games["r1_gamma"], both.chunk(2)[0]),
                                          ("pixel/r2", games["r2_gamma"], both.chunk(2)[1])):
                if gamma > 0:
                    noisy = pictures + games["penalty_noise"] * drawn["noise"]
                    plain, noisy = (twin.pixel_logits(pixel, it, labels) for it in (pictures, noisy))
                    loss = losses.gradient_penalty(plain, noisy, gamma, games["penalty_noise"])
                    values[name] = loss
                    terms.append(loss * games["penalty_interval"])
        return terms

    def painter(self, painter, judges, drawn, painted, shown, rebuild):
        """The loss of what paints, and numbers to tell. `judges` carry no gradients."""
        config, games, values = self.config, self.config["adversarial"], {}
        weights, labels, ramp = config["losses"], drawn["labels"], drawn["ramp"]
        content, codes, fake = painted
        real, real_taps, windows = shown
        half = fake.shape[0] // 2
        seen = changed(drawn, fake)
        taps = look(self.eyes, seen, self.side)
        projected, pixel, classifier, reference = (
            part(judges, name) for name in ("projected", "pixel", "classifier", "reference"))
        terms = []

        def add(name, loss, weight):
            values[name] = loss
            terms.append(loss * weight)

        if projected:
            logits = twin.projected_logits(projected, taps, labels)
            of_real = None
            if games["projected"] == "relativistic":
                with torch.no_grad():
                    of_real = twin.projected_logits(projected, real_taps, labels)
            loss = losses.generator(games["projected"], of_real, logits)
            add("projected/generator_loss", loss, games["projected_weight"] * ramp)
        if pixel:
            with torch.no_grad():
                of_real = twin.pixel_logits(pixel, real, labels)
            loss = losses.generator(games["pixel"], of_real, twin.pixel_logits(pixel, seen, labels))
            add("pixel/generator_loss", loss, games["pixel_weight"] * ramp)
        if classifier:
            logits = twin.style_logits(classifier, taps)
            loss = torch.nn.functional.cross_entropy(logits, labels)
            add("classifier/fake_loss", loss, weights["classification"] * ramp)
        if reference:
            with torch.no_grad():
                own = twin.reference_features(reference, windows)
                signature = twin.reference_signature(reference, own)
            near = window(drawn, fake[:half], 2)
            near = twin.reference_features(reference, look(self.eyes, near, near.shape[2], 2))
            logits = twin.reference_logits(reference, near, signature)
            loss = torch.nn.functional.softplus(-logits).mean()
            add("reference/generator_loss", loss, games["reference_weight"] * ramp)
        if weights["content"] > 0:
            with torch.no_grad():
                wanted = look(self.eyes, changed(drawn, drawn["content"]), self.side, 3)
            add("content", losses.content(taps[CONTENT_TAPS], wanted[CONTENT_TAPS]), weights["content"])
        first = lambda taps: [tap[:half] for tap in taps[STYLE_TAPS]]
        fine, middle = zip(first(taps), first(real_taps))
        if weights["style_statistics"] > 0:
            loss = losses.style_statistics(*zip(fine, middle))
            add("style_statistics", loss, weights["style_statistics"])
        if weights["matching"] > 0:
            fine = [losses.thinned(tap, drawn["kept"]) for tap in fine]
            loss = (losses.matching(*fine) + losses.matching(*middle)) / 2
            add("matching", loss, weights["matching"])
        if weights["lines"] > 0 or weights["fine_lines"] > 0:
            coarse, fine = losses.lines(fake, drawn["content"])
            add("lines", coarse, weights["lines"])
            add("fine_lines", fine, weights["fine_lines"])
        if weights["lips"] > 0:
            add("lips", losses.lips(fake, drawn["content"], drawn["lips"]), weights["lips"])
        if weights["texture"] > 0:
            loss = losses.texture(fake, drawn["content"], drawn["smoothness"])
            add("texture", loss, weights["texture"])
        if weights["style"] > 0:
            found = twin.style_codes(painter, fake)
            add("style", (found - codes.detach()).abs().mean(), weights["style"])
        if weights["cycle"] > 0:
            own = twin.style_codes(painter, drawn["content"])
            back = twin.decode(painter, twin.encode(painter, fake), own)
            add("cycle", (back - drawn["content"]).abs().mean(), weights["cycle"])
        if rebuild:
            terms.append(self.reconstruction(painter, drawn, values))
        if drawn["diversity"] is not None:
            with torch.no_grad():
                other = twin.drawn_codes(painter, drawn["other_latents"], labels[half:])
                same = tuple(None if it is None else it[half:] for it in content)
                other = twin.decode(painter, same, other)
            add("diversity", -(fake[half:] - other).abs().mean(), drawn["diversity"])
        return sum(terms), values

    def reconstruction(self, painter, drawn, values):
        """A painting, or what procedural painters made of it, painted in its own style."""
        weights, truth = self.config["losses"], drawn["truth"]
        codes = twin.style_codes(painter, truth.flip(3))
        again = twin.decode(painter, twin.encode(painter, drawn["rebuilt_from"]), codes)
        loss = (again - truth).abs().mean()
        values["reconstruction/pixels"] = loss
        if weights["reconstruction_features"] > 0:
            with torch.no_grad():
                wanted = look(self.eyes, truth, self.side, 3)
            found = look(self.eyes, again, self.side, 3)
            features = losses.feature_difference(found[CONTENT_TAPS], wanted[CONTENT_TAPS])
            values["reconstruction/features"] = features
            loss = loss + features * weights["reconstruction_features"]
        return loss * weights["reconstruction"]


def cosine_decay(done, start, floor):
    """1 until a share of the run, then half a cosine down to `floor` at its end."""
    if done <= start:
        return 1.0
    share = torch.tensor(min((done - start) / max(1 - start, 1e-9), 1.0) * torch.pi)
    return floor + (1 - floor) * 0.5 * (1 + float(share.cos()))


class Trainer:
    """Networks, optimizers and average, and the step that changes them."""

    def __init__(self, config, networks, discriminators, eyes, device, bf16=False, compiled=False):
        self.config, self.device, self.bf16 = config, device, bf16
        frozen = lambda name: name.startswith("content_prior.") or is_frozen(config, name)
        self.painter = Weights(networks, device, lambda name: not frozen(name))
        self.judges = Weights(discriminators, device, lambda name: not name.endswith(".right"))
        self.average = {name: value.detach().clone() for name, value in self.painter.tensors.items()}
        self.paint_optimizer = Adam(self.painter.trained(), config["optimizer"])
        self.judge_optimizer = Adam(self.judges.trained(), config["optimizer"])
        game = Game(config, eyes)
        either = torch.compile if compiled else lambda function: function
        self.paint = either(paint)
        self.judging, self.painting = either(game.discriminators), either(game.painter)
        self.rebuilding, self.advancing = game.reconstruction, either(advance_spectral_norms)
        self.procedures = either(procedural.disturbed), either(procedural.repainted)
        self.step = 0

    def drawn(self, batch, labels, lips):
        """What the next step draws."""
        run, weights = self.config["run"], self.config["losses"]
        games, step = self.config["adversarial"], self.step
        since = step - run["warm_up_steps"]
        if since < 0:
            batch = {**batch, "real": batch["reference"]}
        ramp = 1.0 if not run["ramp_steps"] else min(since / run["ramp_steps"], 1.0)
        fall = 1.0 if not weights["diversity_steps"] else max(1 - since / weights["diversity_steps"], 0.0)
        diversity = weights["diversity"] * fall * ramp * weights["diversity_interval"]
        is_diverse = diversity > 0 and step % weights["diversity_interval"] == 0
        number = lambda value: torch.tensor(value, device=self.device, dtype=torch.float32)
        with torch.no_grad():
            drawn = draw(
                self.config, batch, lips, number(ramp), number(diversity) if is_diverse else None,
                step % games["penalty_interval"] == 0, self.procedures)
        drawn["labels"] = labels
        return drawn

    def advance(self, drawn, decay=1.0):
        """One step; `decay` is what is left of the rates. Gives back numbers on the device."""
        run, rates, weights = (self.config[key] for key in ("run", "optimizer", "losses"))
        autocast = torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16)
        values = {}
        if self.step < run["warm_up_steps"]:
            with autocast:
                loss = self.rebuilding(self.painter.views(), drawn, values)
            loss.backward()
        else:
            with autocast:
                painted = self.paint(self.painter.views(), drawn)
                loss, told, shown = self.judging(self.judges.views(), drawn, painted[2].detach())
            values.update(told)
            loss.backward()
            rate = lambda name: rates["discriminator_rate"] * decay
            values["gradient/discriminators"] = self.judge_optimizer.update(rate)
            with torch.no_grad():
                self.advancing(self.judges.tensors)
            rebuild = weights["reconstruction"] > 0 and self.step % weights["reconstruction_interval"] == 0
            judges = {name: value.detach() for name, value in self.judges.views().items()}
            with autocast:
                loss, told = self.painting(self.painter.views(), judges, drawn, painted, shown, rebuild)
            values.update(told)
            loss.backward()
        rate = lambda name: decay * rates["mapping_rate" if name.startswith("mapping_network")
                                          else "generator_rate"]
        values["gradient/painter"] = self.paint_optimizer.update(rate)
        self.step += 1
        self.follow(self.step * run["batch"])
        return {name: value.detach() for name, value in values.items()}

    def follow(self, pictures):
        """The moving average after so many pictures."""
        run = self.config["run"]
        half_life = min(run["ema_half_life_pictures"], pictures * 0.1)
        share = 1 - 0.5 ** (run["batch"] / half_life)
        trained = self.painter.trained()
        torch._foreach_lerp_([self.average[name] for name in trained],
                             [value.detach() for value in trained.values()], share)

    def networks(self):
        """The averaged networks by their names in files."""
        return {name: as_in_files(value) for name, value in self.average.items()}

    def beside(self, moments):
        """What lies beside a model so that a run can go on from it."""
        named = {f"discriminators.{name}": value for name, value in self.judges.views().items()}
        if moments:
            for name, optimizer in (("painter", self.paint_optimizer),
                                    ("discriminators", self.judge_optimizer)):
                named.update({f"optimizer-{name}.{key}": value
                              for key, value in optimizer.to_file().items()})
        return named


def advance_spectral_norms(judges):
    """One step of power iteration in every layer that is held at one."""
    for name, right in judges.items():
        if name.endswith(".right"):
            weight = as_in_files(judges[f"{name[:-5]}conv.weight"]).flatten(0, 2)
            vector = weight.T @ (weight @ right)
            right.copy_(vector / (vector.square().sum() + 1e-24).sqrt())

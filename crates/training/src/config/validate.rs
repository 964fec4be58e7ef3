//! Validation of a training configuration: ranges of values, and values that must fit each other.

use super::{NetworkPart, TrainingConfig, TrainingConfigError};

impl TrainingConfig {
    /// Checks every value, and the values that must fit each other.
    ///
    /// # Errors
    /// Names the first key that cannot be used, its value, and what to do.
    pub fn validate(&self) -> Result<(), TrainingConfigError> {
        self.check_run()?;
        self.check_networks()?;
        self.check_weights()?;
        self.check_near()?;
        self.check_optimizer()
    }

    fn check_near(&self) -> Result<(), TrainingConfigError> {
        let Some((key, value, fix)) = self.near.out_of_range() else {
            return Ok(());
        };
        let key = match key {
            "share" => "near.share",
            _ => "near.largest",
        };
        require(false, key, value, fix)
    }

    fn check_run(&self) -> Result<(), TrainingConfigError> {
        let run = &self.run;
        let size_fits = run.size >= 32 && run.size.is_multiple_of(16) && run.size <= 1024;
        require(
            size_fits,
            "run.size",
            run.size,
            "use a multiple of 16 from 32 to 1024",
        )?;
        require(
            run.batch >= 2 && run.batch.is_multiple_of(2),
            "run.batch",
            run.batch,
            "half of a batch is styled by references and half by noise; use an even number, 8 or \
             more for a stable run",
        )?;
        for (key, value) in [
            ("run.steps", run.steps),
            ("run.tick_steps", run.tick_steps),
            ("run.sheet_steps", run.sheet_steps),
            ("run.checkpoint_steps", run.checkpoint_steps),
            (
                "adversarial.penalty_interval",
                self.adversarial.penalty_interval,
            ),
            (
                "losses.reconstruction_interval",
                self.losses.reconstruction_interval,
            ),
            ("losses.diversity_interval", self.losses.diversity_interval),
            ("losses.keep_interval", self.losses.keep_interval),
        ] {
            require(value > 0, key, value, "use 1 or more")?;
        }
        require(
            run.evaluate_steps.is_multiple_of(run.checkpoint_steps),
            "run.evaluate_steps",
            run.evaluate_steps,
            "what is evaluated is a checkpoint: use a multiple of run.checkpoint_steps, or 0 for \
             no evaluation",
        )?;
        require(
            (2..=4096).contains(&run.evaluate_pictures),
            "run.evaluate_pictures",
            run.evaluate_pictures,
            "use 2 to 4096",
        )?;
        let half_life = run.ema_half_life_pictures;
        require(
            half_life > 0.0,
            "run.ema_half_life_pictures",
            half_life,
            "use more than 0",
        )?;
        require(
            run.feature_size >= 32 && run.feature_size <= 512,
            "run.feature_size",
            run.feature_size,
            "use 32 to 512",
        )
    }

    fn check_networks(&self) -> Result<(), TrainingConfigError> {
        self.model
            .validate()
            .map_err(|error| TrainingConfigError::Value {
                key: error.key,
                value: error.value.to_string(),
                fix: format!("in [model], expected {}", error.expected),
            })?;
        let prior = &self.prior;
        require(
            !prior.alone || prior.train,
            "prior.alone",
            prior.alone,
            "the prior cannot be all that is trained while prior.train = false",
        )?;
        require(
            !prior.train || self.model.prior.is_some(),
            "prior.train",
            prior.train,
            "there is no prior to train; give its sizes in [model.prior], which may be empty",
        )?;
        let size = self.model.prior.as_ref().map_or(0, |prior| prior.size);
        require(
            !prior.train || self.run.size >= size,
            "run.size",
            self.run.size,
            "sketches would be larger than the pictures they are learned from; make it \
             model.prior.size or more",
        )?;
        let discriminator = &self.discriminator;
        require(
            discriminator.projected_channels > 0 || !discriminator.pixel_channels.is_empty(),
            "discriminator.pixel_channels",
            "[]",
            "with discriminator.projected_channels = 0 no discriminator is left; give one of them \
             a size",
        )?;
        let sizes = &discriminator.pixel_channels;
        require(
            sizes.len() != 1
                && sizes
                    .iter()
                    .all(|&channels| channels > 0 && channels <= 4096),
            "discriminator.pixel_channels",
            format!("{sizes:?}"),
            "use two numbers or more, each from 1 to 4096, or [] for none",
        )
    }

    fn check_weights(&self) -> Result<(), TrainingConfigError> {
        let (games, losses) = (&self.adversarial, &self.losses);
        for (key, weight) in [
            ("adversarial.projected_weight", games.projected_weight),
            ("adversarial.pixel_weight", games.pixel_weight),
            ("adversarial.r1_gamma", games.r1_gamma),
            ("adversarial.r2_gamma", games.r2_gamma),
            ("losses.content", losses.content),
            ("losses.style", losses.style),
            ("losses.lines", losses.lines),
            ("adversarial.reference_weight", games.reference_weight),
            ("losses.fine_lines", losses.fine_lines),
            ("losses.matching", losses.matching),
            ("losses.lips", losses.lips),
            ("losses.texture", losses.texture),
            ("losses.style_statistics", losses.style_statistics),
            ("losses.classification", losses.classification),
            ("losses.reconstruction", losses.reconstruction),
            (
                "losses.reconstruction_features",
                losses.reconstruction_features,
            ),
            ("losses.diversity", losses.diversity),
            ("losses.cycle", losses.cycle),
            ("losses.keep", losses.keep),
            ("labels.reading", self.labels.reading),
            ("prior.spread", self.prior.spread),
            ("prior.edges", self.prior.edges),
            ("prior.noise", self.prior.noise),
            ("prior.reconstruction", self.prior.reconstruction),
        ] {
            let fits = weight.is_finite() && weight >= 0.0;
            require(fits, key, weight, "use 0 (off) or a positive number")?;
        }
        require(
            losses.lips == 0.0 || !losses.lips_of.is_empty(),
            "losses.lips",
            losses.lips,
            "name the styles whose pictures have lips, photographs for instance, in losses.lips_of",
        )?;
        require(
            losses.texture == 0.0 || self.procedural.smoothed,
            "losses.texture",
            losses.texture,
            "set procedural.smoothed, so that contents are as smooth as the styles",
        )?;
        require(
            games.penalty_noise > 0.0 && games.penalty_noise <= 0.5,
            "adversarial.penalty_noise",
            games.penalty_noise,
            "use a small positive number such as 0.01",
        )?;
        require(
            self.run.warm_up_steps == 0 || losses.reconstruction > 0.0,
            "run.warm_up_steps",
            self.run.warm_up_steps,
            "the warm start learns reconstruction, which losses.reconstruction = 0 turns off; set \
             one of them",
        )?;
        for (share, key) in [
            (self.augmentation.shift, "augmentation.shift"),
            (self.augmentation.cutout, "augmentation.cutout"),
        ] {
            require(
                (0.0..=0.5).contains(&share),
                key,
                share,
                "use a share from 0 to 0.5",
            )?;
        }
        for (share, key) in [
            (self.procedural.disturbed, "procedural.disturbed"),
            (self.procedural.painted, "procedural.painted"),
        ] {
            require(
                (0.0..=1.0).contains(&share),
                key,
                share,
                "use a share from 0 (none) to 1 (all)",
            )?;
        }
        let left_out = self.labels.left_out;
        require(
            (0.0..=0.9).contains(&left_out),
            "labels.left_out",
            left_out,
            "use a share from 0 to 0.9, such as 0.2",
        )?;
        let brightness = self.augmentation.brightness;
        require(
            (0.0..=1.0).contains(&brightness),
            "augmentation.brightness",
            brightness,
            "use 0 to 1",
        )?;
        for (style, &weight) in &self.style_weights {
            require(
                weight.is_finite() && weight > 0.0,
                "style_weights",
                format!("{style}: {weight}"),
                "use a positive number; a style that must not be a target is left out of the set",
            )?;
        }
        Ok(())
    }

    fn check_optimizer(&self) -> Result<(), TrainingConfigError> {
        let optimizer = &self.optimizer;
        for (key, rate) in [
            ("optimizer.generator_rate", optimizer.generator_rate),
            ("optimizer.mapping_rate", optimizer.mapping_rate),
            ("optimizer.discriminator_rate", optimizer.discriminator_rate),
        ] {
            require(
                (0.0..=0.1).contains(&rate),
                key,
                rate,
                "use 0 to 0.1, such as 0.0003",
            )?;
        }
        for (key, beta) in [
            ("optimizer.beta1", optimizer.beta1),
            ("optimizer.beta2", optimizer.beta2),
        ] {
            require(
                (0.0..1.0).contains(&beta),
                key,
                beta,
                "use 0 to just under 1",
            )?;
        }
        let clip = optimizer.clip_norm;
        require(
            clip > 0.0,
            "optimizer.clip_norm",
            clip,
            "use a positive number",
        )?;
        let from = optimizer.decay_from;
        require(
            (0.0..=1.0).contains(&from),
            "optimizer.decay_from",
            from,
            "use 0 to 1",
        )?;
        let last = optimizer.final_rate;
        require(
            (0.0..=1.0).contains(&last),
            "optimizer.final_rate",
            last,
            "use 0 to 1",
        )?;
        self.check_frozen()
    }

    fn check_frozen(&self) -> Result<(), TrainingConfigError> {
        let frozen = &self.optimizer.frozen;
        let is_frozen = |part: NetworkPart| frozen.contains(&part);
        let shown = || format!("{frozen:?}");
        // The warm start and every term of the game go through the decoder.
        let reconstructs = [
            NetworkPart::ContentEncoder,
            NetworkPart::Decoder,
            NetworkPart::StyleEncoder,
        ];
        require(
            self.prior.alone || !reconstructs.into_iter().all(is_frozen),
            "optimizer.frozen",
            shown(),
            "nothing is left that could learn to paint; leave the decoder out of it",
        )?;
        require(
            !(self.prior.train && is_frozen(NetworkPart::ContentPrior)),
            "optimizer.frozen",
            shown(),
            "prior.train = true trains the content prior; set one of them",
        )
    }
}

fn require(
    holds: bool,
    key: &'static str,
    value: impl ToString,
    fix: &str,
) -> Result<(), TrainingConfigError> {
    if holds {
        return Ok(());
    }
    Err(TrainingConfigError::Value {
        key,
        value: value.to_string(),
        fix: fix.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(toml: &str) -> String {
        match toml::from_str::<TrainingConfig>(toml) {
            Err(error) => error.to_string(),
            Ok(config) => config.validate().expect_err("must be refused").to_string(),
        }
    }

    #[test]
    fn the_defaults_can_be_used_and_survive_toml() {
        let config = TrainingConfig::default();
        config.validate().unwrap();
        assert_eq!(
            toml::from_str::<TrainingConfig>(&config.to_toml()).unwrap(),
            config
        );
    }

    #[test]
    fn unknown_keys_and_values_are_named_with_a_fix() {
        assert!(message("[run]\nbatchsize = 4").contains("batchsize"));
        assert!(message("[adversarial]\npixel = \"wgan\"").contains("non-saturating"));
        let batch = message("[run]\nbatch = 7");
        assert!(
            batch.contains("run.batch = 7") && batch.contains("even"),
            "{batch}"
        );
        let evaluate = message("[run]\nevaluate_steps = 300");
        assert!(evaluate.contains("run.checkpoint_steps"), "{evaluate}");
        let left_out = message("[labels]\nleft_out = 1.0");
        assert!(left_out.contains("labels.left_out = 1"), "{left_out}");
        let near = message("[near]\nshare = 1.5");
        assert!(near.contains("near.share = 1.5"), "{near}");
        let size = message("[run]\nsize = 100");
        assert!(
            size.contains("run.size = 100") && size.contains("multiple of 16"),
            "{size}"
        );
    }

    #[test]
    fn configurations_of_version_0_1_0_are_read_unless_they_use_what_was_dropped() {
        let old = "[model]\nsteering = \"adain\"\nshared_code = false\ncontent_colours = false\n";
        let config = toml::from_str::<TrainingConfig>(old).unwrap();
        assert_eq!(config, TrainingConfig::default());
        let error = message("[model]\nshared_code = true");
        assert!(
            error.contains("0.1.0") && error.contains("line 2"),
            "{error}"
        );
    }

    #[test]
    fn contradictions_are_refused() {
        let none = message("[discriminator]\nprojected_channels = 0\npixel_channels = []");
        assert!(none.contains("no discriminator is left"), "{none}");
        let prior = message("[prior]\ntrain = true");
        assert!(prior.contains("[model.prior]"), "{prior}");
        let alone = message("[prior]\nalone = true");
        assert!(alone.contains("prior.train = false"), "{alone}");
        let frozen =
            message("[optimizer]\nfrozen = [\"content_encoder\", \"decoder\", \"style_encoder\"]");
        assert!(frozen.contains("leave the decoder out"), "{frozen}");
        let frozen = message(
            "[model.prior]\n[prior]\ntrain = true\n[optimizer]\nfrozen = [\"content_prior\"]",
        );
        assert!(frozen.contains("prior.train = true"), "{frozen}");
        let unknown = message("[optimizer]\nfrozen = [\"encoder\"]");
        assert!(unknown.contains("content_encoder"), "{unknown}");
        let lips = message("[losses]\nlips = 2.0");
        assert!(lips.contains("losses.lips_of"), "{lips}");
        let texture = message("[losses]\ntexture = 2.0");
        assert!(texture.contains("procedural.smoothed"), "{texture}");
        let warm = message("[losses]\nreconstruction = 0.0");
        assert!(warm.contains("warm_up_steps"), "{warm}");
    }
}

//! Writes a feature network of the right shape with made-up weights, for measuring speed where
//! the real one is not at hand: `untrained_features FILE`.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args_os()
        .nth(1)
        .ok_or("untrained_features FILE")?;
    Ok(utsushi_backbone::write_untrained(Path::new(&file), false)?)
}

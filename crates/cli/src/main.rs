//! The command line of Utsushi.
fn main() {}

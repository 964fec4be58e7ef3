//! Metadata keys and kinds of files, by which a file says what it is.

/// The metadata key that holds the kind.
pub const KIND_KEY: &str = "format";

/// The metadata key that holds the version of the kind.
pub const VERSION_KEY: &str = "format_version";

/// The metadata key that holds the version of the program that wrote the file.
pub const PROGRAM_KEY: &str = "program_version";

/// The kind of an exported model.
pub const MODEL_KIND: &str = "utsushi-model";

/// The kind of a student, which paints in one style.
pub const STUDENT_KIND: &str = "utsushi-student";

/// The kind of a training state, the tensors of a checkpoint.
pub const TRAINING_KIND: &str = "utsushi-training-state";

/// The version of this program.
pub const PROGRAM_VERSION: &str = env!("CARGO_PKG_VERSION");

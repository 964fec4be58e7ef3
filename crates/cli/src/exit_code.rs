//! Exit codes of the program.

/// The outcome of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitCode {
    /// Everything was done.
    Done,
    /// The command failed; the reason was printed.
    Failed,
    /// The command line makes no sense, whatever files there are.
    Usage,
    /// The command is done, but some pictures had to be left out; each was named.
    SomeSkipped,
    /// The command was stopped by Ctrl-C.
    Interrupted,
    /// The command was stopped by SIGTERM.
    Terminated,
}

impl ExitCode {
    /// The number for the shell; shells use 130 for a program ended by Ctrl-C, and 143 for one
    /// ended by SIGTERM.
    pub fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::SomeSkipped => 3,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_that_scripts_rely_on() {
        let codes = [
            (ExitCode::Done, 0),
            (ExitCode::Failed, 1),
            (ExitCode::Usage, 2),
            (ExitCode::SomeSkipped, 3),
            (ExitCode::Interrupted, 130),
            (ExitCode::Terminated, 143),
        ];
        for (code, number) in codes {
            assert_eq!(code.number(), number, "{code:?}");
        }
    }
}

//! The command group `utsushi dataset`.

mod export;
mod inspect;
mod pack;
mod prepare;

commands! {
    /// Look at pictures and make training sets of them
    DatasetCommand {
        Inspect(inspect::InspectArguments),
        Prepare(prepare::PrepareArguments),
        Pack(pack::PackArguments),
        Export(export::ExportSetArguments),
    }
}

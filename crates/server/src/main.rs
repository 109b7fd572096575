//! The `frontdesk` program. Everything is in the library, so that tests run the same code in their own process.

fn main() -> std::process::ExitCode {
    frontdesk::cli::run()
}

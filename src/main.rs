//! The `hipdrop` program: hands its arguments to [`hipdrop::cli`].

fn main() -> std::process::ExitCode {
    hipdrop::cli::main()
}

//! The program from outside: arguments, exit codes, tables, reruns.

mod archive;
mod arguments;
mod batch;
mod deidentify;
mod figures;
mod formats;
mod healthy;
mod interrupted;
mod long;
mod maps;
mod schema;
mod sensors;
mod sessions;
mod single;
pub mod support;
mod tables;
mod watch;

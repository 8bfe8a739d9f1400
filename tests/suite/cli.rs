//! The program from outside: arguments, exit codes, tables, reruns.

mod arguments;
mod batch;
mod healthy;
mod interrupted;
mod sessions;
mod single;
mod support;
mod tables;

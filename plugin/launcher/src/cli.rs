//! Owns the command line: what can be typed, and which command runs.

use std::ffi::OsStr;
use std::io::IsTerminal as _;
use std::num::NonZeroU64;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, CommandFactory as _, Parser, Subcommand};

use crate::commands::{ask, compile, explain, render, version};
use crate::limits::Limits;
use crate::output::{self, code};

const EXAMPLES: &str = "\
Examples:
  helm template my-release <chart> --post-renderer sparkwasm   Helm calls sparkwasm as its post-renderer
  sparkwasm check -f values.yaml                               all mistakes of a values file, with line and column
  sparkwasm explain worker                                     what the keys below `worker` mean
  sparkwasm template -f values.yaml | kubectl diff -f -        the objects, without Helm

Exit codes: 0 done, 1 the input is wrong, 2 the command line is wrong, 3 sparkwasm could not do its work.

Environment:
  SPARKWASM_PLUGIN              the plugin to run, like --plugin
  SPARKWASM_MEMORY_LIMIT_MIB    like --memory-limit-mib
  SPARKWASM_TIME_LIMIT_SECONDS  like --time-limit-seconds";

/// Runs plugin.wasm: as Helm's post-renderer, and to check and explain values
#[derive(Parser)]
#[command(name = "sparkwasm", after_help = EXAMPLES, disable_version_flag = true)]
struct Cli {
    #[command(flatten)]
    global: Global,

    /// Print the versions of the command, the plugin and the engine
    #[arg(short = 'V', long)]
    version: bool,

    #[command(subcommand)]
    command: Option<Command>,
}

/// The options that each command takes.
#[derive(Args, Default)]
pub(crate) struct Global {
    /// The plugin to run, instead of the one installed with this command
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) plugin: Option<PathBuf>,

    /// The memory that the plugin may use, in MiB [default: 256]
    #[arg(long, global = true, value_name = "MIB", hide_short_help = true)]
    memory_limit_mib: Option<NonZeroU64>,

    /// The time that the plugin may take, in seconds [default: 10]
    #[arg(long, global = true, value_name = "SECONDS", hide_short_help = true)]
    time_limit_seconds: Option<NonZeroU64>,
}

impl Global {
    /// The limits: flags before environment before defaults.
    pub(crate) fn limits(&self) -> Result<Limits> {
        let mut limits = Limits::from_environment()?;
        if let Some(mib) = self.memory_limit_mib {
            limits.memory_mib = mib;
        }
        if let Some(seconds) = self.time_limit_seconds {
            limits.time_seconds = seconds;
        }
        Ok(limits)
    }
}

#[derive(Subcommand)]
enum Command {
    /// Render the manifests on stdin to stdout; what Helm runs (the default when stdin is not a terminal)
    #[command(after_help = "Example:\n  helm template my-release <chart> | sparkwasm render")]
    Render,
    /// Check values and report all mistakes at once, with file, line, column and a hint
    #[command(
        after_help = "Examples:\n  sparkwasm check -f values.yaml\n  sparkwasm check -f values.yaml -f production.yaml --output json\n  sops -d values.yaml | sparkwasm check -f -"
    )]
    Check(ask::Check),
    /// Print the Kubernetes objects that values lead to
    #[command(
        after_help = "Example:\n  sparkwasm template -f values.yaml --namespace analytics | kubectl apply --dry-run=server -f -"
    )]
    Template(ask::Question),
    /// Print the JSON schema of the values
    Schema,
    /// Explain a value: its type, default, allowed values and the keys below it
    #[command(
        after_help = "Examples:\n  sparkwasm explain\n  sparkwasm explain worker.replicaCount\n  sparkwasm explain worker --recursive"
    )]
    Explain(explain::Arguments),
    /// Print the versions of the command, the plugin and the engine
    Version(version::Arguments),
    /// Print the completion script of a shell
    #[command(after_help = "Example:\n  source <(sparkwasm completion bash)")]
    Completion {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Compile the plugin now, so that no later run has to
    #[command(hide = true)]
    Compile,
}

/// Runs the command that was typed; gives the exit code.
pub(crate) fn run() -> i32 {
    if is_plain_render() {
        return finish(render::run(&Global::default()));
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            if error.use_stderr() && std::env::args_os().nth(1).as_deref() == Some(OsStr::new("render")) {
                output::tell_helm();
                return output::fail(&error.to_string(), error.exit_code());
            }
            // Help goes to stdout with 0, a mistake to stderr with 2. A closed pipe is nobody's mistake.
            let _ = error.print();
            return error.exit_code();
        }
    };
    finish(dispatch(cli))
}

/// Whether this is what Helm calls: `render`, or nothing at all with a pipe for stdin. Then clap is not worth its time.
fn is_plain_render() -> bool {
    let mut arguments = std::env::args_os().skip(1);
    match (arguments.next(), arguments.next()) {
        (Some(only), None) => only == OsStr::new("render"),
        (None, _) => !std::io::stdin().is_terminal(),
        _ => false,
    }
}

fn dispatch(cli: Cli) -> Result<i32> {
    let global = &cli.global;
    if cli.version {
        return version::run(global, &version::Arguments::default());
    }
    match cli.command {
        Some(Command::Check(check)) => ask::check(global, &check),
        Some(Command::Template(question)) => ask::template(global, &question),
        Some(Command::Schema) => Ok(output::print(crate::chart::SCHEMA.as_bytes(), code::OK)),
        Some(Command::Explain(arguments)) => explain::run(&arguments),
        Some(Command::Version(arguments)) => version::run(global, &arguments),
        Some(Command::Completion { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "sparkwasm", &mut script);
            Ok(output::print(&script, code::OK))
        }
        Some(Command::Compile) => compile::run(global),
        None if std::io::stdin().is_terminal() => {
            let help = Cli::command().render_help();
            Ok(output::print(help.to_string().as_bytes(), code::OK))
        }
        Some(Command::Render) | None => render::run(global),
    }
}

fn finish(result: Result<i32>) -> i32 {
    result.unwrap_or_else(|error| output::fail(&format!("{error:#}"), code::BROKEN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_says_in_one_line_what_it_does() {
        for command in Cli::command().get_subcommands() {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(!about.is_empty() && !about.contains('\n'), "{}", command.get_name());
        }
    }
}

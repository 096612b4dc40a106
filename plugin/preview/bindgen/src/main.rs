//! Owns the step from a compiled module to one that a browser loads: `sparkwasm-bindgen <module.wasm> <folder> <name>`.

use std::env;

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let mut next = |what: &str| arguments.next().with_context(|| format!("missing: {what}"));
    let (module, folder, name) = (next("the module")?, next("the folder")?, next("the name")?);
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(module)
        .out_name(&name)
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen.web(true)?.generate(folder)
}

//! The wasm-bindgen door to `sparkwasm-core`: a request as JSON in, an answer as JSON out. It holds no logic.
//!
//! After each answer was read, the caller says `release`. A request that is not understood is answered by `{failure}`.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sparkwasm_core::diagnostic::Path;
use sparkwasm_core::request::{self, Request};
use sparkwasm_core::{VERSION, defaults};
use wasm_bindgen::prelude::wasm_bindgen;

#[cfg(target_arch = "wasm32")]
mod memory;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static MEMORY: memory::Arena = memory::Arena::new();

/// `{objects, ok, diagnostics, text}`: every object as text, and every mistake with its place. Of an object whose fingerprint
/// is among `known` (a list) only the place in that list.
#[wasm_bindgen]
pub fn render(request: &str, known: &str) -> String {
    answer(parse(request).and_then(|request| {
        let (objects, problems) = request::render(&request, &read::<Vec<u64>>(known, "list of fingerprints")?);
        let mut answer = request::report(&problems);
        answer["objects"] = json!(objects);
        Ok(answer)
    }))
}

/// What the installation will be: pods, volumes, ports, URLs, Secrets.
#[wasm_bindgen]
pub fn summary(request: &str) -> String {
    answer(parse(request).map(|request| json!(request::summary(&request))))
}

/// The values that the files give: `[{steps, line, column}]`.
#[wasm_bindgen]
pub fn given(request: &str) -> String {
    let one = |given: request::Given| json!({"steps": given.path, "line": given.position.line, "column": given.position.column});
    answer(parse(request).map(|request| request::given(&request).into_iter().map(one).collect()))
}

/// The objects as they would be without one of these values; `steps` as [`given`] tells them, `known` as for [`render`].
#[wasm_bindgen]
pub fn without(request: &str, steps: &str, known: &str) -> String {
    answer(parse(request).and_then(|request| {
        let path: Path = read(steps, "path")?;
        Ok(json!(request::without(&request, &path, &read::<Vec<u64>>(known, "list of fingerprints")?)))
    }))
}

/// The chart's default values. They stay in memory, with all that was there before.
#[wasm_bindgen(js_name = defaultValues)]
pub fn default_values() -> String {
    let values = defaults::values();
    #[cfg(target_arch = "wasm32")]
    MEMORY.keep();
    answer(Ok(values.clone()))
}

/// `{name, version, appVersion}` of the chart, and the plugin's own version.
#[wasm_bindgen]
pub fn about() -> String {
    let [name, version, app_version] = ["name", "version", "appVersion"].map(defaults::chart);
    answer(Ok(json!({"name": name, "version": version, "appVersion": app_version, "plugin": VERSION})))
}

/// Gives back the memory of all answers. What stays are the defaults alone, the only thing that the core keeps between
/// questions: so they must have been asked for before.
#[wasm_bindgen]
pub fn release() {
    #[cfg(target_arch = "wasm32")]
    #[allow(unsafe_code, reason = "between two questions nothing else is in use")]
    unsafe {
        MEMORY.release();
    }
}

/// No error as JavaScript knows them: the table in which wasm-bindgen keeps those would outlive its memory.
fn answer(result: Result<Value, String>) -> String {
    let answer = result.unwrap_or_else(|message| json!({ "failure": message }));
    serde_json::to_string(&answer).unwrap_or_default() // not by Display, which writes a piece at a time through a formatter
}

fn parse(request: &str) -> Result<Request, String> {
    read(request, "request")
}

fn read<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("the {what} is not understood: {error}"))
}

//! The wasm-bindgen door to `sparkwasm-core`: a request as JSON in, an answer as JSON out. It holds no logic.

use serde_json::{Value, json};
use sparkwasm_core::diagnostic::Path;
use sparkwasm_core::request::{self, Request};
use sparkwasm_core::{VERSION, defaults};
use wasm_bindgen::prelude::wasm_bindgen;

/// `{objects, ok, diagnostics, text}`: every object as text, and every mistake with its place.
#[wasm_bindgen]
pub fn render(request: &str) -> Result<String, String> {
    let (objects, problems) = request::render(&parse(request)?);
    let mut answer = request::report(&problems);
    answer["objects"] = json!(objects);
    Ok(answer.to_string())
}

/// What the installation will be: pods, volumes, ports, URLs, Secrets.
#[wasm_bindgen]
pub fn summary(request: &str) -> Result<String, String> {
    Ok(json!(request::summary(&parse(request)?)).to_string())
}

/// The values that the files give: `[{steps, line, column}]`.
#[wasm_bindgen]
pub fn given(request: &str) -> Result<String, String> {
    let given = request::given(&parse(request)?);
    let one = |given: request::Given| json!({"steps": given.path, "line": given.position.line, "column": given.position.column});
    Ok(given.into_iter().map(one).collect::<Value>().to_string())
}

/// The objects as they would be without one of these values; `steps` as [`given`] tells them.
#[wasm_bindgen]
pub fn without(request: &str, steps: &str) -> Result<String, String> {
    let path: Path = serde_json::from_str(steps).map_err(|error| format!("no path: {error}"))?;
    Ok(json!(request::without(&parse(request)?, &path)).to_string())
}

/// The chart's default values.
#[wasm_bindgen(js_name = defaultValues)]
pub fn default_values() -> String {
    defaults::values().to_string()
}

/// `{name, version, appVersion}` of the chart, and the plugin's own version.
#[wasm_bindgen]
pub fn about() -> String {
    let [name, version, app_version] = ["name", "version", "appVersion"].map(defaults::chart);
    json!({"name": name, "version": version, "appVersion": app_version, "plugin": VERSION}).to_string()
}

fn parse(request: &str) -> Result<Request, String> {
    serde_json::from_str(request).map_err(|error| format!("the request is not understood: {error}"))
}

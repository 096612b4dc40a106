//! `plugin.wasm`: the door between a WebAssembly host with the Extism ABI and `sparkwasm-core`. It holds no logic.
//!
//! Each export reads the host's input, answers with output and 0, or with an error text and 1.

use extism_pdk::Memory;
use extism_pdk::extism::load_input;
use serde::Deserialize;
use sparkwasm_core::request::{self, Request};

#[cfg(target_arch = "wasm32")]
mod wasi;

/// A call lasts some milliseconds, and then its memory goes as a whole; the host bounds it. Without a way to free, the
/// module is 50 kB smaller.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
#[allow(unsafe_code, reason = "wasm32-unknown-unknown has one thread")]
static ALLOCATOR: lol_alloc::AssumeSingleThreaded<lol_alloc::LeakingAllocator> =
    unsafe { lol_alloc::AssumeSingleThreaded::new(lol_alloc::LeakingAllocator::new()) };

/// What Helm sends to a plugin: a post-renderer gets `manifests`, a command only its arguments and a stream on stdin.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    #[serde(default)]
    manifests: Option<String>,
    #[allow(dead_code, reason = "its presence tells a message from a stream")]
    #[serde(default)]
    extra_args: Option<Vec<String>>,
}

/// Post-renders: a stream of YAML, or Helm's message with one, or Helm's message without one and the stream on stdin.
#[unsafe(no_mangle)]
#[allow(unsafe_code, reason = "an export")]
pub extern "C" fn helm_plugin_main() -> i32 {
    answer(|input| match message(&input) {
        None => render(&input),
        Some(Message { manifests: Some(manifests), .. }) => {
            render(&manifests).map(|manifests| serde_json::json!({ "manifests": manifests }).to_string())
        }
        Some(_) => through_stdio(),
    })
}

/// Values to objects: a [`Request`] as JSON in, YAML out.
#[unsafe(no_mangle)]
#[allow(unsafe_code, reason = "an export")]
pub extern "C" fn template() -> i32 {
    answer(|input| request::template(&parse(&input)?).map_err(|problems| problems.to_string()))
}

/// Values to diagnostics: a [`Request`] as JSON in, JSON out.
#[unsafe(no_mangle)]
#[allow(unsafe_code, reason = "an export")]
pub extern "C" fn check() -> i32 {
    answer(|input| Ok(request::report(&request::check(&parse(&input)?)).to_string()))
}

/// The version of the plugin.
#[unsafe(no_mangle)]
#[allow(unsafe_code, reason = "an export")]
pub extern "C" fn version() -> i32 {
    answer(|_| Ok(sparkwasm_core::VERSION.to_owned()))
}

fn answer(act: impl FnOnce(String) -> Result<String, String>) -> i32 {
    // the host owns the input for the length of the call
    #[allow(unsafe_code, reason = "the PDK's own way to the input")]
    let input = unsafe { load_input() };
    let result = String::from_utf8(input).map_err(|_| "the input is not UTF-8".to_owned()).and_then(act);
    let (text, code) = match &result {
        Ok(text) => (text, 0),
        Err(text) => (text, 1),
    };
    let Ok(memory) = Memory::from_bytes(text) else { return 2 };
    if code == 0 {
        memory.set_output();
    } else {
        #[allow(unsafe_code, reason = "the PDK sets errors only through its macro")]
        unsafe {
            extism_pdk::extism::error_set(memory.offset());
        }
    }
    code
}

fn render(stream: &str) -> Result<String, String> {
    sparkwasm_core::post_render(stream).map_err(|problems| problems.to_string())
}

/// Helm's message, when the input is one and not a YAML stream.
fn message(input: &str) -> Option<Message> {
    let message: Message = input.starts_with('{').then(|| serde_json::from_str(input).ok())??;
    (message.manifests.is_some() || message.extra_args.is_some()).then_some(message)
}

fn parse(input: &str) -> Result<Request, String> {
    serde_json::from_str(input).map_err(|error| format!("the request is not understood: {error}"))
}

#[cfg(target_arch = "wasm32")]
fn through_stdio() -> Result<String, String> {
    let stream = wasi::read_stdin().map_err(|errno| format!("stdin cannot be read (errno {errno})"))?;
    wasi::write_stdout(&render(&stream)?).map_err(|errno| format!("stdout cannot be written (errno {errno})"))?;
    Ok("{}".into())
}

#[cfg(not(target_arch = "wasm32"))]
fn through_stdio() -> Result<String, String> {
    Err("only inside a WebAssembly host".into())
}

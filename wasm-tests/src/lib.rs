//! The hosts that run plugin.wasm, as tests drive them: real Helm 3 and 4 from `.tools/bin`, the staged plugin from `dist`.

#![allow(clippy::missing_panics_doc, reason = "what fails here is the test")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_owned)
}

/// What `scripts/build` staged; fails where it did not.
pub fn dist(path: &str) -> PathBuf {
    let dist = std::env::var_os("SPARKWASM_DIST").map_or_else(|| root().join("dist"), PathBuf::from).join(path);
    assert!(dist.exists(), "{} is missing: run scripts/build first", dist.display());
    dist
}

/// A tool of `scripts/tools`.
pub fn tool(name: &str) -> PathBuf {
    let tool = root().join(".tools/bin").join(name);
    assert!(tool.exists(), "{} is missing: run scripts/tools first", tool.display());
    tool
}

/// One test case: values, and what Helm is told beside them.
#[derive(Debug)]
pub struct Case {
    /// The folder's name.
    pub name: String,
    /// The folder.
    pub folder: PathBuf,
    /// Further flags of `helm template`.
    pub flags: Vec<String>,
}

impl Case {
    /// Its values file.
    pub fn values(&self) -> PathBuf {
        self.folder.join("values.yaml")
    }
}

/// All cases, by name.
pub fn cases() -> Vec<Case> {
    let folders = fs::read_dir(root().join("wasm-tests/cases")).expect("wasm-tests/cases");
    let mut cases: Vec<Case> = folders
        .filter_map(Result::ok)
        .map(|entry| Case {
            name: entry.file_name().to_string_lossy().into_owned(),
            folder: entry.path(),
            flags: fs::read_to_string(entry.path().join("helm-flags"))
                .map(|flags| flags.split_whitespace().map(str::to_owned).collect())
                .unwrap_or_default(),
        })
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(cases.len() >= 10, "only {} cases", cases.len());
    cases
}

/// Helm 3 or 4 with homes of its own, so that no test sees the user's plugins.
pub struct Helm {
    program: PathBuf,
    homes: TempDir,
}

impl Helm {
    /// Helm 4 with the plugin as people install it; made once for each test program.
    pub fn four() -> &'static Self {
        static HELM: OnceLock<Helm> = OnceLock::new();
        HELM.get_or_init(|| {
            let helm = Self::with_plugins("helm", &[dist("plugin")]);
            let capture = helm.capture_plugin();
            helm.install(&capture);
            helm
        })
    }

    /// Helm 4 with the plugin in its second form: plugin.wasm in Helm's own runtime, no native binary.
    pub fn four_wasm_only() -> &'static Self {
        static HELM: OnceLock<Helm> = OnceLock::new();
        HELM.get_or_init(|| Self::with_plugins("helm", &[dist("plugin-extism"), dist("plugin-wasm-only")]))
    }

    /// Helm 3, which takes a post-renderer as a path and no plugin.
    pub fn three() -> &'static Self {
        static HELM: OnceLock<Helm> = OnceLock::new();
        HELM.get_or_init(|| Self::with_plugins("helm3", &[]))
    }

    fn with_plugins(program: &str, plugins: &[PathBuf]) -> Self {
        let helm = Self { program: tool(program), homes: tempfile::tempdir().expect("a temporary folder") };
        for plugin in plugins {
            helm.install(plugin);
        }
        helm
    }

    fn install(&self, plugin: &Path) {
        let output = self.command(&["plugin", "install"]).arg(plugin).output().expect("helm plugin install");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// A command of it.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        let tools = root().join(".tools/bin");
        let path = std::env::var("PATH").unwrap_or_default();
        command.args(arguments).env("PATH", format!("{}:{path}", tools.display()));
        for home in ["CACHE", "CONFIG", "DATA"] {
            command.env(format!("HELM_{home}_HOME"), self.homes.path().join(home));
        }
        command
    }

    /// `helm template` of the chart for a case.
    pub fn template(&self, case: &Case, post_renderer: Option<&str>) -> Output {
        let mut command = self.template_command(case);
        if let Some(post_renderer) = post_renderer {
            command.args(["--post-renderer", post_renderer]);
        }
        command.output().expect("helm template")
    }

    fn template_command(&self, case: &Case) -> Command {
        let mut command = self.command(&["template", "demo"]);
        command.arg(root().join("chart")).args(["--namespace", "data", "--values"]);
        command.arg(case.values()).args(&case.flags);
        command
    }

    /// What this Helm really sends to a post-renderer for a case.
    pub fn stream(&self, case: &Case) -> String {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (script, sent) = (folder.path().join("capture"), folder.path().join("sent"));
        let post_renderer = if self.program.ends_with("helm3") {
            executable(&script, "#!/bin/sh\nexec tee \"$SENT\"\n");
            script.to_string_lossy().into_owned()
        } else {
            "capture".to_owned()
        };
        let mut command = self.template_command(case);
        let output =
            command.args(["--post-renderer", &post_renderer]).env("SENT", &sent).output().expect("helm template");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read_to_string(sent).expect("what Helm sent")
    }

    /// A post-renderer of Helm 4 that keeps what it is sent.
    fn capture_plugin(&self) -> PathBuf {
        let folder = self.homes.path().join("capture");
        fs::create_dir_all(&folder).expect("a folder");
        let metadata = "apiVersion: v1\nname: capture\nversion: 0.1.0\ntype: postrenderer/v1\nruntime: subprocess\nconfig: {}\nruntimeConfig:\n  platformCommand:\n    - command: ${HELM_PLUGIN_DIR}/capture\n";
        fs::write(folder.join("plugin.yaml"), metadata).expect("plugin.yaml");
        executable(&folder.join("capture"), "#!/bin/sh\nexec tee \"$SENT\"\n");
        folder
    }
}

/// Writes a script that can be run.
pub fn executable(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text).expect("a script");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a script that can be run");
}

/// The staged launcher with arguments and stdin.
pub fn sparkwasm(arguments: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(dist("plugin/bin/sparkwasm"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("sparkwasm");
    child.stdin.take().expect("stdin").write_all(stdin.as_bytes()).expect("stdin taken");
    child.wait_with_output().expect("sparkwasm ends")
}

/// stdout of a command that must have ended well.
pub fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", stderr(output));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// stderr of a command.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Helm 4's print of a manifest with its one addition taken back: an empty line behind every document.
pub fn without_helm4_empty_lines(manifest: &str) -> String {
    let documents = manifest.split("\n---\n").map(|document| document.strip_suffix('\n').unwrap_or(document));
    documents.collect::<Vec<_>>().join("\n---\n") + "\n"
}

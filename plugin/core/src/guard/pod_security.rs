//! Pod Security Standards, level `restricted`, over a finished PodSpec.
//!
//! Source: kubernetes.io "Pod Security Standards" and `k8s.io/pod-security-admission/policy`; wasm-tests runs that very
//! evaluator over what this lets through. `readOnlyRootFilesystem` is the project's own addition.

use serde_json::Value;

use super::items;
use crate::diagnostic::{Diagnostics, Path};
use crate::tree;

const VOLUMES: [&str; 8] =
    ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];
const SYSCTLS: [&str; 10] = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
];
const SELINUX_TYPES: [&str; 5] = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/// Adds every breach; `component` is where the values of the pod are, `values` what stands there.
pub(super) fn check(component: Path, spec: &Value, values: Option<&Value>, problems: &mut Diagnostics) {
    let mut breach = Breaches { component, values: values.unwrap_or(&Value::Null), problems };
    for host in ["hostNetwork", "hostPID", "hostIPC"] {
        if is_true(&spec[host]) {
            breach.pod(host, "must not be true");
        }
    }
    for volume in items(&spec["volumes"]) {
        let kinds = volume.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).filter(|key| *key != "name");
        for kind in kinds.filter(|kind| !VOLUMES.contains(kind)) {
            breach.pod("volumes", &format!("must not have the {kind} \"{}\"", text(&volume["name"])));
        }
    }
    let context = &spec["securityContext"];
    for sysctl in items(&context["sysctls"]).map(|sysctl| text(&sysctl["name"])).filter(|name| !SYSCTLS.contains(name))
    {
        breach.pod("securityContext.sysctls", &format!("must not set {sysctl}"));
    }
    if context["runAsUser"] == 0 {
        breach.pod("securityContext.runAsUser", "must not be 0");
    }
    if context["runAsNonRoot"] == false {
        breach.pod("securityContext.runAsNonRoot", "must be true");
    }
    check_shared(context, |field, why| breach.pod(&format!("securityContext.{field}"), why));
    for kind in ["initContainers", "containers", "ephemeralContainers"] {
        // one without an image is a name mistyped in podOverrides, which `references` tells of
        for container in items(&spec[kind]).filter(|container| !container["image"].is_null()) {
            check_container(kind, container, context, &mut breach);
        }
    }
}

fn check_container(kind: &str, container: &Value, pod: &Value, breach: &mut Breaches<'_>) {
    let name = text(&container["name"]);
    let context = &container["securityContext"];
    let mut bad = |field: &str, why: &str| breach.container(kind, name, &format!("securityContext.{field}"), why);
    if is_true(&context["privileged"]) {
        bad("privileged", "must not be true");
    }
    if context["allowPrivilegeEscalation"] != false {
        bad("allowPrivilegeEscalation", "must be false");
    }
    if context["readOnlyRootFilesystem"] != true {
        bad("readOnlyRootFilesystem", "must be true; give it an emptyDir where it writes");
    }
    if !items(&context["capabilities"]["drop"]).any(|capability| capability == "ALL") {
        bad("capabilities.drop", "must contain ALL");
    }
    for capability in items(&context["capabilities"]["add"]).map(text).filter(|name| *name != "NET_BIND_SERVICE") {
        bad("capabilities.add", &format!("must not contain {capability}"));
    }
    if context["runAsUser"] == 0 {
        bad("runAsUser", "must not be 0");
    }
    if context["runAsNonRoot"] == false || (context["runAsNonRoot"].is_null() && pod["runAsNonRoot"] != true) {
        bad("runAsNonRoot", "must be true");
    }
    if context["seccompProfile"].is_null() && pod["seccompProfile"].is_null() {
        bad("seccompProfile.type", "must be RuntimeDefault or Localhost");
    }
    if !matches!(text(&context["procMount"]), "" | "Default") {
        bad("procMount", "must be Default");
    }
    check_shared(context, bad);
    if items(&container["ports"]).any(|port| port["hostPort"].as_i64().unwrap_or(0) != 0) {
        breach.container(kind, name, "ports", "must not have a hostPort");
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        for action in ["httpGet", "tcpSocket"] {
            if !text(&container[probe][action]["host"]).is_empty() {
                breach.container(kind, name, probe, "must not name a host");
            }
        }
    }
    for hook in ["postStart", "preStop"] {
        for action in ["httpGet", "tcpSocket"] {
            if !text(&container["lifecycle"][hook][action]["host"]).is_empty() {
                breach.container(kind, name, "lifecycle", "must not name a host");
            }
        }
    }
}

/// What pods and containers have alike.
fn check_shared(context: &Value, mut bad: impl FnMut(&str, &str)) {
    let seccomp = &context["seccompProfile"];
    if !seccomp.is_null() && !matches!(text(&seccomp["type"]), "RuntimeDefault" | "Localhost") {
        bad("seccompProfile.type", "must be RuntimeDefault or Localhost");
    }
    if text(&context["appArmorProfile"]["type"]) == "Unconfined" {
        bad("appArmorProfile.type", "must not be Unconfined");
    }
    let selinux = &context["seLinuxOptions"];
    if !SELINUX_TYPES.contains(&text(&selinux["type"])) {
        bad("seLinuxOptions.type", "must be one of the container types");
    }
    if !text(&selinux["user"]).is_empty() || !text(&selinux["role"]).is_empty() {
        bad("seLinuxOptions", "must set neither user nor role");
    }
    if is_true(&context["windowsOptions"]["hostProcess"]) {
        bad("windowsOptions.hostProcess", "must not be true");
    }
}

struct Breaches<'a> {
    component: Path,
    values: &'a Value,
    problems: &'a mut Diagnostics,
}

impl Breaches<'_> {
    fn pod(&mut self, field: &str, why: &str) {
        let overrides = Path::of("podOverrides.spec").join(&Path::of(field));
        let own = match field.strip_prefix("securityContext.") {
            Some(field) => Path::of("podSecurityContext").join(&Path::of(field)),
            None => Path::of("extraVolumes"),
        };
        self.add(&[overrides, own], &format!("{field} {why}"));
    }

    fn container(&mut self, kind: &str, name: &str, field: &str, why: &str) {
        let mut places: Vec<Path> =
            ["sidecars", "initContainers"].iter().filter_map(|list| self.named(&Path::of(list), name)).collect();
        places.extend(self.named(&Path::of("podOverrides.spec").key(kind), name));
        if let Some(field) = field.strip_prefix("securityContext.") {
            places.push(Path::of("containerSecurityContext").join(&Path::of(field)));
        }
        self.add(&places, &format!("{field} of the container \"{name}\" {why}"));
    }

    /// Where a list of the values has the container of this name.
    fn named(&self, list: &Path, container: &str) -> Option<Path> {
        let index = items(tree::get(self.values, list)?).position(|item| text(&item["name"]) == container)?;
        Some(list.index(index))
    }

    /// Blames the first place that the values have, else the component.
    fn add(&mut self, places: &[Path], message: &str) {
        let place = places.iter().find(|place| tree::get(self.values, place).is_some());
        let (path, hint) = match place {
            Some(place) => (self.component.join(place), String::new()),
            None => (
                self.component.clone(),
                "look at podOverrides, podSecurityContext, containerSecurityContext and extraVolumes".to_owned(),
            ),
        };
        self.problems.add(path, format!("Pod Security restricted would refuse the pod: {message}"), hint);
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn is_true(value: &Value) -> bool {
    value == true
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn good() -> Value {
        json!({
            "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
            "volumes": [{"name": "tmp", "emptyDir": {}}],
            "containers": [{"name": "a", "image": "i", "securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}}}],
        })
    }

    fn breaches(spec: &Value) -> usize {
        let mut problems = Diagnostics::default();
        check(Path::of("master"), spec, None, &mut problems);
        problems.iter().count()
    }

    #[test]
    fn a_restricted_pod_passes() {
        assert_eq!(breaches(&good()), 0);
    }

    #[test]
    fn each_breach_is_found() {
        let context = "/containers/0/securityContext";
        for (pointer, field, value) in [
            ("", "hostNetwork", json!(true)),
            ("", "hostPID", json!(true)),
            ("", "volumes", json!([{"name": "x", "hostPath": {"path": "/"}}])),
            ("/securityContext", "sysctls", json!([{"name": "kernel.msgmax", "value": "1"}])),
            ("/securityContext", "runAsUser", json!(0)),
            ("/securityContext", "runAsNonRoot", json!(false)),
            ("/securityContext", "seccompProfile", json!({"type": "Unconfined"})),
            ("/securityContext", "seLinuxOptions", json!({"user": "x"})),
            (context, "privileged", json!(true)),
            (context, "allowPrivilegeEscalation", json!(null)),
            (context, "readOnlyRootFilesystem", json!(false)),
            (context, "capabilities", json!({"drop": ["NET_RAW"]})),
            (context, "capabilities", json!({"drop": ["ALL"], "add": ["SYS_ADMIN"]})),
            (context, "procMount", json!("Unmasked")),
            (context, "windowsOptions", json!({"hostProcess": true})),
            (context, "appArmorProfile", json!({"type": "Unconfined"})),
            ("/containers/0", "ports", json!([{"containerPort": 1, "hostPort": 1}])),
            ("/containers/0", "livenessProbe", json!({"httpGet": {"host": "example.com", "port": 1}})),
        ] {
            let mut spec = good();
            spec.pointer_mut(pointer).unwrap()[field] = value;
            assert!(breaches(&spec) > 0, "{pointer} {field}");
        }
    }
}

//! What the preview asks beside objects and mistakes: fixes, which values are given, what each makes, and what it all takes.

use sparkwasm_core::diagnostic::{Fix, Path};
use sparkwasm_core::request::{self, File, Part, Rendered, Request};

fn of(values: &str) -> Request {
    let file = File { name: "values.yaml".into(), text: values.into() };
    Request { files: vec![file], ..Request::default() }
}

fn all_new(parts: Vec<Part>) -> Vec<Rendered> {
    parts.into_iter().map(|part| if let Part::New(object) = part { object } else { panic!("{part:?}") }).collect()
}

#[test]
fn a_fix_is_known_for_a_mistyped_key_and_a_mistyped_word() {
    for (values, fix) in [
        ("wroker: {}", Some(Fix::Key("worker".into()))),
        ("worker: {replicaCuont: 1}", Some(Fix::Key("replicaCount".into()))),
        ("image: {pullPolicy: Allways}", Some(Fix::Value("Always".into()))),
        ("worker: {zebra: 1}", None),
        ("worker: {replicaCount: 11}", None),
    ] {
        let problems = request::check(&of(values));
        let fixes: Vec<_> = problems.iter().map(|problem| problem.fix.clone()).collect();
        assert_eq!(fixes, [fix], "{values}");
    }
}

#[test]
fn all_objects_one_after_another_are_what_helm_prints() {
    let request = of("s3: {endpoint: 'http://minio:9000'}");
    let (objects, problems) = request::render(&request, &[]);
    assert!(problems.is_empty());
    let all: String = all_new(objects).into_iter().map(|object| object.text).collect();
    assert_eq!(all, request::template(&request).unwrap());
}

#[test]
fn what_is_known_already_is_not_said_again() {
    let before = all_new(request::render(&of(""), &[]).0);
    let known: Vec<u64> = before.iter().map(|object| object.fingerprint).collect();
    assert!(known.iter().all(|fingerprint| *fingerprint < 1 << 53));
    let (after, _) = request::render(&of("worker: {replicaCount: 7}"), &known);
    let all = all_new(request::render(&of("worker: {replicaCount: 7}"), &[]).0);
    assert_eq!(after.iter().filter(|part| matches!(part, Part::New(_))).count(), 1, "only the workers' set");
    let joined: Vec<Rendered> = after
        .into_iter()
        .map(|part| match part {
            Part::Known(place) => before[place].clone(),
            Part::New(object) => object,
        })
        .collect();
    assert_eq!(joined, all);
}

#[test]
fn given_values_are_told_with_their_lines_and_a_list_is_one() {
    let given = request::given(&of(
        "worker:\n  replicaCount: 3\n  tolerations: [{key: a}, {key: b}]\nsparkConf: {spark.x: 1}\n",
    ));
    let told: Vec<_> = given.iter().map(|given| format!("{}:{}", given.path, given.position.line)).collect();
    assert_eq!(told, ["worker.replicaCount:2", "worker.tolerations:3", "sparkConf[\"spark.x\"]:4"]);
}

#[test]
fn without_a_value_its_lines_are_those_of_the_default() {
    let request = of("worker: {replicaCount: 7, podLabels: {a: b}}");
    let replicas = |objects: &[Rendered]| {
        let set = objects.iter().find(|object| object.kind == "StatefulSet" && object.component == "worker").unwrap();
        set.text.lines().find_map(|line| line.strip_prefix("  replicas: ").map(str::to_owned)).unwrap()
    };
    assert_eq!(replicas(&all_new(request::render(&request, &[]).0)), "7");
    assert_eq!(replicas(&all_new(request::without(&request, &Path::of("worker.replicaCount"), &[]))), "2");
}

#[test]
fn the_summary_counts_what_the_installation_takes() {
    let summary = request::summary(&of(
        "s3: {endpoint: 'http://minio:9000', existingSecret: keys}\nhiveMetastore: {enabled: true}\n",
    ));
    assert_eq!(summary.totals.pods, 5, "a master, two workers, the metastore, its database");
    let secrets: Vec<_> = summary.secrets.iter().map(|secret| (secret.name.as_str(), secret.given)).collect();
    assert_eq!(secrets, [("keys", true), ("release-name-spark-standalone-hive-metastore-db", false)]);
    assert_eq!(summary.volumes.len(), 1);
    assert!(summary.openshift.is_empty(), "{:?}", summary.openshift);
    assert!(summary.left_to_helm.is_empty());
    assert_eq!(request::summary(&of("extraDeploy: [{kind: X}]")).left_to_helm, ["extraDeploy"]);
    let summary = request::summary(&of("global: {compatibility: {openshift: {adaptSecurityContext: disabled}}}"));
    assert!(summary.openshift.iter().any(|refusal| refusal.ends_with("sets securityContext.runAsUser")));
}

//! Whatever comes in, output or diagnostics come out: the core never panics.

use proptest::prelude::*;
use sparkwasm_core::request::{self, File, Request};
use sparkwasm_core::sections;

const HEAD: &str = "apiVersion: post-renderer-sparkwasm-required/v1\n";

/// Values made of the keys and words that the core knows, so that they reach deep.
fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "\\PC{0,6}".prop_map(Into::into),
        prop::sample::select(vec!["", "2Gi", "1g", "spark", "http://x", "-1", "50%", "1e400", "9999999999g", "0x"])
            .prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map(key(), inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    let known = "worker master s3 image global resources limits requests memory cpu replicaCount podOverrides spec \
                 metadata containers name securityContext volumes sparkConf spark.executor.memory pdb maxUnavailable \
                 tolerations extraVolumes sidecars emptyDir ephemeral volumeClaimTemplate creationTimestamp recovery mode \
                 containerPorts rpc http service type nodePorts localDirs sizeLimit fullnameOverride endpoint tag \
                  autoscaling enabled minReplicas targetCPU behavior gpu amount resourceName storageClass size \
                  airflow mlflow version dags files gitSync repo config core logs bucket prefix scheduler webserver auth";
    prop_oneof![
        4 => prop::sample::select(known.split_whitespace().map(str::to_owned).collect::<Vec<_>>()),
        1 => "\\PC{0,5}",
    ]
}

fn ask(text: String) {
    let request = Request { files: vec![File { name: "values.yaml".into(), text }], ..Request::default() };
    let problems = request::check(&request);
    assert_eq!(request::template(&request).is_ok(), problems.is_empty());
    assert_eq!(request::check(&request), problems, "the same input, another answer");
    assert_eq!(request::render(&request, &[]).1, problems, "the objects' mistakes are the same");
    let _ = request::summary(&request);
    for given in request::given(&request).into_iter().take(1) {
        let _ = request::without(&request, &given.path, &[]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_as_a_stream(text in "\\PC*|(---|\n|\t| |:|-|'|\"|\\{|&a|\\*a|post-renderer-sparkwasm-required/v1|apiVersion: ){0,40}") {
        let _ = sparkwasm_core::post_render(&text);
        let _ = sparkwasm_core::post_render(&format!("{HEAD}{text}"));
    }

    #[test]
    fn any_text_as_values(text in "\\PC*|(worker|:|\n|  |- |&a |\\*a|<<: |'|\"|\\{|\\}|\\[|\\]|,|#|1|\\|){0,40}") {
        ask(text);
    }

    #[test]
    fn any_tree_as_values(value in value()) {
        ask(value.to_string());
    }

    #[test]
    fn any_tree_in_an_intent(values in prop::collection::vec(value(), sections::ALL.len()), header in value()) {
        let intents = sections::ALL.iter().zip(&values).map(|(section, value)| {
            format!("---\n{HEAD}kind: {}\nmetadata: {{name: x}}\nspec: {value}\nrelease: {header}\n", section.kind)
        });
        let stream: String = intents.collect();
        let _ = sparkwasm_core::post_render(&stream);
    }
}

//! Each rule about the values: the mistake it finds, at its path, with a hint that helps.

use sparkwasm_core::diagnostic::Diagnostics;
use sparkwasm_core::request::{self, File, Request};

fn check(values: &str) -> Diagnostics {
    let file = File { name: "values.yaml".into(), text: values.into() };
    request::check(&Request { files: vec![file], ..Request::default() })
}

/// Exactly one mistake, of these words.
fn one(values: &str) -> String {
    let problems = check(values);
    assert_eq!(problems.iter().count(), 1, "{values}\n{problems}");
    problems.to_string().lines().skip(1).map(str::trim).collect::<Vec<_>>().join("\n")
}

fn assert_told(values: &str, told: &str) {
    let text = one(values);
    assert!(text.contains(told), "{values}\nsays:  {text}\nnot:   {told}");
}

#[test]
fn the_defaults_are_right() {
    assert!(check("").is_empty(), "{}", check(""));
}

#[test]
fn each_mistake_is_told_with_its_place() {
    for (values, told) in [
        ("wroker: {}", "values.yaml:1:1: wroker: unknown key\nhint: did you mean worker?"),
        ("worker: {replicas: 1}", "worker.replicas: unknown key\nhint: did you mean replicaCount?"),
        ("worker: {replicaCount: 11}", "worker.replicaCount: is 11, but must be from 1 to 10"),
        ("worker: {replicaCount: null}", "worker.replicaCount: is missing"),
        ("worker: {replicaCount: '2'}", "is the string \"2\", but a whole number is expected"),
        ("worker: {cores: many}", "worker.cores: \"many\" is not a whole number"),
        ("worker: {memory: 1.5g}", "worker.memory: \"1.5g\" is not a Spark memory size"),
        ("worker: {memory: 3g}", "worker.memory: 3072 MiB for executors and 704 MiB for the worker itself exceed"),
        ("worker: {memory: 512m}", "worker.memory: a worker offers 512 MiB, but an executor asks for 1024 MiB"),
        ("worker: {resources: {limits: {memory: 1Gi}}}", "raise worker.resources.limits.memory to 1984Mi"),
        ("sparkConf: {spark.executor.memory: 4g}", "an executor asks for 4096 MiB"),
        ("worker: {resources: {limits: {memory: 2GB}}}", "worker.resources.limits.memory: \"2GB\" is not an amount"),
        ("worker: {resources: {requests: {memory: 3Gi}}}", "3Gi is more than the limit of 2Gi"),
        ("worker: {localDirs: {sizeLimit: big}}", "worker.localDirs.sizeLimit: \"big\" is not an amount"),
        ("worker: {localDirs: {medium: Disk}}", "worker.localDirs.medium: \"Disk\" is not a medium"),
        (
            "worker: {containerPorts: {http: 7337}}",
            "worker.containerPorts.http: 7337 is also the port of shuffleService",
        ),
        ("worker: {containerPorts: {http: 80}}", "80 needs a privilege that no pod has here"),
        ("shuffleService: {port: 80}", "shuffleService.port: 80 needs a privilege"),
        (
            "worker: {pdb: {minAvailable: 1, maxUnavailable: 1}}",
            "worker.pdb.minAvailable: is set together with maxUnavailable",
        ),
        ("worker: {pdb: {minAvailable: half}}", "\"half\" is neither a number of pods nor a percentage"),
        (
            "worker: {readinessProbe: {periodSeconds: 0}}",
            "worker.readinessProbe.periodSeconds: is 0, but must be at least 1",
        ),
        (
            "worker: {tolerations: [{key: a, effetc: x}]}",
            "worker.tolerations[0].effetc: not a field of this Kubernetes type",
        ),
        (
            "worker: {podOverrides: {spec: {containers: [{name: worker, ports: x}]}}}",
            "worker.podOverrides.spec.containers[0].ports: is the string \"x\", but a list is expected",
        ),
        ("worker: {podOverrides: {spec: {containers: [{name: other}]}}}", "the container \"other\" has no image"),
        (
            "worker: {extraVolumeMounts: [{name: none, mountPath: /x}]}",
            "mounts the volume \"none\", which the pod does not have",
        ),
        (
            "worker: {podLabels: {app.kubernetes.io/instance: x}}",
            "the label app.kubernetes.io/instance of the pods must stay \"release-name\"",
        ),
        ("master: {daemonMemory: 2g}", "master.daemonMemory: a heap of 2048 MiB leaves less than 128 MiB"),
        (
            "master: {recovery: {mode: zookeeper}}",
            "\"zookeeper\" is not one of its values\nhint: one of auto, s3, filesystem, none",
        ),
        ("master: {service: {nodePorts: {http: 30080}}}", "30080 has no effect with service.type ClusterIP"),
        ("master: {containerPorts: {rpc: 8080}}", "master.containerPorts.http: 8080 is also the port of rpc"),
        ("image: {repository: ''}", "image.repository: is empty"),
        ("image: {digest: abc}", "image.digest: \"abc\" is not a digest"),
        ("sparkHome: spark", "sparkHome: \"spark\" is not an absolute path"),
        ("clusterDomain: cluster.local.", "clusterDomain: \"cluster.local.\" is not a DNS domain"),
        ("fullnameOverride: My_Name", "objects would be called \"My_Name\""),
        ("master: {replicaCount: 2}", "master.replicaCount: 2 masters without a common state and a leader election"),
        (
            "{s3: {endpoint: http://x}, master: {replicaCount: 2, recovery: {mode: filesystem}}}",
            "master.replicaCount: 2 masters without a common state",
        ),
        ("master: {recovery: {mode: s3}}", "master.recovery.mode: is s3, but there is no object store"),
        (
            "{s3: {endpoint: http://x}, master: {recovery: {bucket: A_b}}}",
            "master.recovery.bucket: \"A_b\" is not a name",
        ),
        ("{s3: {endpoint: http://x}, master: {recovery: {leaseSeconds: 1}}}", "must be from 3 to 600"),
        (
            "{s3: {endpoint: http://x}, master: {recovery: {prefix: 'a b'}}}",
            "master.recovery.prefix: \"a b\" is no plain",
        ),
        (
            "master: {extraJavaOptions: -Dspark.deploy.recoveryMode=FILESYSTEM}",
            "sets Spark's recovery, which master.recovery",
        ),
        ("s3: {buckets: {extra: [x]}}", "s3.buckets.extra[0]: \"x\" is not a name of a bucket"),
        ("master: {containerPorts: {health: 8080}}", "master.containerPorts.health: 8080 is also the port of http"),
        ("s3: {endpoint: minio:9000}", "hint: write the scheme: http://minio:9000"),
        ("s3: {endpoint: http://x, region: ''}", "s3.region: is empty"),
        ("s3: {existingSecret: keys}", "s3.endpoint: is empty although s3.existingSecret"),
        ("{s3: {endpoint: http://x}, eventLog: {prefix: /}}", "eventLog.prefix: is empty, but Spark refuses the root"),
        ("sparkConf: {executor.memory: 1g}", "sparkConf[\"executor.memory\"]: is not a Spark property"),
        ("sparkConf: {spark.hadoop.fs.s3a.secret.key: x}", "is a secret, and sparkConf goes into a ConfigMap"),
        ("sparkConf: {spark.x: \"a\\nb\"}", "contains a line break"),
        ("sparkEnv: {1X: y}", "is not a name of an environment variable"),
        ("sparkEnv: {DB_PASSWORD: y}", "is a secret, and sparkEnv goes into a ConfigMap"),
        ("worker: {replicaCount: 1, replicaCount: 2}", "values.yaml:1:27: the key \"replicaCount\" stands twice"),
        ("worker: [", "values.yaml:"),
        ("- a", "values.yaml is not a mapping"),
    ] {
        assert_told(values, told);
    }
}

#[test]
fn each_mistake_about_the_network_is_told() {
    for (values, told) in [
        (
            "security: {authentication: {enabled: true}}",
            "security.authentication.existingSecret: is empty although security.authentication.enabled",
        ),
        (
            "security: {authentication: {enabled: true, existingSecret: a, existingSecretKey: ''}}",
            "security.authentication.existingSecretKey: is empty",
        ),
        (
            "networkPolicy: {enabled: true, extraEgress: [{to: []}]}",
            "networkPolicy.extraEgress: has no effect: masters and workers may connect to anything",
        ),
        (
            "networkPolicy: {enabled: true, ingressFrom: [{podselector: {}}]}",
            "networkPolicy.ingressFrom[0].podselector: not a field of this Kubernetes type",
        ),
        (
            "networkPolicy: {clientSelector: {matchlabels: {}}}",
            "networkPolicy.clientSelector.matchlabels: not a field of this Kubernetes type",
        ),
        ("ingress: {enabled: true}", "ingress.hosts: names no host although ingress.enabled"),
        (
            "ingress: {enabled: true, hosts: {master: 'http://spark.example.com'}}",
            "ingress.hosts.master: \"http://spark.example.com\" is not a DNS name\nhint: the name alone",
        ),
        (
            "ingress: {enabled: true, hosts: {history: a.example.com}}",
            "ingress.hosts.history: a.example.com would lead to a component that is off\nhint: set historyServer.enabled",
        ),
        (
            "ingress: {enabled: true, hosts: {master: a.b}, tls: [{hosts: [c.b]}]}",
            "ingress.tls[0].hosts[0]: c.b is none of ingress.hosts",
        ),
        (
            "ingress: {enabled: true, hosts: {master: a.b}, tls: [{hosts: ['*b']}]}",
            "ingress.tls[0].hosts[0]: \"*b\" is not a DNS name",
        ),
        (
            "ingress: {enabled: true, hosts: {master: a.b}, kind: HTTPRoute}",
            "ingress.parentRefs: is empty, so that no Gateway would take the routes",
        ),
        (
            "ingress: {enabled: true, hosts: {master: a.b}, kind: HTTPRoute, parentRefs: [{name: ''}]}",
            "ingress.parentRefs[0].name: is empty",
        ),
        (
            "ingress: {enabled: true, hosts: {master: a.b}, kind: HTTPRoute, parentRefs: [{name: g, sectionname: x}]}",
            "ingress.parentRefs[0].sectionname: unknown key\nhint: did you mean sectionName?",
        ),
        (
            "ingress: {enabled: true, hosts: {master: a.b}, kind: HTTPRoute, parentRefs: [{name: g}], tls: [{}]}",
            "ingress.tls: has no effect with ingress.kind HTTPRoute",
        ),
        (
            "ingress: {enabled: true, hosts: {master: a.b}, parentRefs: [{name: g}]}",
            "ingress.parentRefs: has no effect with ingress.kind Ingress",
        ),
        (
            "ingress: {enabled: true, hosts: {master: a.b}, kind: Route, className: nginx}",
            "ingress.className: has no effect with ingress.kind Route",
        ),
        ("ingress: {enabled: true, hosts: {master: a.b}, kind: route}", "hint: did you mean Route?"),
        ("security: {encryption: {enabled: true}}", "security.encryption.enabled: is true, but Spark derives the keys"),
        ("sparkConf: {spark.authenticate: true}", "hint: set security.authentication instead"),
        ("sparkConf: {spark.authenticate.secret: x}", "is a secret, and sparkConf goes into a ConfigMap"),
    ] {
        assert_told(values, told);
    }
}

#[test]
fn each_mistake_about_the_workers_is_told() {
    for (values, told) in [
        (
            "worker: {autoscaling: {enabled: true, minReplicas: 5, maxReplicas: 3}}",
            "worker.autoscaling.minReplicas: is 5, but maxReplicas is 3",
        ),
        (
            "worker: {autoscaling: {enabled: true, maxReplicas: 11}}",
            "worker.autoscaling.maxReplicas: is 11, but must be from 1 to 10",
        ),
        (
            "worker: {autoscaling: {enabled: true, targetCPU: null}}",
            "worker.autoscaling.targetCPU: is empty and so is targetMemory",
        ),
        ("worker: {autoscaling: {targetMemory: -1}}", "worker.autoscaling.targetMemory: is -1, but must be at least 1"),
        ("worker: {autoscaling: {enabled: true, targetCPU: 0}}", "worker.autoscaling.targetCPU: is 0, but must be"),
        (
            "worker: {autoscaling: {enabled: true}, cores: 1, resources: {requests: {cpu: null}}}",
            "worker.autoscaling.targetCPU: is a percentage of the cpu that the container requests, but it requests none\nhint: set worker.resources.requests.cpu",
        ),
        (
            "worker: {autoscaling: {enabled: true, behavior: {scaleDown: {stabilisationWindowSeconds: 60}}}}",
            "worker.autoscaling.behavior.scaleDown.stabilisationWindowSeconds: not a field of this Kubernetes type",
        ),
        (
            "worker: {localDirs: {size: 100Gi}}",
            "worker.localDirs.size: has no effect with this worker.localDirs.type\nhint: name it sizeLimit",
        ),
        ("worker: {localDirs: {storageClass: fast}}", "worker.localDirs.storageClass: has no effect"),
        ("worker: {localDirs: {type: ephemeral}}", "worker.localDirs.size: \"\" is not an amount"),
        (
            "worker: {localDirs: {type: ephemeral, size: 100Gi, medium: Memory}}",
            "worker.localDirs.medium: has no effect with this worker.localDirs.type\nhint: empty it, or set",
        ),
        ("worker: {decommission: {timeoutSeconds: 0}}", "worker.decommission.timeoutSeconds: is 0, but must be"),
        (
            "worker: {podOverrides: {spec: {terminationGracePeriodSeconds: 30}}}",
            "worker.podOverrides.spec.terminationGracePeriodSeconds: is 30, but executors may take 60 seconds",
        ),
        (
            "sparkConf: {spark.decommission.enabled: false}",
            "sparkConf[\"spark.decommission.enabled\"]: keeps workers from the signal that worker.decommission sends before they stop\nhint: remove it, or set worker.decommission.enabled: false",
        ),
        ("sparkConf: {spark.worker.decommission.signal: TERM}", "keeps workers from the signal that"),
        (
            "sparkConf: {spark.storage.decommission.enabled: true}",
            "sparkConf[\"spark.storage.decommission.enabled\"]: moves shuffle files away from the shuffle service",
        ),
        ("worker: {gpu: {amount: -1}}", "worker.gpu.amount: "),
        ("worker: {gpu: {discoveryScript: /x}}", "worker.gpu.discoveryScript: has no effect: worker.gpu.amount is 0"),
        ("worker: {gpu: {amount: 1, discoveryScript: x.sh}}", "\"x.sh\" is not an absolute path"),
        ("worker: {gpu: {amount: 1, resourceName: gpu}}", "worker.gpu.resourceName: \"gpu\" is not a name"),
        (
            "worker: {gpu: {amount: 1}, resources: {limits: {nvidia.com/gpu: 2}}}",
            "worker.resources.limits[\"nvidia.com/gpu\"]: is set by worker.gpu.amount",
        ),
        (
            "{worker: {gpu: {amount: 1}}, sparkConf: {spark.executor.resource.gpu.amount: 2}}",
            "an executor asks for 2 GPUs, but a worker offers 1: jobs would wait for resources for ever",
        ),
        ("worker: {localDirs: {type: persistent}}", "\"persistent\" is not one of its values"),
        (
            "worker: {localDirs: {medium: Memory, sizeLimit: ''}}",
            "worker.localDirs.sizeLimit: is empty, but a RAM disk",
        ),
        ("worker: {localDirs: {medium: Memory, sizeLimit: 1Gi}}", "raise worker.resources.limits.memory to 3008Mi"),
        (
            "worker: {memory: 1g, localDirs: {medium: Memory, sizeLimit: 1Gi}}",
            "1024 MiB for executors and 1728 MiB for the worker itself with its RAM disk exceed the container's 2048 MiB",
        ),
    ] {
        assert_told(values, told);
    }
}

#[test]
fn what_decommission_can_do_is_no_mistake() {
    for values in [
        "{sparkConf: {spark.storage.decommission.enabled: true}, shuffleService: {enabled: false}}",
        "sparkConf: {spark.storage.decommission.enabled: true, spark.storage.decommission.shuffleBlocks.enabled: false}",
        "{sparkConf: {spark.decommission.enabled: false}, worker: {decommission: {enabled: false}}}",
        "worker: {podOverrides: {spec: {terminationGracePeriodSeconds: 300}}}",
    ] {
        assert!(check(values).is_empty(), "{values}\n{}", check(values));
    }
}

#[test]
fn pod_security_names_the_guilty_value() {
    for (values, place) in [
        ("worker: {podOverrides: {spec: {hostPID: true}}}", "worker.podOverrides.spec.hostPID"),
        ("worker: {podSecurityContext: {runAsUser: 0}}", "worker.podSecurityContext.runAsUser"),
        ("worker: {containerSecurityContext: {privileged: true}}", "worker.containerSecurityContext.privileged"),
        ("worker: {extraVolumes: [{name: x, hostPath: {path: /}}]}", "worker.extraVolumes"),
        (
            "worker: {sidecars: [{name: s, image: i, securityContext: {readOnlyRootFilesystem: false}}]}",
            "worker.sidecars[0]",
        ),
        (
            "worker: {initContainers: [{name: s, image: i, securityContext: {runAsUser: 0}}]}",
            "worker.initContainers[0]",
        ),
        (
            "worker: {podOverrides: {spec: {containers: [{name: worker, securityContext: {capabilities: {add: [SYS_ADMIN]}}}]}}}",
            "worker.podOverrides.spec.containers[0]",
        ),
    ] {
        let text = one(values);
        assert!(text.contains(&format!(" {place}: Pod Security restricted would refuse the pod")), "{values}\n{text}");
    }
}

#[test]
fn all_mistakes_of_all_files_are_told_at_once() {
    let files = [("a.yaml", "worker: {cores: x}\nmaster: {replicaCount: 5}"), ("b.yaml", "\nworker: {cores: z}")];
    let files = files.map(|(name, text)| File { name: name.into(), text: text.into() });
    let text = request::check(&Request { files: files.into(), ..Request::default() }).to_string();
    assert!(text.starts_with("2 mistakes in the values"), "{text}");
    assert!(text.contains("b.yaml:2:10: worker.cores: \"z\""), "the later file wins: {text}");
    assert!(text.contains("a.yaml:2:10: master.replicaCount"), "{text}");
}

/// Airflow with these values, and the object store that its logs are in.
fn airflow(values: &str) -> String {
    format!("s3: {{endpoint: http://x}}\nairflow: {{enabled: true, {values}}}")
}

#[test]
fn each_mistake_about_airflow_is_told() {
    for (values, told) in [
        ("version: 4", "airflow.version: \"4\" is not a line of Airflow known here\nhint: 3, or 2 for 2.11"),
        ("version: 2", "airflow.version: is 2, but airflow.image.tag is 3.3.2\nhint: set airflow.version: \"3\""),
        ("image: {tag: 2.11.2-python3.12}", "airflow.version: is 3, but airflow.image.tag is 2.11.2-python3.12"),
        ("auth: {email: admin}", "airflow.auth.email: \"admin\" is not an address"),
        ("auth: {secretKeys: {fernetKey: ''}}", "airflow.auth.secretKeys.fernetKey: is empty"),
        (
            "config: {core: {auth_manager: my.Manager}}",
            "airflow.auth.username: would be a user of the FAB auth manager",
        ),
        (
            "config: {core: {fernet_key: x}}",
            "airflow.config.core.fernet_key: is a secret, and airflow.config goes into a ConfigMap",
        ),
        ("config: {smtp: {smtp_password: x}}", "hint: keep it in a Secret as AIRFLOW__SMTP__SMTP_PASSWORD"),
        (
            "config: {database: {sql_alchemy_conn: 'postgresql://a:b@c/d'}}",
            "airflow.config.database.sql_alchemy_conn: is a secret",
        ),
        ("config: {'a]b': {c: d}}", "is not a name of a section of airflow.cfg"),
        ("config: {core: {'a=b': c}}", "airflow.config.core.a=b: is not a name of a setting of airflow.cfg"),
        ("dags: {files: {a/b.py: x}}", "is not a file name that a ConfigMap can hold"),
        ("dags: {existingClaim: a, gitSync: {repo: 'https://x/y'}}", "two sources of DAGs"),
        ("dags: {existingClaim: a, files: {b.py: c}}", "airflow.dags.files: has no effect: DAGs come from"),
        ("dags: {subPath: a}", "airflow.dags.subPath: has no effect without a claim or a repository"),
        ("dags: {existingClaim: a, subPath: ../b}", "airflow.dags.subPath: \"../b\" leads out of it"),
        ("dags: {gitSync: {repo: 'git@x:y'}}", "airflow.dags.gitSync.knownHosts: is empty: whoever answers"),
        (
            "dags: {gitSync: {repo: 'https://x/y', period: often}}",
            "airflow.dags.gitSync.period: \"often\" is not a time",
        ),
        ("logs: {bucket: A}", "airflow.logs.bucket: \"A\" is not a name of a bucket"),
        ("data: {prefix: /}", "airflow.data.prefix: \"/\" is not a folder in a bucket"),
        ("scheduler: {replicaCount: 0}", "airflow.scheduler.replicaCount: is 0, but must be from 1 to 10"),
        ("webserver: {containerPorts: {http: 80}}", "airflow.webserver.containerPorts.http: 80 needs a privilege"),
        ("worker: {resources: {limits: {memory: 1GB}}}", "airflow.worker.resources.limits.memory: \"1GB\" is not"),
        ("worker: {livenessProbe: {enabled: true}}", "airflow.worker.livenessProbe"),
        ("postgresql: {enabled: false}", "airflow.externalDatabase.host: is empty, and airflow.postgresql.enabled"),
        (
            "dagProcessor: {podOverrides: {spec: {hostNetwork: true}}}",
            "airflow.dagProcessor.podOverrides.spec.hostNetwork: Pod Security restricted would refuse",
        ),
        (
            "worker: {podOverrides: {spec: {hostNetwork: true}}}",
            "airflow.worker.podOverrides.spec.hostNetwork: Pod Security restricted would refuse",
        ),
        (
            "sparkDriver: {extraVolumeMounts: [{name: none, mountPath: /x}]}",
            "airflow.sparkDriver: the container \"base\" mounts the volume \"none\"",
        ),
    ] {
        let values = airflow(values);
        let text = check(&values).to_string().lines().skip(1).map(str::trim).collect::<Vec<_>>().join("\n");
        assert!(text.contains(told), "{values}\nsays:  {text}\nnot:   {told}");
    }
}

#[test]
fn more_than_a_config_map_holds_is_told_with_the_largest_file() {
    let large = "x".repeat(600 << 10);
    let text = one(&airflow(&format!("dags: {{files: {{a.py: {large}, b.py: {large}}}}}")));
    assert!(text.contains("hold 1203 KiB together, but a ConfigMap holds at most 1024 KiB; the largest is"), "{text}");
    assert!(text.contains("airflow.dags.gitSync"), "{text}");
    assert!(check(&airflow(&format!("dags: {{files: {{a.py: {large}}}, jobs: {{b.py: {large}}}}}"))).is_empty());
}

#[test]
fn each_mistake_about_mlflow_is_told() {
    for (values, told) in [
        ("mlflow: {enabled: true}", "mlflow.enabled: is true, but there is no object store"),
        ("mlflow: {enabled: true, artifacts: {bucket: ''}}", "mlflow.artifacts.bucket: \"\" is not a name"),
        ("mlflow: {enabled: true, auth: {enabled: true, username: ''}}", "mlflow.auth.username: is empty although"),
        (
            "mlflow: {enabled: true, extraAllowedHosts: ['http://a']}",
            "mlflow.extraAllowedHosts[0]: \"http://a\" is not a host",
        ),
        (
            "mlflow: {enabled: true, externalDatabase: {host: a}}",
            "mlflow.externalDatabase.host: is set, but mlflow.postgresql.enabled is true",
        ),
        (
            "ingress: {enabled: true, hosts: {mlflow: a.example.com}}",
            "ingress.hosts.mlflow: a.example.com would lead to a component that is off\nhint: set mlflow.enabled",
        ),
    ] {
        let store = if told.contains("no object store") { "" } else { "s3: {endpoint: http://x}\n" };
        assert_told(&format!("{store}{values}"), told);
    }
}

"""Runs inside an image of Airflow, over the ConfigMaps that the plugin has made: real Airflow takes them as they are meant.

What it finds is checked here; the first mistake ends it. Prints a line for each thing that holds.
"""

import configparser
import datetime
import os
import subprocess
import sys
from pathlib import Path

HOME = Path("/opt/airflow")
TEMPLATES = HOME / "pod-templates"
RESTRICTED = {"allow_privilege_escalation": False, "read_only_root_filesystem": True}


def say(*words):
    print(*words, flush=True)


def dag_bag():
    try:
        from airflow.dag_processing.dagbag import DagBag
    except ImportError:  # before 3.2
        from airflow.models import DagBag
    return DagBag(dag_folder=str(HOME / "dags"))


def check_settings(major):
    """Every setting is one that Airflow or a provider knows, and none has moved."""
    from airflow.configuration import conf

    own = configparser.ConfigParser(interpolation=None)
    own.read(HOME / "airflow.cfg")
    try:
        from airflow.providers_manager import ProvidersManager

        ProvidersManager().initialize_providers_configuration()
    except (ImportError, AttributeError):
        pass
    described = conf.configuration_description
    unknown = [
        f"[{section}] {key}"
        for section in own.sections()
        for key in own[section]
        if key not in described.get(section, {}).get("options", {})
    ]
    assert not unknown, unknown
    if major == 3:  # 2.11 only tells there what 3 will change
        linted = subprocess.run(["airflow", "config", "lint"], capture_output=True, text=True)
        said = linted.stdout + linted.stderr
        assert linted.returncode == 0 and not any(word in said for word in ("moved", "renamed", "Removed")), said
    assert conf.get("core", "executor") == "KubernetesExecutor"
    assert conf.get("logging", "remote_base_log_folder").startswith("s3://")
    say("settings:", sum(len(own[section]) for section in own.sections()))


def check_restricted(spec):
    context = spec.security_context
    assert (context.run_as_non_root, context.seccomp_profile.type) == (True, "RuntimeDefault"), context
    for container in [*(spec.init_containers or []), *spec.containers]:
        for field, value in RESTRICTED.items():
            assert getattr(container.security_context, field) is value, (container.name, field)
        assert container.security_context.capabilities.drop == ["ALL"], container.name


def check_worker(major):
    """What the KubernetesExecutor makes of the template."""
    from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator

    template = PodGenerator.deserialize_model_file(str(TEMPLATES / "worker.yaml"))
    arguments = ["airflow", "tasks", "run", "a", "b", "c"]
    pod = PodGenerator.construct_pod(
        dag_id="a", task_id="b", pod_id="a-b-1", try_number=1, kube_image=None,
        date=datetime.datetime.now(datetime.timezone.utc), args=arguments, pod_override_object=None,
        base_worker_pod=template, namespace="data", scheduler_job_id="1", run_id="c",
    )
    base = pod.spec.containers[0]
    assert (base.name, base.command, base.args) == ("base", ["/usr/bin/env"], arguments), base
    assert base.image.startswith("docker.io/apache/airflow:"), base.image
    names = {variable.name for variable in base.env}
    secrets = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "PGPASSWORD", "AIRFLOW__CORE__FERNET_KEY"}
    assert (secrets <= names) if major == 2 else not (secrets & names), names
    assert pod.spec.service_account_name.endswith("-airflow-worker") and pod.spec.automount_service_account_token
    assert pod.spec.restart_policy == "Never" and pod.metadata.namespace == "data"
    check_restricted(pod.spec)
    say("worker:", pod.metadata.name)


def check_dags():
    """Each example makes a pod that runs spark-submit, with all that the template says."""
    bag = dag_bag()
    assert not bag.import_errors, bag.import_errors
    assert set(bag.dags) == {"spark_etl_synthetic", "mlflow_training_synthetic"}, set(bag.dags)
    for dag in bag.dags.values():
        (task,) = dag.tasks
        # what is there in a run that was triggered without a logical date, as Airflow 3's API may
        given = {"run_id": "manual__2026-11-23T16:22:34.591717+00:00", "params": dag.params.dump()}
        task.render_template_fields(given)
        pod = task.build_pod_request_obj()
        base = pod.spec.containers[0]
        assert base.command == ["/opt/spark/bin/spark-submit"], base.command
        assert base.image == "spark-custom:3.5.7", base.image
        program = next(argument for argument in base.args if argument.endswith(".py"))
        assert (Path("/jobs") / Path(program).name).exists() and program.startswith("/opt/spark-jobs/"), program
        assert not any(":" in argument for argument in base.args if "/" in argument), base.args
        names = {variable.name for variable in base.env}
        assert {"DATA_URL", "MLFLOW_TRACKING_URI", "SPARK_CONF_DIR", "POD_IP"} <= names, names
        assert [container.name for container in pod.spec.init_containers] == ["identity"]
        assert pod.spec.automount_service_account_token is False and pod.spec.restart_policy == "Never"
        check_restricted(pod.spec)
        assert pod.metadata.labels["app.kubernetes.io/component"] == "airflow-spark-driver"
        assert not any(word in Path(dag.fileloc).read_text() for word in ("http://", "s3a://", "spark://", "runAs"))
        say("dag:", dag.dag_id, *base.args)


def check_scripts():
    """The scripts that wait and migrate are Python of this image, and what they import is there."""
    for path in sorted(Path("/scripts").glob("*.py")):
        compile(path.read_text(), str(path), "exec")
    import psycopg2  # noqa: F401
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder  # noqa: F401

    say("scripts:", *(path.stem for path in sorted(Path("/scripts").glob("*.py"))))


if __name__ == "__main__":
    from airflow import __version__

    major = int(__version__.split(".")[0])
    assert os.environ["EXPECTED"] == str(major), __version__
    check_settings(major)
    check_scripts()
    check_worker(major)
    check_dags()
    say("Airflow", __version__)
    sys.exit()

"""Suite `airflow`: DAGs that run spark-submit, their logs, every fault during a run, both lines of Airflow, upgrades."""

import re
import threading

import pytest

from airflow_api import Airflow, secret
from cluster import wait_for
from faults import frozen
from mlflow_api import training_succeeds
from platform_values import AIRFLOW_2, everything
from release import SMALL, merged

WORKER, DRIVER = "airflow-worker", "airflow-spark-driver"
# A DAG of a user's own, from values: while Spark runs, the triggerer waits for it and no task's pod does.
DEFERRED = """
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
try:
    from airflow.sdk import DAG
except ImportError:
    from airflow import DAG
with DAG("deferred", schedule=None):
    KubernetesPodOperator(
        task_id="pi", name="pi", pod_template_file="/opt/airflow/pod-templates/spark-driver.yaml",
        arguments=["--conf", "spark.cores.max=1", "/opt/spark/examples/src/main/python/pi.py", "500"],
        startup_timeout_seconds=300, deferrable=True, in_cluster=True, poll_interval=3, on_finish_action="delete_pod",
    )
"""


class Watch:
    """The pods of components that are seen while something runs, by name: image and security context."""

    def __init__(self, release, *components):
        self.release, self.components, self.seen = release, components, {}

    def __enter__(self):
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()

    def _look(self):
        while not self._end.wait(0.5):
            for component in self.components:
                for pod in self.release.namespace.pods(self.release.selector(component)):
                    self.seen.setdefault(component, {})[pod["metadata"]["name"]] = pod


def installed(store, new_release, *more):
    own = {"airflow": {"dags": {"files": {"deferred.py": DEFERRED}}}}
    return new_release("demo", **merged(everything(store), own, *more)).install()


@pytest.fixture(scope="class")
def release(store, new_release):
    return installed(store, new_release)


@pytest.fixture(scope="class")
def airflow(release):
    airflow = Airflow(release)
    yield airflow
    airflow.close()


def restarts(release):
    """The containers that were started more than once."""
    statuses = {n: p["status"].get("containerStatuses", []) for n, p in release.pods().items()}
    return {n: s["restartCount"] for n, of_pod in statuses.items() for s in of_pod if s["restartCount"]}


def etl_succeeds(release, airflow, store, proven, line):
    """Both kinds of pods are seen in the release's namespace, and the object store has what the job wrote."""
    with Watch(release, WORKER, DRIVER) as watch:
        run = airflow.start("spark_etl_synthetic", rows=50_000)
        took = run.finish()
    assert set(watch.seen) == {WORKER, DRIVER}, f"seen: {watch.seen.keys()}"
    for pod in watch.seen[DRIVER].values():
        assert pod["spec"]["containers"][0]["image"].endswith("spark-custom:3.5.7")
        assert pod["spec"]["securityContext"]["runAsNonRoot"]
    keys = [key for key in store.keys("spark-data") if key.startswith("jobs/synthetic/etl/")]
    assert [key for key in keys if "/daily/day=2026-01-" in key and key.endswith(".parquet")], keys
    proven(f"{line}: the ETL DAG, from trigger to success", measured=took, limit=300, goal=60)
    return run, watch


def log_outlives_its_pod(release, run, task, words, proven, line):
    gone = lambda: not [p for c in (WORKER, DRIVER) for p in release.namespace.pods(release.selector(c))]
    wait_for("the pods of the tasks are gone", gone, 180, 1)
    # the log is uploaded some seconds after the state is known
    number = run.tasks()[0]["try_number"]
    wait_for("the log of a task whose pod is gone", lambda: words in run.log(task, number), 120, 2)
    proven(f"{line}: the log of a task is read through the API after its pod is gone")


def deferred_succeeds(release, airflow, proven, line):
    """The task waits without a pod of its own; Airflow 3 reads its log from the triggerer meanwhile."""
    run = airflow.start("deferred")
    (triggerer,) = release.pods("airflow-triggerer").values()
    # where the log comes from is its first line
    source = f"http://{triggerer['status']['podIP']}:8794/"

    def is_handed_out():
        log = run.log("pi")
        return source in log and "Checking pod" in log

    waits = lambda: any(t["state"] == "deferred" for t in run.tasks())
    wait_for("the task waits without a pod", lambda: waits() and not release.pods(WORKER), 300, 0.5)
    if airflow.major == 3:
        wait_for("the triggerer's log", is_handed_out, 180, 0.5)
        proven(f"{line}: the triggerer hands out the log of a task that waits")
    run.finish()
    # uploaded some seconds after the state is known
    wait_for("Spark's own words in the log", lambda: "Pi is roughly 3.1" in run.log("pi"), 120, 1)
    proven(f"{line}: a deferrable task waits in the triggerer, without a pod")


class TestAirflow:
    def test_install(self, release, proven):
        """helm install --wait ends with every pod ready, and no container has been restarted"""
        pods = release.pods()
        for part in ("webserver", "scheduler", "dag-processor", "triggerer"):
            assert any(f"airflow-{part}" in name for name in pods), part
        assert not restarts(release)
        proven("Spark, Airflow 3, MLflow and two databases, helm install --wait", measured=release.installed_in, limit=300, goal=75)

    def test_etl(self, release, airflow, store, proven):
        """the DAG spark_etl_synthetic, triggered by the API, runs spark-submit in a pod and succeeds"""
        run, _ = etl_succeeds(release, airflow, store, proven, "Airflow 3")
        log_outlives_its_pod(release, run, "etl", "RESULT rows=50000", proven, "Airflow 3")

    def test_deferred(self, release, airflow, proven):
        """a DAG from values whose task is deferred: the triggerer waits for its pod"""
        deferred_succeeds(release, airflow, proven, "Airflow 3")

    def test_no_secret_in_a_task(self, release, airflow, proven):
        """a task's pod of Airflow 3 gets neither the database's password nor a key of Airflow"""
        with Watch(release, WORKER) as watch:
            airflow.start("spark_etl_synthetic", rows=1000).finish()
        for pod in watch.seen[WORKER].values():
            text = str(pod["spec"]["containers"])
            assert not re.search("FERNET|JWT_SECRET|PGPASSWORD|SQL_ALCHEMY", text)
        proven("a task's pod of Airflow 3 holds no key of Airflow and no password of the database")

    @pytest.mark.parametrize("what, component", [
        ("scheduler", "airflow-scheduler"), ("PostgreSQL", "airflow-db"), ("Spark master", "master"),
        ("web server", "airflow-webserver"),
    ])
    def test_fault(self, release, airflow, what, component, proven):
        """a pod of the installation is deleted during a run, and the run succeeds"""
        run = airflow.start("spark_etl_synthetic", rows=2_000_000)
        running = lambda: any(p["status"].get("phase") == "Running" for p in release.pods(DRIVER).values())
        wait_for("the job runs", running, 300, 0.5)
        before = release.uids(component)
        release.namespace.kubectl("delete", "pod", *before, "--wait=false")
        wait_for("its follower is there", lambda: set(release.uids(component).values()) - set(before.values()), 120)
        run.finish()
        tries = {t["task_id"]: t["try_number"] for t in run.tasks()}
        proven(f"the {what}'s pod deleted during a DAG run: it succeeds, tries {tries}")

    def test_scheduler_is_watched(self, release, proven):
        """a scheduler that hangs is restarted by its probe"""
        (name, pod), = release.pods("airflow-scheduler").items()
        before = pod["status"]["containerStatuses"][0]["restartCount"]
        again = lambda: release.namespace.get("pods", name)["status"]["containerStatuses"][0]["restartCount"] > before
        with frozen(pod):
            took = wait_for("the kubelet restarts it", again, 300, 1)[1]
        proven("a scheduler that hangs is restarted by its probe", measured=took, limit=300)


class TestAirflow2:
    """All of it again with Airflow 2.11."""

    @pytest.fixture(scope="class")
    def release(self, store, new_release):
        return installed(store, new_release, AIRFLOW_2)

    @pytest.fixture(scope="class")
    def airflow(self, release):
        airflow = Airflow(release, 2)
        yield airflow
        airflow.close()

    def test_etl(self, release, airflow, store, proven):
        """Airflow 2.11: the ETL DAG succeeds, and its log is read after its pod is gone"""
        run, _ = etl_succeeds(release, airflow, store, proven, "Airflow 2.11")
        assert not release.pods("airflow-dag-processor")
        assert not restarts(release)
        log_outlives_its_pod(release, run, "etl", "RESULT rows=50000", proven, "Airflow 2.11")

    def test_training(self, release, airflow, store, profile, proven):
        """Airflow 2.11: the DAG mlflow_training_synthetic, and what it leaves in MLflow"""
        training_succeeds(release, airflow, store, profile == "openshift", proven, "Airflow 2.11")

    def test_deferred(self, release, airflow, proven):
        """Airflow 2.11: a deferrable task waits in the triggerer"""
        deferred_succeeds(release, airflow, proven, "Airflow 2.11")


class TestUpgrade:
    def test_none_by_default(self, new_release, namespace, proven):
        """a default installation has no object of Airflow or MLflow"""
        release = new_release("plain", **SMALL)
        release.install()
        ours = [o for o in namespace.all_objects() if re.search("airflow|mlflow", o)]
        assert not ours, ours
        release.uninstall()
        proven("a default installation has no object of Airflow or MLflow")

    def test_on_off_and_on(self, store, new_release, namespace, proven):
        """from the defaults to all on, off and on again: runs, users and secrets are those of before"""
        release = new_release("demo", **merged(SMALL, store.values()))
        release.install()
        on = everything(store)
        release.upgrade(**on)
        airflow = Airflow(release)
        try:
            run = airflow.start("spark_etl_synthetic", rows=1000)
            run.finish()
            names = [f"demo-spark-standalone-{part}" for part in ("airflow", "airflow-db", "mlflow-db")]
            data = lambda: [namespace.get("secrets", name)["data"] for name in names]
            before = data()
            release.upgrade()
            assert not [o for o in namespace.all_objects() if re.match("(pod|deployment.apps|job.batch)/.*(airflow|mlflow)", o)]
            release.upgrade(**on)
            assert data() == before
            airflow.close()
            assert run.state() == "success", "the run is forgotten"
        finally:
            airflow.close()
        assert secret(namespace, names[0], "fernet-key")
        proven("upgrade from the defaults to all on, off and on again: runs and secrets are kept")

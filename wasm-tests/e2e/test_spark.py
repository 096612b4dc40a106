"""Suite `spark`: install, registration, scaling, jobs, upgrade, rollback, a neighbour, uninstall."""

import re
import time

import pytest

from cluster import CommandFailed, wait_for
from jobs import SESSION
from release import CHART, SMALL, TWO_WORKERS, helm, merged

PI = ["--class", "org.apache.spark.examples.SparkPi", "local:///opt/spark/examples/jars/spark-examples.jar", "20"]

PYTHON_JOB = SESSION + """
from pyspark.sql import functions as F

spark = builder.appName("session").getOrCreate()
tenfold = F.udf(lambda x: x * 10, "int")
print("RESULT", [row[0] for row in spark.range(5).select(tenfold(F.col("id").cast("int"))).collect()],
      spark.range(1000).repartition(4).groupBy((F.col("id") % 7).alias("k")).count().agg(F.sum("count")).first()[0])
spark.stop()
"""


@pytest.fixture(scope="class")
def client(release, new_client):
    return new_client(release)


class TestSpark:
    user = "1000:1000"

    def test_forgotten_post_renderer(self, namespace, proven):
        """helm install without --post-renderer writes nothing and names the flag"""
        before = namespace.all_objects()
        for binary in ("helm", "helm3"):
            with pytest.raises(CommandFailed) as failure:
                helm("install", "forgotten", str(CHART), "--namespace", namespace.name, binary=binary)
            assert "post-renderer-sparkwasm-required" in failure.value.output
        assert namespace.all_objects() == before
        proven("helm install without --post-renderer writes nothing and names the flag")

    def test_install(self, store, namespace, new_release, proven):
        """helm install --wait ends with two registered workers"""
        release = new_release("first", **merged(SMALL, store.values(), TWO_WORKERS))
        started = time.monotonic()
        release.install("--wait=hookOnly")
        try:
            from_running = release.registration_seconds(2)
            proven("2 workers register, from helm install", measured=time.monotonic() - started, goal=11)
            proven("2 workers register, from containers running", measured=from_running, limit=30, goal=10)
        finally:
            release.uninstall()

    def test_wait(self, release, proven):
        """helm install --wait returns when the workers are registered"""
        assert len(release.alive_workers()) == 2
        proven("helm install --wait returns with 2 workers registered", measured=release.installed_in, limit=60)

    def test_user(self, release, namespace, profile, proven):
        """every container runs as the user of the profile"""
        if profile == "openshift":
            manifest = helm("get", "manifest", release.name, "--namespace", namespace.name)
            assert not re.search("runAsUser|runAsGroup|fsGroup:", manifest), "OpenShift gives these"
        for name, pod in release.pods().items():
            for container in pod["spec"]["containers"]:
                user = namespace.exec(name, ["sh", "-c", "echo $(id -u):$(id -g)"], container["name"]).strip()
                assert re.fullmatch(self.user, user), f"{name}: {user}"
        arbitrary = "a UID that the namespace gives, with group 0; the chart asks for none"
        proven("every container runs as " + (arbitrary if profile == "openshift" else "UID and GID 1000"))

    def test_scale(self, release, proven):
        """workers follow worker.replicaCount"""
        started = time.monotonic()
        release.upgrade(worker={"replicaCount": 10})
        release.wait_for_workers(10)
        proven("scale from 2 to 10 workers, all registered", measured=time.monotonic() - started, limit=120, goal=40)
        started = time.monotonic()
        release.upgrade(worker={"replicaCount": 1})
        release.wait_for_workers(1)
        proven("scale from 10 to 1 worker", measured=time.monotonic() - started, limit=120, goal=30)
        release.upgrade()
        release.wait_for_workers(2)

    def test_spark_submit(self, client, proven):
        """SparkPi by spark-submit from a client pod"""
        outcome = client.submit("spark-pi", *PI)
        pi = float(re.search(r"Pi is roughly (\S+)", outcome.log).group(1))
        assert abs(pi - 3.14159) < 0.05
        proven("SparkPi by spark-submit, from pod created to pod ended", measured=outcome.seconds, limit=120, goal=25)

    def test_python_session(self, client, proven):
        """a PySpark session from another pod computes with Python workers and a shuffle"""
        outcome = client.run("session", ["python3", "/files/session.py"], {"session.py": PYTHON_JOB})
        assert "RESULT [0, 10, 20, 30, 40] 1000" in outcome.log
        proven("PySpark session from another pod: UDF and shuffle", measured=outcome.seconds, limit=120)

    def test_only_what_changed_is_rolled(self, release, proven):
        """a changed value restarts only the pods that it is about"""
        before = release.uids()
        release.upgrade(master={"service": {"annotations": {"e2e": "changed"}}})
        assert release.uids() == before, "an annotation of the Service restarted pods"

        masters, workers = release.uids("master"), release.uids("worker")
        release.upgrade(worker={"extraJavaOptions": "-Dsparkwasm.e2e=1"})
        assert release.uids("master") == masters, "a worker's option restarted the master"
        assert not set(release.uids("worker").values()) & set(workers.values()), "the workers kept their old option"
        release.wait_for_workers(2)

        masters, workers = release.uids("master"), release.uids("worker")
        release.upgrade(worker={"extraJavaOptions": "-Dsparkwasm.e2e=1"}, log4j2={"rootLevel": "warn"})
        assert not set(release.uids().values()) & set({**masters, **workers}.values()), "the logging stayed as it was"
        release.wait_for_workers(2)
        proven("an upgrade restarts only the pods that the changed value is about")

    def test_rollback(self, release, client, proven):
        """helm rollback, which runs no post-renderer, brings the first revision back and jobs run"""
        release.rollback(1)
        release.wait_for_workers(2)
        worker = next(iter(release.pods("worker").values()))
        assert "sparkwasm.e2e" not in str(worker["spec"])
        client.submit("after-rollback", *PI)
        proven("helm rollback brings the first revision back, a job runs")

    def test_neighbour(self, release, new_release, new_client, proven):
        """a second release in the same namespace has masters, workers and jobs of its own"""
        before = release.uids()
        neighbour = new_release("other", **merged(release.values, {"worker": {"replicaCount": 1}}))
        neighbour.install()
        assert len(neighbour.alive_workers()) == 1
        assert len(release.alive_workers()) == 2
        new_client(neighbour).submit("neighbours-pi", *PI)
        done = lambda of: [a["name"] for a in of.master()["completedapps"]]
        wait_for("the neighbour's master has the job", lambda: len(done(neighbour)) == 1, 30)
        neighbour.uninstall()
        assert release.uids() == before
        assert len(release.alive_workers()) == 2
        proven("a second release in the namespace neither clashes nor disturbs")

    def test_uninstall(self, release, namespace, store, proven):
        """helm uninstall leaves no orphan, and the event logs stay in the object store"""
        release.uninstall()
        # what Kubernetes made for the objects (EndpointSlices, ControllerRevisions) it collects some seconds later
        left = lambda: sorted(o for o in namespace.all_objects() if re.search("demo|first|other", o))
        wait_for("no object of the releases is left", lambda: not left(), 60)
        logs = store.keys("spark-standalone-logs")
        assert len([key for key in logs if key.startswith("events/app-")]) >= 4, logs
        proven("helm uninstall leaves no object behind; event logs stay in the object store")

"""Suite `mlflow`: a training by spark-submit from Airflow; its run, metrics, model and artifacts; users and passwords."""

import base64
import json

import pytest

import pods
from airflow_api import Airflow, secret
from cluster import wait_for
from forward import Api
from platform_values import MLFLOW, everything
from release import SMALL, SPARK_IMAGE, merged

PREDICT = """
import mlflow, sys
from pyspark.sql import SparkSession

# Hadoop 3.3.4's s3a cannot read a model back that lies on this pod's disk: Spark runs inside this pod
spark = SparkSession.builder.master("local[1]").getOrCreate()
model = mlflow.spark.load_model(sys.argv[1], dfs_tmpdir="/tmp/model")
points = spark.createDataFrame([(0.9, 0.1), (0.1, 0.9)], ["x1", "x2"])
print("RESULT", [row.prediction for row in model.transform(points).collect()])
spark.stop()
"""


class Mlflow(Api):
    """MLflow's REST API as a client has it."""

    def __init__(self, release, **headers):
        super().__init__(release.namespace, f"{release.fullname}-mlflow", 5000)
        self.headers = headers

    def answer(self, method, path, body=None):
        return self.ask(method, "/api/2.0/mlflow" + path, body, self.headers)

    def get(self, path, body=None, method="GET"):
        status, text = self.answer(method, path, body)
        assert status == 200, f"{path}: {status} {text[:500]}"
        return json.loads(text)


@pytest.fixture(scope="class")
def release(store, new_release):
    release = new_release("demo", **everything(store))
    release.install()
    return release


class TestMlflow:
    def test_training(self, release, store, namespace, profile, proven):
        """the DAG mlflow_training_synthetic: its run, metrics, model and artifacts are in MLflow, and the model predicts"""
        airflow, mlflow = Airflow(release), Mlflow(release)
        try:
            took = airflow.start("mlflow_training_synthetic", rows=5000).finish()
            experiment = mlflow.get("/experiments/get-by-name?experiment_name=synthetic")["experiment"]
            found = mlflow.get("/runs/search", {"experiment_ids": [experiment["experiment_id"]]}, "POST")["runs"]
            (run,) = found
            metrics = {m["key"]: m["value"] for m in run["data"]["metrics"]}
            params = {p["key"]: p["value"] for p in run["data"]["params"]}
            assert run["info"]["status"] == "FINISHED" and params["rows"] == "5000"
            assert metrics["auc"] > 0.9 and metrics["accuracy"] > 0.8, metrics
            (version,) = mlflow.get("/registered-models/get-latest-versions?name=synthetic")["model_versions"]
            assert version["status"] == "READY"
            stored = [key for key in store.keys("mlflow-artifacts") if key.startswith("artifacts/")]
            assert any(key.endswith("MLmodel") for key in stored), stored
            proven("the training DAG, from trigger to success", measured=took, limit=300, goal=60)

            model = f"models:/synthetic/{version['version']}"
            uri = f"http://{release.fullname}-mlflow:5000"
            pod = pods.script_pod("predict", SPARK_IMAGE, ["python3", "/files/predict.py", model], profile == "openshift",
                                  env={"MLFLOW_TRACKING_URI": uri, "GIT_PYTHON_REFRESH": "quiet"})
            outcome = pods.run(namespace, pod, {"predict.py": PREDICT})
            assert "RESULT [1.0, 0.0]" in outcome.log, outcome.log[-2000:]
            proven("run, metrics, registered model and artifacts are in MLflow; the model is loaded back and predicts")
        finally:
            airflow.close()
            mlflow.close()

    def test_hosts(self, release, proven):
        """a request for a host that is none of its own is refused; its health is told to anybody"""
        mlflow = Mlflow(release, Host="evil.example.com")
        try:
            status, text = mlflow.answer("GET", "/experiments/search?max_results=1")
            assert status == 403 and "Host" in text, (status, text)
            assert mlflow.ask("GET", "/health", headers=mlflow.headers)[0] == 200
        finally:
            mlflow.close()
        proven("MLflow refuses requests for hosts that are none of its own")

    def test_data_outlives_the_pods(self, release, namespace, proven):
        """MLflow's pod and its database's are deleted: the runs are there again"""
        before = release.uids("mlflow-db") | release.uids("mlflow")
        namespace.kubectl("delete", "pod", *before)
        mlflow = Mlflow(release)
        def names():
            try:
                return [e["name"] for e in mlflow.get("/experiments/search?max_results=10")["experiments"]]
            except (OSError, AssertionError):
                return []
        try:
            took = wait_for("the experiment is there again", lambda: "synthetic" in names(), 180, 1)[1]
        finally:
            mlflow.close()
        proven("MLflow's pods and its database's deleted, until its runs are there again", measured=took, limit=180)


class TestUsers:
    def test_password(self, store, new_release, namespace, proven):
        """with mlflow.auth.enabled nobody gets in without the password of the Secret"""
        release = new_release("guarded", **merged(SMALL, store.values(), MLFLOW, {"mlflow": {"auth": {"enabled": True}}}))
        release.install()
        word = secret(namespace, "guarded-spark-standalone-mlflow", "password")
        login = "Basic " + base64.b64encode(f"admin:{word}".encode()).decode()
        stranger, admin = Mlflow(release), Mlflow(release, Authorization=login)
        try:
            assert stranger.answer("GET", "/experiments/search?max_results=1")[0] == 401
            assert admin.get("/experiments/search?max_results=1")["experiments"]
        finally:
            stranger.close()
            admin.close()
        proven("MLflow with users: 401 without the password of the Secret, in with it")

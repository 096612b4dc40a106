"""Suite `mlflow`: a training by spark-submit from Airflow; its run, metrics, model and artifacts; users and passwords."""

import base64

import pytest

from airflow_api import Airflow, secret
from cluster import wait_for
from mlflow_api import Mlflow, training_succeeds
from platform_values import MLFLOW, everything
from release import SMALL, merged


@pytest.fixture(scope="class")
def release(store, new_release):
    return new_release("demo", **everything(store)).install()


class TestMlflow:
    def test_training(self, release, store, profile, proven):
        """the DAG mlflow_training_synthetic: its run, metrics, model and artifacts are in MLflow, and the model predicts"""
        airflow = Airflow(release)
        try:
            training_succeeds(release, airflow, store, profile == "openshift", proven, "Airflow 3")
        finally:
            airflow.close()

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

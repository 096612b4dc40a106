"""An object store for a suite: versitygw, a real S3 server, on a volume of its own, with keys made for this run."""

import os
import secrets

import pods
from cluster import wait_for
from release import SPARK_IMAGE

S3_IMAGE = os.environ.get("S3_IMAGE", "versitygw:1.8.0")
SECRET = "s3-keys"
CONNECT = """
import boto3, os
from botocore.config import Config
s3 = boto3.client("s3", endpoint_url=os.environ["ENDPOINT"], region_name="us-east-1", config=Config(s3={"addressing_style": "path"}))
"""


class ObjectStore:
    endpoint = "http://s3:7070"

    def __init__(self, namespace, openshift):
        self.namespace, self.openshift = namespace, openshift

    def objects(self):
        keys = {"AWS_ACCESS_KEY_ID": "e2e" + secrets.token_hex(8), "AWS_SECRET_ACCESS_KEY": secrets.token_hex(20)}
        labels = {"app.kubernetes.io/name": "s3"}
        container = {
            "name": "s3", "image": S3_IMAGE, "args": ["--port", ":7070", "posix", "/data"],
            "env": [
                {"name": variable, "valueFrom": {"secretKeyRef": {"name": SECRET, "key": key}}}
                for variable, key in {"ROOT_ACCESS_KEY": "AWS_ACCESS_KEY_ID", "ROOT_SECRET_KEY": "AWS_SECRET_ACCESS_KEY"}.items()
            ],
            "ports": [{"name": "s3", "containerPort": 7070}],
            "readinessProbe": {"tcpSocket": {"port": "s3"}, "periodSeconds": 1},
            "securityContext": pods.CONTAINER_SECURITY,
            "volumeMounts": [{"name": "data", "mountPath": "/data"}, {"name": "tmp", "mountPath": "/tmp"}],
        }
        return [
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": SECRET}, "stringData": keys},
            {
                "apiVersion": "v1", "kind": "Service", "metadata": {"name": "s3"},
                "spec": {"selector": labels, "ports": [{"name": "s3", "port": 7070, "targetPort": "s3"}]},
            },
            {
                "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "s3"},
                "spec": {
                    "serviceName": "s3", "replicas": 1, "selector": {"matchLabels": labels},
                    "template": {
                        "metadata": {"labels": labels},
                        "spec": {
                            "automountServiceAccountToken": False, "enableServiceLinks": False,
                            "securityContext": pods.pod_security(self.openshift), "containers": [container],
                            "volumes": [{"name": "tmp", "emptyDir": {}}],
                        },
                    },
                    "volumeClaimTemplates": [{
                        "metadata": {"name": "data"},
                        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
                    }],
                },
            },
        ]

    def start(self):
        self.namespace.apply(*self.objects())
        self.wait()

    def wait(self):
        stateful_set = lambda: self.namespace.get("statefulsets", "s3", "apis/apps/v1")
        wait_for("the object store is ready", lambda: stateful_set()["status"].get("readyReplicas"), 120)

    def values(self):
        """The chart's values for this store."""
        return {"s3": {"endpoint": self.endpoint, "existingSecret": SECRET}}

    def script(self, name, python):
        """What a pod of its own prints that runs `python` with `s3`, a boto3 client of this store."""
        pod = pods.script_pod(name, SPARK_IMAGE, ["python3", "/files/script.py"], self.openshift, secret=SECRET,
                              env={"ENDPOINT": self.endpoint})
        return pods.run(self.namespace, pod, {"script.py": CONNECT + python}).log

    def make_folder(self, bucket, folder):
        self.script("make-folder", f"s3.create_bucket(Bucket={bucket!r})\n"
                                   f"s3.put_object(Bucket={bucket!r}, Key={folder + '/'!r}, Body=b'')\n")

    def keys(self, bucket):
        """The keys of up to 1000 objects."""
        listing = f"for found in s3.list_objects_v2(Bucket={bucket!r}).get('Contents', []):\n    print(found['Key'])\n"
        return self.script("list-keys", listing).split()

"""What the plugin makes for Airflow, before real Airflow 3 and 2.11: python3 -m unittest discover wasm-tests/airflow

Needs root, dist/plugin, and the images: scripts/images airflow3 airflow2. What is missing is skipped, and said.
"""

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPARKWASM = ROOT / "dist/plugin/bin/sparkwasm"
SCRIPTS = ROOT / "plugin/core/src/components/airflow/scripts"
VALUES = """
s3: {endpoint: "http://minio.storage.svc:9000", existingSecret: minio-keys}
airflow: {enabled: true, version: %s, image: {tag: "%s"}}
mlflow: {enabled: true}
ingress: {enabled: true, hosts: {airflow: airflow.example.com}, tls: [{}]}
"""
# an operator asks whether it is inside a cluster, and else for this
KUBECONFIG = """
current-context: none
contexts: [{name: none, context: {cluster: none, user: none}}]
clusters: [{name: none, cluster: {server: "http://127.0.0.1:1"}}]
users: [{name: none, user: {}}]
"""


def config_maps(values):
    """The data of each ConfigMap that these values make, by its name without the installation's."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(values)
        file.flush()
        command = [SPARKWASM, "template", "--release", "demo", "--namespace", "data", "-f", file.name]
        rendered = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    import yaml

    objects = [document for document in yaml.safe_load_all(rendered) if document]
    return {
        o["metadata"]["name"].removeprefix("demo-spark-standalone-"): o["data"]
        for o in objects if o["kind"] == "ConfigMap" and "data" in o
    }


def unpacked(image, to):
    """The files of an image, from the archive that scripts/images has made; once for each archive."""
    archive = ROOT / f".cache/images/{image}.tar"
    made_from = f"{archive.stat().st_mtime_ns}"
    stamp = to / ".unpacked"
    if stamp.exists() and stamp.read_text() == made_from:
        return
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    with tarfile.open(archive) as tar:
        read = lambda digest: tar.extractfile("blobs/sha256/" + digest.removeprefix("sha256:"))
        index = json.load(tar.extractfile("index.json"))
        manifest = json.load(read(index["manifests"][0]["digest"]))
        for layer in manifest["layers"]:
            subprocess.run(["tar", "-x", "-C", to], input=read(layer["digest"]).read(), check=True)
    stamp.write_text(made_from)


@unittest.skipUnless(os.geteuid() == 0, "needs root, for chroot")
class InImage(unittest.TestCase):
    def check(self, image, major, tag):
        for needed in (ROOT / f".cache/images/{image}.tar", SPARKWASM):
            if not needed.exists():
                self.skipTest(f"{needed.relative_to(ROOT)} is not built")
        root = ROOT / f".cache/airflow/{image}"
        unpacked(image, root)
        made = config_maps(VALUES % (major, tag))
        folders = {
            "opt/airflow": made["airflow"], "opt/airflow/pod-templates": made["airflow-pod-templates"],
            "opt/airflow/dags": made["airflow-dags"], "jobs": made["airflow-jobs"],
            "scripts": {path.name: path.read_text() for path in SCRIPTS.glob("*.py")},
            "check": {"check.py": (Path(__file__).parent / "check.py").read_text(), "kubeconfig": KUBECONFIG},
        }
        shutil.rmtree(root / "opt/airflow", ignore_errors=True)
        for folder, files in folders.items():
            shutil.rmtree(root / folder, ignore_errors=True)
            (root / folder).mkdir(parents=True)
            for name, text in files.items():
                (root / folder / name).write_text(text)
        command = ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-ec",
                   'mount -t proc proc "$0/proc"; mount --bind /dev "$0/dev"; mount -t tmpfs tmpfs "$0/tmp"; '
                   'exec chroot "$0" "$@"', root, "python", "-B", "/check/check.py"]
        environment = {"PATH": "/home/airflow/.local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp", "USER": "airflow",
                       "AIRFLOW_HOME": "/opt/airflow", "LANG": "C.UTF-8", "EXPECTED": str(major),
                       "KUBECONFIG": "/check/kubeconfig"}
        outcome = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
        self.assertEqual(outcome.returncode, 0, f"{outcome.stdout}\n{outcome.stderr}"[-6000:])
        self.assertIn(f"Airflow {tag}", outcome.stdout)

    def test_airflow_3(self):
        self.check("airflow3", 3, "3.3.2")

    def test_airflow_2(self):
        self.check("airflow2", 2, "2.11.2")


if __name__ == "__main__":
    unittest.main()

"""Tests of scripts/oci.py and scripts/images, without network and root:
python3 -m unittest discover wasm-tests/images
"""

import contextlib
import hashlib
import importlib.machinery
import importlib.util
import io
import json
import os
import pathlib
import socket
import sys
import tarfile
import tempfile
import unittest
import unittest.mock

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent.parent / "scripts"
sys.dont_write_bytecode = True
sys.path.insert(0, str(SCRIPTS))
import oci  # noqa: E402


def load(path):
    """Imports a script that has no ending."""
    loader = importlib.machinery.SourceFileLoader(path.name, str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(path.name, loader))
    sys.modules[path.name] = module
    loader.exec_module(module)
    return module


images = load(SCRIPTS / "images")


class Case(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def tree(self, name, files):
        """Makes files in this order: path → (text, mode)."""
        tree = self.folder / name
        for path, (text, mode) in files.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_text(text)
            (tree / path).chmod(mode)
        return tree

    def packed(self, tree):
        """The entries of a packed tree, by name."""
        with tarfile.open(oci.pack(tree, self.folder / "layer.tar").path) as tar:
            return {entry.name: entry for entry in tar}


class Packing(Case):
    def test_same_files_same_digest(self):
        files = {"b/x": ("1", 0o644), "a": ("2", 0o755), "b/a": ("3", 0o600)}
        first = oci.pack(self.tree("first", files), self.folder / "1.tar")
        second = self.tree("second", dict(reversed(files.items())))
        os.utime(second / "a", (1, 1))
        second = oci.pack(second, self.folder / "2.tar")
        self.assertEqual(first.digest, second.digest)
        self.assertEqual(first.digest, hashlib.sha256(first.path.read_bytes()).hexdigest())
        self.assertEqual(first.size, first.path.stat().st_size)

    def test_another_byte_another_digest(self):
        first = oci.pack(self.tree("first", {"a": ("1", 0o644)}), self.folder / "1.tar")
        second = oci.pack(self.tree("second", {"a": ("2", 0o644)}), self.folder / "2.tar")
        self.assertNotEqual(first.digest, second.digest)

    def test_the_group_may_what_the_owner_may(self):
        modes = {0o644: 0o664, 0o755: 0o775, 0o600: 0o660, 0o444: 0o444, 0o070: 0o000, 0o1777: 0o1777, 0o4755: 0o775}
        for mode, expected in modes.items():
            with self.subTest(oct(mode)):
                self.assertEqual(oct(oci.group_as_owner(mode)), oct(expected))

    def test_owner_and_time_are_left_behind(self):
        tree = self.tree("tree", {"a/b": ("1", 0o640)})
        for entry in self.packed(tree).values():
            self.assertEqual((entry.uid, entry.gid, entry.uname, entry.gname, entry.mtime), (0, 0, "", "", 0))
        with tarfile.open(oci.pack(tree, self.folder / "owned.tar", owner=(185, 0)).path) as tar:
            self.assertEqual({entry.uid for entry in tar}, {185})

    def test_parents_come_first_and_links_stay_links(self):
        tree = self.tree("tree", {"b/c": ("1", 0o644)})
        (tree / "link").symlink_to("b")
        (tree / "b/hard").hardlink_to(tree / "b/c")
        entries = self.packed(tree)
        self.assertEqual(list(entries), ["b", "link", "b/c", "b/hard"])
        self.assertEqual(entries["link"].linkname, "b")
        self.assertEqual(entries["b/hard"].linkname, "b/c")

    def test_what_the_runtime_mounts_stays_empty(self):
        tree = self.tree("tree", {"proc/1": ("", 0o644), "dev/null": ("", 0o644), "opt/dev/kept": ("", 0o644)})
        self.assertEqual(list(self.packed(tree)), ["dev", "opt", "proc", "opt/dev", "opt/dev/kept"])

    def test_sockets_are_left_out(self):
        tree = self.tree("tree", {"a": ("", 0o644)})
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(tree / "socket"))
            self.assertEqual(list(self.packed(tree)), ["a"])


class Archive(Case):
    def test_every_digest_leads_to_its_blob(self):
        layer = oci.pack(self.tree("tree", {"a": ("1", 0o644)}), self.folder / "layer.tar")
        archive = self.folder / "image.tar"
        oci.write(archive, "spark-custom:3.5.7", [layer], {"User": "1000:0"})
        with tarfile.open(archive) as tar:
            content = {entry.name: tar.extractfile(entry).read() for entry in tar}

        def blob(descriptor):
            data = content["blobs/sha256/" + descriptor["digest"].removeprefix("sha256:")]
            self.assertEqual(descriptor["digest"], "sha256:" + hashlib.sha256(data).hexdigest())
            self.assertEqual(descriptor["size"], len(data))
            return data

        index, = json.loads(content["index.json"])["manifests"]
        self.assertEqual(index["annotations"], {"io.containerd.image.name": "docker.io/library/spark-custom:3.5.7",
                                                "org.opencontainers.image.ref.name": "3.5.7"})
        manifest = json.loads(blob(index))
        config = json.loads(blob(manifest["config"]))
        self.assertEqual(config["config"], {"User": "1000:0"})
        self.assertEqual(config["rootfs"]["diff_ids"], [entry["digest"] for entry in manifest["layers"]])
        self.assertEqual([blob(entry) for entry in manifest["layers"]], [layer.path.read_bytes()])
        docker, = json.loads(content["manifest.json"])
        self.assertLessEqual({docker["Config"], *docker["Layers"]}, content.keys())

    def test_same_image_same_bytes(self):
        layer = oci.pack(self.tree("tree", {"a": ("1", 0o644)}), self.folder / "layer.tar")
        for name in ("1", "2"):
            oci.write(self.folder / name, "a:1", [layer], {})
        self.assertEqual((self.folder / "1").read_bytes(), (self.folder / "2").read_bytes())

    def test_full_names(self):
        names = {"a:1": "docker.io/library/a:1", "apache/airflow:3": "docker.io/apache/airflow:3",
                 "sparkwasm.local/pause:1": "sparkwasm.local/pause:1", "localhost/a:1": "localhost/a:1",
                 "registry:5000/a:1": "registry:5000/a:1"}
        for name, full in names.items():
            self.assertEqual(oci.full_name(name), full)


class Description(Case):
    def read(self, text):
        path = self.folder / "image.toml"
        path.write_text(text)
        return images.read_image(path)

    def mistakes(self, text):
        """What is said about a description that is refused."""
        told = io.StringIO()
        with self.assertRaises(SystemExit), contextlib.redirect_stderr(told):
            self.read(text)
        self.assertIn("image.toml", told.getvalue())
        return told.getvalue()

    def test_all_described_images_are_read(self):
        self.assertLessEqual({"spark-custom", "s3", "postgresql", "pause", "coredns"}, images.descriptions().keys())
        for path in images.descriptions().values():
            with self.subTest(path.name):
                self.assertTrue(images.layer_keys(images.read_image(path)))

    def test_all_mistakes_are_told_at_once_with_their_keys(self):
        told = self.mistakes('nam = "a:1"\nuser = 1000\n[[go]]\npackage = "."\nto = "/a"\nversoin = "1"\n'
                             '[[file]]\nfrom = "nowhere"\nto = "/b"\n')
        for expected in ("5 mistakes", "nam: unknown key, did you mean name?", "name: missing",
                         "user: text was expected, not 1000", "go[0].versoin: unknown key, did you mean version?",
                         "file[0].from: there is no nowhere"):
            self.assertIn(expected, told)

    def test_what_does_not_fit_together(self):
        (self.folder / "r.txt").touch()
        told = self.mistakes('name = "a"\n[python]\nrequirements = "r.txt"\nto = "opt"\n'
                             '[[go]]\npackage = "."\nto = "/a/../b"\n'
                             '[[file]]\nfrom = "r.txt"\nto = "/r"\nmode = "rw"\n')
        for expected in ("name: needs a tag", "python: needs [debian]", "python.to: an absolute path",
                         "go[0].to: an absolute path", "go[0]: either source, or module",
                         "file[0].mode: four octal digits"):
            self.assertIn(expected, told)

    def test_toml_that_is_none_is_told_with_its_line(self):
        self.assertIn("line 1", self.mistakes("name = \n"))

    def test_a_key_changes_with_what_a_file_holds(self):
        (self.folder / "job.py").write_text("1")
        image = self.read('name = "a:1"\n[[file]]\nfrom = "job.py"\nto = "/opt/"\n')
        before = images.layer_keys(image)["file"], images.image_key(image)
        self.assertEqual(before, (images.layer_keys(image)["file"], images.image_key(image)))
        (self.folder / "job.py").write_text("2")
        self.assertNotEqual(before[0], images.layer_keys(image)["file"])
        self.assertNotEqual(before[1], images.image_key(image))

    def test_other_layers_keep_their_keys(self):
        (self.folder / "job.py").write_text("1")
        text = 'name = "a:1"\n[debian]\npackages = ["python3"]\n[[file]]\nfrom = "job.py"\nto = "/opt/"\n'
        before = images.layer_keys(self.read(text))
        (self.folder / "job.py").write_text("2")
        after = images.layer_keys(self.read(text))
        self.assertEqual(before["debian"], after["debian"])
        self.assertNotEqual(before["file"], after["file"])

    def test_files_and_folders_are_placed(self):
        for path, mode in {"dags/a.py": 0o600, "dags/sub/run": 0o700, "one": 0o600}.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).touch()
            (self.folder / path).chmod(mode)
        image = self.read('name = "a:1"\n[[file]]\nfrom = "dags"\nto = "/opt/dags"\n'
                          '[[file]]\nfrom = "one"\nto = "/bin/"\nmode = "0755"\n')
        tree = self.folder / "tree"
        images.fill_file("", image.file, tree, [])
        modes = {str(path.relative_to(tree)): path.stat().st_mode & 0o777 for path in images.files_in(tree)}
        self.assertEqual(modes, {"bin/one": 0o755, "opt/dags/a.py": 0o644, "opt/dags/sub/run": 0o755})


class Building(Case):
    def setUp(self):
        super().setUp()
        layers = self.folder / "layers"
        layers.mkdir()
        for name, value in {"IMAGES": self.folder, "LAYERS": layers}.items():
            patched = unittest.mock.patch.object(images, name, value)
            patched.start()
            self.addCleanup(patched.stop)
        self.description = self.folder / "image.toml"
        self.description.write_text('name = "a:1"\n[[file]]\nfrom = "job.py"\nto = "/opt/"\n')
        self.archive = self.folder / "image.tar"

    def build(self, text):
        """Builds the image around a file with this text; returns the inode of its archive."""
        (self.folder / "job.py").write_text(text)
        with contextlib.redirect_stderr(io.StringIO()):
            images.build("image", images.read_image(self.description), self.archive)
        return self.archive.stat().st_ino

    def test_only_what_has_changed_is_built(self):
        first = self.build("1")
        self.assertEqual(first, self.build("1"))
        content = self.archive.read_bytes()
        self.build("2")
        self.assertNotEqual(content, self.archive.read_bytes())

    def test_a_lost_layer_is_made_again_to_the_byte(self):
        self.build("1")
        content = self.archive.read_bytes()
        self.archive.unlink()
        for layer in images.LAYERS.glob("*.tar"):
            layer.unlink()
        self.build("1")
        self.assertEqual(content, self.archive.read_bytes())

    def test_layers_that_nobody_asks_for_are_dropped(self):
        self.build("1")
        self.build("2")
        self.assertEqual(len(list(images.LAYERS.glob("*.tar"))), 2)
        images.drop_unused_layers([images.read_image(self.description)])
        self.assertEqual(len(list(images.LAYERS.glob("*.tar"))), 1)
        self.assertEqual(len(list(images.LAYERS.iterdir())), 2)


if __name__ == "__main__":
    unittest.main()

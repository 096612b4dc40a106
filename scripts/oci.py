"""Writes container images as OCI archives, without a container engine and without an image registry.

A layer is a directory packed into a tar file. Packing is reproducible: entries sorted, time 0, one owner. The group may
do what the owner may, so that a process with an arbitrary UID and GID 0 (OpenShift) reads and writes what the owner
could; setuid and setgid bits are dropped, since no pod here may gain rights. Layers stay uncompressed, which is the
fastest to make and to import.
"""

import hashlib
import io
import json
import os
import pathlib
import platform
import stat
import tarfile
from typing import NamedTuple

MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
EPOCH = "1970-01-01T00:00:00Z"
NOT_PACKED = {"dev", "proc", "sys"}  # the container runtime mounts these; only the empty folders are kept
MEDIA = "application/vnd.oci.image"


class Layer(NamedTuple):
    """A packed layer: the tar file, its SHA-256 and its length."""

    path: pathlib.Path
    digest: str
    size: int


class Hashed:
    """A file to write to that knows the SHA-256 and the length of what was written."""

    def __init__(self, file):
        self.file, self.sha256, self.size = file, hashlib.sha256(), 0

    def write(self, data):
        self.sha256.update(data)
        self.size += len(data)
        return self.file.write(data)


def architecture():
    """The architecture of this machine, as image configurations call it."""
    return MACHINES.get(platform.machine(), platform.machine())


def full_name(name):
    """The name with its registry host, which is what the kubelet asks the container runtime for."""
    first, _, rest = name.partition("/")
    has_host = rest and ("." in first or ":" in first or first == "localhost")
    if has_host:
        return name
    return f"docker.io/{name}" if rest else f"docker.io/library/{name}"


def group_as_owner(mode):
    """The permission bits of an entry: the group's become the owner's, setuid and setgid go, the sticky bit stays."""
    return (mode & 0o1707) | ((mode & 0o700) >> 3)


def pack(tree, target, owner=(0, 0)):
    """Packs a directory into the tar file `target`; returns the layer."""
    target = pathlib.Path(target)
    with open(target, "wb") as file:
        hashed = Hashed(file)
        with tarfile.open(fileobj=hashed, mode="w|", format=tarfile.PAX_FORMAT, bufsize=1 << 20) as tar:
            for path, name in entries(pathlib.Path(tree)):
                add(tar, path, name, owner)
    return Layer(target, hashed.sha256.hexdigest(), hashed.size)


def entries(tree):
    """Every entry below a directory with its name in the archive, parents first, in one order on every machine."""
    for folder, folders, files in os.walk(tree):
        relative = os.path.relpath(folder, tree)
        for name in sorted(folders + files):
            yield os.path.join(folder, name), os.path.normpath(os.path.join(relative, name))
        folders[:] = sorted(set(folders) - NOT_PACKED) if relative == "." else sorted(folders)


def add(tar, path, name, owner):
    """Adds one entry without what differs from run to run. Sockets belong to a process and are left out."""
    if stat.S_ISSOCK(os.lstat(path).st_mode):
        return
    info = tar.gettarinfo(path, name)
    info.uid, info.gid = owner
    info.uname = info.gname = ""
    info.mtime = 0
    info.mode = group_as_owner(info.mode)
    if info.isreg():
        with open(path, "rb") as file:
            tar.addfile(info, file)
    else:
        tar.addfile(info)


def write(archive, name, layers, config):
    """Writes an image: `config` is the part of its configuration called `config`, with User, Env, Cmd and so on.

    The archive is an OCI image layout. It also has the `manifest.json` of `docker save`, so that Docker, minikube and
    kind load it.
    """
    blobs = {layer.digest: layer.path for layer in layers}

    def blob(value):
        data = as_json(value)
        digest = hashlib.sha256(data).hexdigest()
        blobs[digest] = data
        return {"digest": f"sha256:{digest}", "size": len(data)}

    configuration = blob({
        "architecture": architecture(), "os": "linux", "created": EPOCH, "config": config,
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer.digest}" for layer in layers]},
        "history": [{"created": EPOCH, "created_by": "scripts/images"} for _ in layers],
    })
    manifest = blob({
        "schemaVersion": 2, "mediaType": f"{MEDIA}.manifest.v1+json",
        "config": {"mediaType": f"{MEDIA}.config.v1+json", **configuration},
        "layers": [{"mediaType": f"{MEDIA}.layer.v1.tar", "digest": f"sha256:{layer.digest}", "size": layer.size}
                   for layer in layers],
    })
    index = {
        "schemaVersion": 2, "mediaType": f"{MEDIA}.index.v1+json",
        "manifests": [{
            "mediaType": f"{MEDIA}.manifest.v1+json", **manifest,
            "platform": {"architecture": architecture(), "os": "linux"},
            "annotations": {"io.containerd.image.name": full_name(name),
                            "org.opencontainers.image.ref.name": name.rpartition(":")[2]},
        }],
    }
    docker = [{"Config": place(configuration["digest"]), "RepoTags": [name],
               "Layers": [place(layer.digest) for layer in layers]}]
    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as tar:
        put(tar, "oci-layout", as_json({"imageLayoutVersion": "1.0.0"}))
        put(tar, "index.json", as_json(index))
        put(tar, "manifest.json", as_json(docker))
        for digest in sorted(blobs):
            put(tar, place(digest), blobs[digest])


def place(digest):
    return "blobs/sha256/" + digest.removeprefix("sha256:")


def as_json(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def put(tar, name, content):
    """Adds bytes, or the file at a path, under a name."""
    with io.BytesIO(content) if isinstance(content, bytes) else open(content, "rb") as file:
        info = tarfile.TarInfo(name)
        info.size = file.seek(0, os.SEEK_END)
        file.seek(0)
        tar.addfile(info, file)

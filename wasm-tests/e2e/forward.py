"""A Service of the cluster at ports of this machine, and an HTTP API there."""

import json
import re
import subprocess
import threading
import urllib.error
import urllib.request


class Forward:
    """`kubectl port-forward`, started when it is asked for and again when it has ended."""

    def __init__(self, namespace, service, *ports):
        self.namespace, self.service, self.wanted, self._process = namespace, service, ports, None

    def ports(self):
        """The port on 127.0.0.1 for each of the Service's. Raises ConnectionError."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                ["kubectl", "--namespace", self.namespace, "port-forward", f"service/{self.service}", *(f":{p}" for p in self.wanted)],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self._ports = []
            while len(self._ports) < len(self.wanted):
                # in the order asked for; one more line each for IPv6, where there is that
                line = self._process.stdout.readline()
                if not line.startswith("Forwarding"):
                    self.close()
                    raise ConnectionError(f"no forwarding to {self.service}: {line}")
                self._ports += map(int, re.findall(r"127\.0\.0\.1:(\d+) ->", line))
            # it says each connection, and would stop when nobody reads that
            threading.Thread(target=self._process.stdout.read, daemon=True).start()
        return dict(zip(self.wanted, self._ports))

    def close(self):
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None


class Api:
    """An HTTP API of a Service at a port of this machine. A broken connection is made anew."""

    def __init__(self, namespace, service, port):
        self._forward, self._port = Forward(namespace.name, service, port), port

    def close(self):
        self._forward.close()

    def ask(self, method, path, body=None, headers=None, timeout=60):
        """Status and text of the answer; a broken connection is an OSError and closes the forwarding."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json", **(headers or {})}
        request = urllib.request.Request(f"http://127.0.0.1:{self._forward.ports()[self._port]}{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            self.close()
            raise

"""A real Chromium in front of the cluster's Ingress controller, as a person has it."""

import os
import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

from forward import Forward

DOMAIN = "sparkwasm.test"
# `address:http:https` of an Ingress controller of a cluster that is not the local one.
INGRESS = os.environ.get("E2E_INGRESS")
# Nothing leaves this machine: no lookups, no updates.
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run"]


@contextmanager
def _ingress():
    """Host and ports of the Ingress controller, as this machine reaches it."""
    if INGRESS:
        host, http, https = INGRESS.rsplit(":", 2)
        yield host, int(http), int(https)
        return
    if not os.environ.get("E2E_LOCAL"):
        pytest.skip("where is the Ingress controller? E2E_INGRESS=address:80:443 tells")
    forward = Forward("traefik", "traefik", 80, 443)
    try:
        ports = forward.ports()
        yield "127.0.0.1", ports[80], ports[443]
    finally:
        forward.close()


@contextmanager
def browser():
    """Chromium that finds every host of DOMAIN at the Ingress controller."""
    with _ingress() as (host, http, https), sync_playwright() as playwright:
        rules = f"MAP *.{DOMAIN}:80 {host}:{http},MAP *.{DOMAIN}:443 {host}:{https}"
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or None,
            args=[f"--host-resolver-rules={rules}", *QUIET], chromium_sandbox=os.geteuid() != 0,
        )
        try:
            yield chromium
        finally:
            chromium.close()


class Person:
    """A page whose every request is watched: one that failed fails the test."""

    def __init__(self, chromium, folder):
        self._context = chromium.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 800})
        self._context.set_default_timeout(30_000)
        self.page, self.folder, self.broken = self._context.new_page(), folder, []
        self.page.on("response", lambda answer: self._look(answer.status, answer.url))
        self.page.on("requestfailed", lambda request: self._look(request.failure, request.url))

    def _look(self, status, url):
        aborted = status == "net::ERR_ABORTED"  # the person went on before it was there
        if not aborted and (not isinstance(status, int) or status >= 400) and not url.endswith("/favicon.ico"):
            self.broken.append(f"{status} {url}")

    def open(self, url, title):
        self.page.goto(url)
        self.sees(title)

    def click(self, selector, title):
        """Follows a link as it stands on the page."""
        link = self.page.locator(selector).first
        link.wait_for()
        host = self.page.url.split("/")[2]
        link.click()
        self.sees(title)
        assert self.page.url.split("/")[2] == host, f"the link leads to {self.page.url}"

    def sees(self, title):
        self.page.wait_for_load_state("networkidle")
        assert re.search(title, self.page.title()), f"{self.page.url}: {self.page.title()!r}"
        assert not self.broken, f"{self.page.url}: {self.broken}"

    def picture(self, name):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(self.folder / f"{name}.png"), full_page=True)

    def close(self):
        self._context.close()

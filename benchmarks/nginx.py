"""Serves a replica with the real nginx, which is fast enough that only the crawler is measured."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Self
from urllib.request import urlopen

if TYPE_CHECKING:
    from pathlib import Path

SITE = "https://finews.withounder.com"
SHARES = ("finews.zning.xyz", "choicewzp1.eastmoney.com", "app.jg.eastmoney.com")

_CONFIG = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  types {{ text/html html; application/xml xml; application/json json; text/plain txt; }}
  charset utf-8; access_log off; keepalive_requests 1000000; sendfile on; tcp_nopush on; root /nowhere;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{site_port}; root {site}; }}
  server {{ listen 127.0.0.1:{status_port}; stub_status; }}
  {shares}
}}
"""
_SHARE = (
    "server {{ listen 127.0.0.1:{port}; location = /NewsData/GetNewsText.do {{ root {root}; try_files /$arg_id.json =404; }} }}"
)


class NginxMissing(RuntimeError):
    """nginx is not installed."""


def free_port() -> int:
    """A port of the loopback for a server that is told its port: nobody else is given it as long as this process lives."""
    kept = socket.socket()  # bound only: a server that sets the same option may listen on it all the same
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    port = int(kept.getsockname()[1])
    kept.detach()
    return port


class Nginx:
    """A replica's site and share hosts behind one nginx of our own, stopped by its own pid."""

    def __init__(self, replica: Path, folder: Path) -> None:
        if shutil.which("nginx") is None:
            raise NginxMissing("nginx is not installed: apt-get install nginx")
        ports = {host: free_port() for host in SHARES}
        site_port, self._status_port = free_port(), free_port()
        self.origins = {SITE: f"http://127.0.0.1:{site_port}"} | {
            f"http://{h}": f"http://127.0.0.1:{p}" for h, p in ports.items()
        }
        self._write_answers(replica, folder)
        shares = "\n".join(_SHARE.format(port=port, root=folder / "answers" / host) for host, port in ports.items())
        config = _CONFIG.format(
            folder=folder, site=(replica / "site").resolve(), site_port=site_port, status_port=self._status_port, shares=shares
        )
        (folder / "nginx.conf").write_text(config, "utf-8")
        self._command = ["nginx", "-e", folder / "error.log", "-c", folder / "nginx.conf", "-p", folder]
        self._site_port = site_port
        folder.chmod(0o755)

    @staticmethod
    def _write_answers(replica: Path, folder: Path) -> None:
        for host in SHARES:
            (folder / "answers" / host).mkdir(parents=True)
        for answer in json.loads((replica / "answers.json").read_text("utf-8")):
            body = json.dumps(answer["fields"], ensure_ascii=False).encode()
            for host in answer["hosts"]:
                (folder / "answers" / host / f"{answer['id']}.json").write_bytes(body)

    def requests(self) -> int:
        """The number of requests since it began; this question is one, too."""
        with urlopen(f"http://127.0.0.1:{self._status_port}/", timeout=10) as answer:
            return int(answer.read().split()[9])

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command)
        for _ in range(2400):
            if self._process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self._site_port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return self
        raise RuntimeError("nginx did not start")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(60)

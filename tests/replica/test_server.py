from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.error
import urllib.request

from tests.replica.crawl import PROJECT
from tests.replica.server import SITE_HOST, ReplicaServer


def get(url: str, **headers: str):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=300) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def test_conditional_requests(replica: ReplicaServer) -> None:
    home = replica.origins[f"https://{SITE_HOST}"] + "/"
    status, headers, body = get(home)
    assert (status, len(body)) == (200, int(headers["Content-Length"]))
    assert get(home, **{"If-None-Match": headers["ETag"]})[0] == 304
    assert get(home, **{"If-Modified-Since": headers["Last-Modified"]})[0] == 304
    assert get(home, **{"If-None-Match": '"other"'})[0] == 200
    assert [asked.conditional for asked in replica.log] == [False, True, True, True]


def test_share_page_and_answer_on_every_share_host(replica: ReplicaServer) -> None:
    known = next(answer for answer in replica.answers.values() if len(answer["hosts"]) == 3)
    for host in known["hosts"]:
        origin = replica.origins[f"http://{host}"]
        assert b"GetNewsText.do" in get(f"{origin}/html_News/NewsShare.html?infoCode={known['id']}")[2]
        assert get(f"{origin}/NewsData/GetNewsText.do?id={known['id']}")[0] == 200
        assert get(f"{origin}/NewsData/GetNewsText.do?id=NW0")[0] == 404


def test_nothing_outside_the_site_is_served(replica: ReplicaServer) -> None:
    origin = replica.origins[f"https://{SITE_HOST}"]
    assert get(f"{origin}/%2e%2e/answers.json")[0] == 404
    assert get(f"{origin}/category/Invest%20In%20touchuangzhoukan.html")[0] == 200


def test_the_host_header_decides_where_it_names_a_host(replica: ReplicaServer) -> None:
    origin = replica.origins[f"https://{SITE_HOST}"]
    known = next(iter(replica.answers))
    assert get(f"{origin}/NewsData/GetNewsText.do?id={known}")[0] == 404
    assert get(f"{origin}/NewsData/GetNewsText.do?id={known}", Host=replica.answers[known]["hosts"][0])[0] == 200


def test_serve_prints_the_setting_to_crawl_it_with() -> None:
    command = [sys.executable, "-m", "tests.replica", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        origins = json.loads(server.stdout.readline().strip().removeprefix("-s ORIGINS='").removesuffix("'"))
        try:
            assert get(origins[f"https://{SITE_HOST}"] + "/")[0] == 200
        finally:
            server.terminate()
            assert server.wait(300) == 0


def test_a_port_in_use_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        command = [sys.executable, "-m", "tests.replica", "serve", "--port", str(other.getsockname()[1])]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("cannot listen on port")
    assert done.stderr.count("\n") == 1

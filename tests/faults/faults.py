"""What a server can do wrong with an answer."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import replace

from tests.replica.server import SITE_HOST, Reply

Fault = Callable[[Reply], Reply]
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_ERROR_PAGE = "<!DOCTYPE html><html><head><title>出错了</title></head><body><h1>服务暂不可用</h1></body></html>".encode()


def _status(code: int, **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return _always(Reply(code, _ERROR_PAGE, _HTML | named))


def _always(answer: Reply) -> Fault:
    def fault(_: Reply) -> Reply:
        return replace(answer, headers=dict(answer.headers))

    return fault


#: With an ETag of its own: the server would make one of all its bytes for each request.
_LARGE = Reply(200, b"<p>" + b"x" * 50_000_000, _HTML | {"Content-Encoding": "identity", "ETag": '"large"'})


def _now_and_then(answer: Reply) -> Fault:
    """One page in sixteen: of so many megabytes for each, none would arrive in time, and it is arriving that they are to be refused for."""

    def fault(reply: Reply) -> Reply:
        return replace(reply if zlib.crc32(reply.body) % 16 else answer)

    return fault


def _with(reply: Reply, **headers: str) -> Reply:
    return replace(reply, headers=reply.headers | {name.replace("_", "-"): value for name, value in headers.items()})


def _gbk(reply: Reply) -> Reply:
    return Reply(
        200, reply.body.decode("utf-8", "replace").encode("gbk", "replace"), {"Content-Type": "text/html; charset=gbk"}
    )


def _said_shorter(reply: Reply) -> Reply:
    return _with(replace(reply, body=reply.body), Content_Length=str(len(reply.body) * 2 // 3), Connection="close")


def _unfinished_chunk(reply: Reply) -> Reply:
    half = reply.body[: len(reply.body) // 2]
    return Reply(200, b"%x\r\n%s\r\n" % (len(half), half), reply.headers | {"Transfer-Encoding": "chunked"}, cut=1 << 30)


def _torn_gzip(reply: Reply) -> Reply:
    packed = gzip.compress(reply.body)
    return Reply(200, packed[: len(packed) // 2], reply.headers | {"Content-Encoding": "gzip"})


#: What passes: the same request, asked again in the same run, may get the page.
PASSING: dict[str, Fault] = {
    "500": _status(500),
    "502": _status(502),
    "503, Retry-After": _status(503, Retry_After="1"),
    "429, Retry-After": _status(429, Retry_After="1"),
    "connection closed at once": lambda reply: replace(reply, cut=-1),
    "body cut off": lambda reply: _with(replace(reply, cut=len(reply.body) // 2), Content_Length=str(len(reply.body))),
    "chunks cut off": _unfinished_chunk,
    "stalls": lambda reply: replace(reply, stall=60),
    "Content-Length too large": lambda reply: _with(
        replace(reply, cut=len(reply.body)), Content_Length=str(len(reply.body) + 500)
    ),
}
#: What asking again at once does not help against.
LASTING: dict[str, Fault] = {
    "429, back in a day": _status(429, Retry_After="86400"),
    "Content-Length too small": _said_shorter,
    "cut off without a length": lambda reply: _with(replace(reply, cut=len(reply.body) * 2 // 3), Connection="close"),
    "GBK": _gbk,
    "gzip cut off": _torn_gzip,
    "redirect loop": _always(Reply(302, b"", {"Location": "?again"})),
    "redirect to another host": _always(Reply(302, b"", {"Location": "http://127.0.0.1:9/elsewhere"})),
    "redirect to the home page": _always(Reply(302, b"", {"Location": f"https://{SITE_HOST}/"})),
    "200 with an error page": _always(Reply(200, _ERROR_PAGE, dict(_HTML))),
    "200, empty": _always(Reply(200, b"", dict(_HTML))),
    "200, 50 MB": _now_and_then(_LARGE),
    "200, binary": _always(Reply(200, bytes(range(256)) * 40, {"Content-Type": "application/octet-stream"})),
    "unknown status": _status(799),
}
#: What must not matter at all.
HARMLESS: dict[str, Fault] = {
    "gzip that is not": lambda reply: _with(reply, Content_Encoding="gzip"),
    "charset said to be latin-1": lambda reply: _with(reply, Content_Type="text/html; charset=iso-8859-1"),
    "charset said to be GBK": lambda reply: _with(reply, Content_Type="text/html; charset=gbk"),
    "no such charset": lambda reply: _with(reply, Content_Type="text/html; charset=x-none"),
    "no type at all": lambda reply: _with(reply, Content_Type=""),
    "said to be a picture": lambda reply: _with(reply, Content_Type="image/png"),
    "no validators": lambda reply: _with(reply, ETag="", Last_Modified="yesterday"),
}

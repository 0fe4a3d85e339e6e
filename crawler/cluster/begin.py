"""How a worker begins: it shares the archive's lock, joins the crawl that is under way, and makes an archive of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crawler.archive.archive import Archive, about_of, limits_of
from crawler.archive.lock import Lock
from crawler.archive.workers.worker_archive import WorkerArchive
from crawler.cluster.durable import Durable
from crawler.cluster.frontier import NameInUse, OtherArguments, SharedFrontier
from crawler.cluster.uploads import Uploads
from crawler.cluster.worker import Worker, connected, new_token, telling, worker_name
from crawler.crawl.frontier import Frontier
from crawler.crawl.mending import mend
from crawler.errors import CannotRun, NothingToDo
from crawler.sites.declared import declared_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from crawler.crawl.context import RunContext

#: Arguments that only one process can follow, with the reason.
_ALONE = {
    "limit": "a limit counts the posts of one process",
    "via": "a web archive is asked by one process",
}
#: What is set for a worker: where its requests come from, and that it writes no posts.
_SETTINGS = {
    "SCHEDULER": "crawler.cluster.scheduler.LeasingScheduler",
    "DOWNLOADER": "crawler.cluster.downloader.SharingDownloader",
}


def use_cluster(settings: BaseSettings) -> None:
    """Set what a worker needs set.

    :raises CannotRun: if a setting forbids what a worker does.
    """
    for name in ("ARCHIVE_ONLY", "ARCHIVE_FIRST"):
        if settings.getbool(name):
            raise CannotRun(f"{name} asks no site, so that there is nothing to share; leave CLUSTER out")
    if settings.getlist("IMAGE_HOSTS"):
        raise CannotRun(
            "IMAGE_HOSTS has pictures captured when posts are made, which workers leave to the last one; leave CLUSTER out"
        )
    worker_name(settings)
    for name, value in _SETTINGS.items():
        settings.set(name, value, priority="cmdline")
    settings["ITEM_PIPELINES"].set("crawler.pipelines.derive.DerivePipeline", None)
    settings["ITEM_PIPELINES"].set("crawler.pipelines.write.WritePipeline", None)
    settings["ITEM_PIPELINES"].set("crawler.cluster.pipeline.WorkerPipeline", 100)
    settings["EXTENSIONS"].set("crawler.crawl.lifecycle.ArchiveLifecycle", None)
    settings["EXTENSIONS"].set("crawler.cluster.lifecycle.WorkerLifecycle", 10)


def begin(crawler: Crawler, context: RunContext, arguments: Mapping[str, str]) -> Worker:
    """Join the crawl of the context's site, with an archive of this worker's own in the context.

    :raises CannotRun: if it cannot: the text says why, in one line.
    :raises NothingToDo: if the crawl has just ended.
    """
    for name, why in _ALONE.items():
        if arguments.get(name):
            raise CannotRun(f"{why}: leave -a {name}=… out, or CLUSTER")
    settings, site = context.settings, context.site
    server, name = connected(settings["CLUSTER"]), worker_name(settings)
    folder = Archive.folder_of(settings, site.name)
    shared = SharedFrontier(server, site.name, name, new_token(), settings.getfloat("CLUSTER_LEASE"))
    lock = Lock(folder)
    told = json.dumps(dict(sorted(arguments.items())), ensure_ascii=False)
    if lock.take_or_share():
        with telling(settings["CLUSTER"]):
            ended, grace = shared.ended(told), settings.getfloat("CLUSTER_GRACE")
        if ended is not None and ended < grace:
            lock.release()
            raise NothingToDo(
                f"the workers ended their crawl of {site.name} {ended:.0f} s ago, so that this one has nothing to do;"
                f" a new one can begin {grace:g} s after that, or with -s CLUSTER_GRACE=0"
            )
        _prepare(context, lock)
        lock.let_others_share()
    try:
        with telling(settings["CLUSTER"]):
            started = shared.register(told, context.report.started.timestamp())
    except NameInUse as error:
        raise CannotRun(
            f"WORKER={name} is in use, by {error}; name this one otherwise, or wait until that one has ended"
        ) from None
    except OtherArguments as error:
        raise CannotRun(f"the crawl under way has other arguments: {error}; give this worker the same") from None
    archive = WorkerArchive(
        folder,
        site.name,
        name,
        layout=settings.get("POSTS_LAYOUT"),
        limits=limits_of(settings),
        about=about_of(settings),
    )
    context.take_archive(archive)
    address = settings["WORKER_CAPTURES"]
    durable = Uploads(archive.captures, address, name) if address else Durable(archive.captures)
    worker = Worker(name, shared, lock, archive, started, told, settings.getfloat("CLUSTER_PATIENCE"), durable)
    worker.join(crawler)
    return worker


def _prepare(context: RunContext, lock: Lock) -> None:
    """Mend the archive, with what workers left that were killed, before the workers of a new crawl copy its catalog."""
    site = context.site
    archive = Archive.from_settings(context.settings, site.name, lock=lock)
    try:
        if site.name not in declared_names():
            from crawler.sites.learned.unlearned import UnlearnedSite  # noqa: PLC0415 - a declared site has nothing to learn
            from crawler.upkeep.learning import keep_site  # noqa: PLC0415

            if isinstance(site, UnlearnedSite):
                keep_site(archive.folder, site.learned)
        context.take_archive(archive)
        mend(context)
        beginning = Frontier(context)
        beginning.begin()
    finally:
        archive.close()

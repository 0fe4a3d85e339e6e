"""Every setting of the project with its reason, grouped by what a person may want to change.

Scrapy's own settings: https://docs.scrapy.org/en/latest/topics/settings.html. Ours are described in docs/settings.md.
Any of them can be set for one run with ``-s NAME=VALUE``.
"""

from __future__ import annotations

import os

from crawler import __version__

# The project

BOT_NAME = "backfile"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
SPIDER_LOADER_CLASS = "crawler.spiders.loader.SiteSpiderLoader"
COMMANDS_MODULE = "crawler.commands"

# Identity and politeness: the defaults are for a live site

CONTACT = ""
"""A web or mail address at which a site's owner can reach you; it goes into ``USER_AGENT`` and captures."""

USER_AGENT = f"Backfile/{__version__} (+{CONTACT or 'no contact set'})"  # made anew for -s CONTACT=
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 1.0
CONCURRENT_REQUESTS = 8
CONCURRENT_REQUESTS_PER_DOMAIN = 2
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 60.0

RETRY_AFTER_MAX = 600.0
"""The longest pause in seconds that a server may ask for; with a longer one, the host is left to the next run."""

ROBOTSTXT_KEEP = 2_592_000.0
"""Seconds for which the archive's copy of a robots.txt counts while the host's own cannot be had (RFC 9309: 30 days)."""

CRAWL_DELAY_MAX = 60.0
"""The longest ``Crawl-delay`` of a robots.txt, in seconds, that is honoured; a longer one is cut to it, with a warning."""

PROFILE = "polite"
"""``polite``: the settings above. ``fast``: without delay and politeness, for a replica or a server of your own."""

# When pages are requested again

SWEEP_INTERVAL = 86_400.0
"""Seconds after which a run opens every listing, not only those that the home page makes necessary."""

RECHECK_HOURS = [0.5, 2, 8, 24, 48, 70, 73]
"""Ages of a post, in hours since its publication, at which its page is requested again while it is live; then daily."""

# When a site's layout is thought to have changed

LAYOUT_MIN_PAGES = 5
"""With fewer pages in a run, the layout is not checked."""

LAYOUT_MAX_SHARE = 0.2
"""More than this share of a run's post pages without a post, or of its posts without a field most have: exit code 4."""

# Alerts

ALERT_COMMAND = ""
"""A command that sends the alert; its last argument is the text, its standard input the run report."""

ALERT_WEBHOOK = ""
"""An address to which the text and the run report are posted as JSON."""

ALERT_MAIL = ""
"""A mail address; the mail is sent by Scrapy's ``MAIL_…`` settings."""

ALERT_AFTER = 3
"""An alert is sent after so many runs in a row with losses, at once if the layout has changed, and when all is well again."""

ALERT_REPEAT = 86_400.0
"""Seconds after which the alert is sent again while the problem lasts."""

PROMETHEUS_FILE = ""
"""The file with the last run's figures, for the node exporter's textfile collector (``….prom``)."""

# Archives

ARCHIVE_ROOT = os.environ.get("ARCHIVE_ROOT") or "output"
"""A site's archive is ``ARCHIVE_ROOT/SITE/``; the environment variable ``ARCHIVE_ROOT`` sets it, too."""

POSTS_LAYOUT = "{year}/{month}/{day}"
"""Folders below ``_posts/``; empty for one flat folder."""

CAPTURE_ENABLED = True
"""Write captures, files, index and run report. Off in ``scrapy shell`` and ``scrapy parse``, which write nothing."""

CAPTURE_FILE_SIZE = 1_000_000_000
"""A capture file is closed at this many bytes (the usual size of WARC files)."""

CAPTURE_FILE_AGE = 86_400.0
"""A capture file is closed this many seconds after it was begun, so that a day's captures can be backed up."""

IMAGE_HOSTS: list[str] = []
"""Hosts whose pictures are captured, if posts show them, so that replay shows them; none if empty."""

IMAGE_MAXSIZE = 5_000_000
"""A picture of more bytes, as sent, is not captured."""

# Several workers that crawl one site together

CLUSTER = ""
"""The Redis that has the frontier, as ``redis://127.0.0.1:6379/0``; without one, a run crawls alone."""

WORKER = ""
"""The name of this worker; without one, that of the machine and the number of the process."""

WORKER_CAPTURES = ""
"""A folder or fsspec address to which a worker's capture files are copied; a page is done when its copy is there."""

CLUSTER_LEASE = 30.0
"""Seconds after which a worker that is not heard of is thought to be dead, and what it had taken is given to others."""

CLUSTER_PATIENCE = 60.0
"""Seconds for which a worker goes on trying while Redis does not answer."""

CLUSTER_GRACE = 60.0
"""Seconds after the end of a crawl in which a worker that comes late finds it done, and begins no new one."""

# How far a site is explored that nobody described (scrapy crawl jekyll)

EXPLORE_PAGES = 50_000
"""A run takes so many pages of a site at most, so many sitemaps, and so many images, styles and scripts."""

EXPLORE_DEPTH = 50
"""A page is followed if it is so many links away from the home page at most; the pages of a pager count as one."""

EXPLORE_EMPTY = 3
"""After so many numbered pages in a row that show nothing new, a pager or calendar is thought to be endless."""

EXPLORE_REPEATS = 2
"""One part may occur so many times in the path of a page; with more, the address is thought to be a trap's."""

ASSET_MAXSIZE = 20_000_000
"""An image, style, script or paper of more bytes is not captured."""

# Where responses come from

ORIGINS: dict[str, str] = {}
"""Canonical origin -> origin to ask in its place, for a mirror or a replica; captures have the canonical one."""

ARCHIVE_FIRST = False
"""Use archived responses where there are any, and ask the network only for the rest. On in ``scrapy shell`` and ``scrapy parse``."""

WAYBACK = "https://web.archive.org/web/"
"""For ``-a via=wayback``: the address at which a web archive replays captures, up to the time stamp."""

WAYBACK_CDX = "https://web.archive.org/cdx/search/cdx"
"""For ``-a via=wayback``: the web archive's CDX server; with pywb ``http://HOST/COLLECTION/cdx``."""

WAYBACK_CDX_REQUESTS = 100
"""So many requests, and 5,000 times as many rows, are the most for the list of one host's captures."""

ARCHIVE_ONLY = False
"""Use archived responses only, and list what is missing."""

DOWNLOAD_VERIFY_CERTIFICATES = True  # an archive is evidence; Scrapy's default is off
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024  # a page of news is far smaller; a hostile answer may be endless
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_HANDLERS = {
    "http": "crawler.crawl.download.aiohttp_handler.AiohttpHandler",
    "https": "crawler.crawl.download.aiohttp_handler.AiohttpHandler",
    "ftp": None,  # nothing of a site lies there
    "s3": None,
    "file": None,
    "data": None,
}

# The archive is the HTTP cache

HTTPCACHE_ENABLED = True
HTTPCACHE_POLICY = "crawler.crawl.cache_storage.ArchivePolicy"
HTTPCACHE_STORAGE = "crawler.crawl.cache_storage.ArchiveStorage"

# Of Scrapy's middlewares, those that a site of plain pages needs. The others would cost time for every page; and Scrapy imports
# each class that it is told of, if only to leave it out: that of cookies takes a tenth of a short run.
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": 900,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.crawl.scope.ScopeMiddleware": 50,
    "crawler.crawl.politeness.robots.RobotsMiddleware": 100,
    "crawler.crawl.download.request_defaults.RequestDefaultsMiddleware": 400,
    "crawler.crawl.politeness.silent_hosts.SilentHostsMiddleware": 570,
    "crawler.crawl.download.adapted.DecodingMiddleware": 590,
    "crawler.crawl.download.adapted.RedirectMiddleware": 600,
    "crawler.crawl.politeness.retry_after.RetryAfterMiddleware": 610,  # below Scrapy's retries at 550, and redirects at 600
    "crawler.crawl.scope.ArchiveOnlyMiddleware": 940,
    "crawler.crawl.capture.CaptureMiddleware": 950,  # beyond the cache at 900
}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}  # the spider reports every status itself, and follows the site's own routes only
ITEM_PIPELINES = {
    "crawler.pipelines.derive.DerivePipeline": 100,
    "crawler.pipelines.write.WritePipeline": 900,
}
EXTENSIONS_BASE = {  # without those for a console and for remote control: what they import takes a tenth of a short run
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
}
EXTENSIONS = {
    "crawler.crawl.politeness.crawl_delay.AutoThrottle": 0,
    "crawler.crawl.console.log.PlainLog": 0,
    "crawler.crawl.console.progress.Progress": 5,  # before the lifecycle: its line is gone when the summary is logged
    "crawler.crawl.lifecycle.ArchiveLifecycle": 10,
    "crawler.crawl.garbage_collection.GarbageCollection": 30,
}

# Speed

TWISTED_REACTOR_ENABLED = False  # plain asyncio: nothing here needs Twisted's loop
RETRY_EXCEPTIONS = [  # Scrapy's, but for those of its Twisted handlers: loading them takes a fifth of a second of every run
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
    OSError,
]
CONCURRENT_ITEMS = (
    2  # Scrapy starts this many tasks for every response, 100 by default; scrapy crawl starts none (crawler.crawl.engine)
)
DOWNLOADER = "crawler.crawl.download.downloader.Downloader"  # Scrapy's own exceeds CONCURRENT_REQUESTS_PER_DOMAIN
STATS_CLASS = "crawler.crawl.stats.Stats"
ASYNCIO_EVENT_LOOP = "uvloop.Loop"
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
MEMUSAGE_ENABLED = True

# What a person sees

LOG_LEVEL = "INFO"
LOG_FORMATTER = "crawler.crawl.console.log_formatter.ShortLogFormatter"
STATS_DUMP = False  # the run report has them
LOGSTATS_INTERVAL = 0  # crawler.crawl.console.progress shows more
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # logged once, grouped, at the end of the run

"""One page that shows how an archive has been doing: figures of index and run reports, drawn."""

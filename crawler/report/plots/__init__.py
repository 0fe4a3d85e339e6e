"""One page that shows how an archive has been doing."""

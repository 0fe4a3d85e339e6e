"""Where pages show title, time, names and the like, and what is the site's own."""

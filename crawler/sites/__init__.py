"""What is particular to one site: hosts, routes, markers, the editions of its format."""

"""Jekyll's own converter, in a Ruby process that lives as long as a command."""

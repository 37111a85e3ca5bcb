"""The site's own programs: the playground and the sandbox."""

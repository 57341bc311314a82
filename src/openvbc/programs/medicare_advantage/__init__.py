"""Medicare Advantage, from CMS's rate book."""

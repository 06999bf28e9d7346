"""Views, pages, feeds, sitemap, search records, redirects: a Site becomes files."""

"""The one Markdown dialect: callouts, embeds, footnotes, math, highlighting, Liquid subset, holes. Home of Markdown."""

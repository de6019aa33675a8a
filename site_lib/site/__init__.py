"""The pages of the site: macros, records about them, and checks of what was built."""

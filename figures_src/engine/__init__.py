"""The engine: what is out of date, how a script is run, and what else is built."""

"""Record that somebody looked at a figure, and that what is said of it is true.

``make looked NAME=<figure>`` prints the sentences first; whoever runs it has compared them with the
picture.
"""

import argparse
from datetime import date

from figures_src.engine.catalogue import figures_folder
from site_lib.common.command_line import errors_on_one_line, module_docstring
from site_lib.records.looked_at import RECORD, look_again


def main() -> None:
    """Write down what the figure looks like today."""
    parser = argparse.ArgumentParser(description=module_docstring(main))
    parser.add_argument("figure")
    options = parser.parse_args()
    with errors_on_one_line():
        docs = figures_folder().parent
        for sentence in look_again(docs, options.figure, date.today()):
            print(f"seen in {options.figure}: {sentence}")
        print(f"commit {docs.name}/{RECORD}")


if __name__ == "__main__":
    main()

"""Ratios of speed, all measured in one run: ``make bench``.

Prints the tables and writes them to ``docs/evidence/measured/bench.json``, which the page on
reproducibility shows. Nothing here is a test.
"""

import json
from dataclasses import asdict

import torch

from site_lib.common.files import ROOT, write_text
from site_lib.records.provenance import machine
from site_lib.records.sources import package_versions
from tests.benchmarks import adversarial, biology, feature_visualisation, speed

RECORD = ROOT / "docs" / "evidence" / "measured" / "bench.json"
PACKAGES = ("torch", "torch-lucent", "torchattacks", "foolbox", "rsatoolbox")


def main() -> None:
    """Run all benchmarks and write the record."""
    tables = [
        *biology.tables(),
        *adversarial.tables(),
        *feature_visualisation.tables(),
        *speed.tables(),
    ]
    record = {
        "machine": machine(),
        "processor": torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
        "versions": package_versions(PACKAGES),
        "tables": [asdict(table) for table in tables],
    }
    write_text(RECORD, json.dumps(record, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

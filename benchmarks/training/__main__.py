"""Trains one of the models: `python -m benchmarks.training spans FOLDER`, or `python -m benchmarks.training questions`.

FOLDER holds `train-v1.1.json` and `dev-v1.1.json` of SQuAD 1.1.
"""

import sys
from pathlib import Path

from benchmarks.training import questions, spans

match sys.argv[1:]:
    case ["spans", folder]:
        spans.train(Path(folder))
    case ["questions"]:
        questions.train()
    case _:
        sys.exit(__doc__)

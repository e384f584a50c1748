#!/usr/bin/env python3
"""Holds models/data/scenario.schema.json against the reader over the corpus of scenarios.

Everything in good/ and scenarios/ must pass the schema. Everything in bad/ must fail it, but for
the files in bad/semantic_only.txt, whose mistake a schema cannot see: those must pass, so that the
list stays honest. Names that the schema lists must be those of the data files.
Exit code 1 when they disagree.
"""

import json
import pathlib
import re
import sys

import jsonschema
import yaml

CONFIG = pathlib.Path(__file__).resolve().parent
ROOT = CONFIG.parent.parent
DATA = ROOT / "models" / "data"


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2 core scalars, as editors read them: `yes` and dates are text."""


CoreLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("null", r"^(~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    ("float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", list("-+.0123456789")),
]:
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)
CoreLoader.add_constructor(
    "tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node))
)


def with_text_keys(value):
    """The value as JSON has it: every key is text."""
    if isinstance(value, dict):
        return {str(key): with_text_keys(of) for key, of in value.items()}
    return [with_text_keys(of) for of in value] if isinstance(value, list) else value


def is_valid(path, validator):
    """Whether a file is YAML that the schema accepts."""
    try:
        value = yaml.load(path.read_text(encoding="utf-8"), Loader=CoreLoader)
        return validator.is_valid(with_text_keys(value))
    except (yaml.YAMLError, RecursionError):
        return False


def semantic_only():
    """File names of mistakes that a schema cannot see."""
    lines = (CONFIG / "bad" / "semantic_only.txt").read_text(encoding="utf-8").splitlines()
    return {line.split(":")[0] for line in lines if line and not line.startswith("#")}


def name_disagreements(schema):
    """Lists of names in the schema that differ from the data."""
    load = lambda path: yaml.safe_load(path.read_text(encoding="utf-8"))
    runtimes = set(load(DATA / "runtimes.yaml")["runtimes"])
    regions = {name for path in (DATA / "prices").glob("*.yaml") for name in load(path)["regions"]}
    platforms = {path.stem for path in (DATA / "platforms").glob("*.yaml")}
    definitions = schema["definitions"]
    values = definitions["function_values"]["properties"]
    kinds = values["resources"]["additionalProperties"]["properties"]["kind"]
    lists = {
        "runtimes": (
            set(definitions["function"]["else"]["properties"]["runtime"]["enum"]),
            runtimes,
        ),
        "runtime examples": (set(values["runtime"]["examples"]), runtimes),
        "regions": (set(schema["properties"]["region"]["enum"]), regions),
        "platforms": (set(schema["properties"]["platform"]["enum"]), platforms),
        "kinds": (set(kinds["enum"]), set(load(DATA / "resources.yaml")["kinds"])),
    }
    for what, (listed, known) in lists.items():
        if listed != known:
            yield f"{what}: the schema and the data differ by {sorted(listed ^ known)}"


def corpus_disagreements(validator):
    """Files on which the schema and the reader differ."""
    good = sorted((CONFIG / "good").glob("*.yaml")) + sorted((ROOT / "scenarios").glob("*.yaml"))
    bad = sorted((CONFIG / "bad").glob("*.yaml"))
    unseen = semantic_only()
    if len(good) < 5 or len(bad) < 40:
        yield f"the corpus is not there: {len(good)} good and {len(bad)} bad files"
    for path in good:
        if not is_valid(path, validator):
            yield f"{path.relative_to(ROOT)}: valid, but the schema refuses it"
    for path in bad:
        accepted = is_valid(path, validator)
        if accepted and path.name not in unseen:
            yield f"{path.relative_to(ROOT)}: has a mistake, but the schema accepts it"
        if not accepted and path.name in unseen:
            yield f"{path.relative_to(ROOT)}: stands in semantic_only.txt, but the schema sees it"
    for name in sorted(unseen - {path.name for path in bad}):
        yield f"semantic_only.txt names {name}, which is not there"


def main():
    """Prints every disagreement."""
    schema = json.loads((DATA / "scenario.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    found = [*name_disagreements(schema), *corpus_disagreements(validator)]
    for line in found:
        print(line, file=sys.stderr)
    print("schema and reader " + ("disagree" if found else "agree"))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Writes testdata/create-only.json: the properties, by type, that CloudFormation can't change in place.

They come from CloudFormation's resource schemas (createOnlyProperties and conditionalCreateOnlyProperties), in the copy
that cfn-lint carries. `pip install cfn-lint`, then run this in the project's folder:

    python3 tools/create-only.py
"""
import glob
import json
import pathlib

import cfnlint

SCHEMAS = pathlib.Path(cfnlint.__file__).parent / "data" / "schemas"
# Social sign-in, a setting, adds these to what the golden templates have.
types = {"AWS::Cognito::UserPoolDomain", "AWS::Cognito::UserPoolIdentityProvider"}
for name in glob.glob("testdata/*/*.json"):
    types |= {r["Type"] for r in json.load(open(name))["Resources"].values() if r["Type"].startswith("AWS::")}

region = json.loads((SCHEMAS / "providers" / "us-east-1.json").read_text())
found = {}
for kind in sorted(types):
    schema = json.loads((SCHEMAS / "resources" / (region[kind] + ".json")).read_text())
    paths = schema.get("createOnlyProperties", []) + schema.get("conditionalCreateOnlyProperties", [])
    found[kind] = sorted(path.removeprefix("/properties/").replace("/", ".") for path in paths)

date = json.loads((SCHEMAS / "version.json").read_text())["schema_date"][:10]
source = f"CloudFormation's resource schemas of {date}, from cfn-lint {cfnlint.version.__version__}, by tools/create-only.py"
pathlib.Path("testdata/create-only.json").write_text(json.dumps({"source": source, "types": found}, indent=2) + "\n")

"""Holds answers to AWS's own service models, which all SDKs are made of: models.py ANSWERS.

A line of ANSWERS is an answer: service, operation, status, headers, body (base64). Of each that is no error, the members are to be
those of the operation's output, of their types, with the required ones and of the enums; of each error, the code is to be one of the
operation's, or one that all operations of the service have. A verdict is written for each. That botocore's own parser reads the answer
is looked at first: it is lenient, and takes what it knows.
"""

import base64
import json
import os
import sys
import xml.etree.ElementTree as ET

import botocore
import botocore.parsers
import botocore.session

SESSION = botocore.session.get_session()
NAMES = {"monitoring": "cloudwatch", "cloudcontrolapi": "cloudcontrol"}
MODELS = {}

# What any operation may be refused with. https://docs.aws.amazon.com/awssupport/latest/user/ has no list of these: each service's
# reference has a page CommonErrors, S3's ErrorResponses.
COMMON = {
    "AccessDenied", "AccessDeniedException", "ExpiredToken", "ExpiredTokenException", "IncompleteSignature", "IncompleteSignatureException", "InternalFailure",
    "InvalidAction", "InvalidClientTokenId", "InvalidSignatureException", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
    "NotAuthorized", "OptInRequired", "RequestExpired", "SerializationException", "ServiceUnavailable", "SignatureDoesNotMatch", "ThrottlingException",
    "UnknownOperationException", "UnrecognizedClientException", "ValidationError", "ValidationException",
}


def model(service):
    if service not in MODELS:
        MODELS[service] = SESSION.get_service_model(NAMES.get(service, service))
    return MODELS[service]


class Faults(list):
    def value(self, shape, value, path):
        """A value of JSON's, or what was parsed, against its shape."""
        kind = shape.type_name
        if value is None:
            return
        if kind == "structure":
            if not isinstance(value, dict):
                self.append(f"{path}: got {value!r}, want an object")
                return
            names = {m.serialization.get("name", n): m for n, m in shape.members.items()}
            for name in value.keys() - names.keys() - {"ResponseMetadata", "__type"}:
                self.append(f"{path}.{name}: is no member of {shape.name}")
            for name in shape.required_members:
                wire = shape.members[name].serialization.get("name", name)
                if value.get(wire, value.get(name)) is None and not shape.members[name].serialization.get("location"):
                    self.append(f"{path}.{name}: is missing, and required")
            for name in value.keys() & names.keys():
                self.value(names[name], value[name], f"{path}.{name}")
        elif kind == "list":
            for one in value:
                self.value(shape.member, one, path + "[]")
        elif kind == "map":
            for name, one in value.items():
                self.value(shape.value, one, f"{path}.*")
        elif kind == "string":
            if not isinstance(value, str):
                self.append(f"{path}: got {value!r}, want a text")
            elif shape.enum and value not in shape.enum:
                self.append(f"{path}: got {value!r}, want one of {shape.enum}")
        elif kind == "boolean" and not isinstance(value, bool):
            self.append(f"{path}: got {value!r}, want true or false")
        elif kind in ("integer", "long") and (isinstance(value, bool) or not isinstance(value, int)):
            self.append(f"{path}: got {value!r}, want a whole number")
        elif kind in ("float", "double") and (isinstance(value, bool) or not isinstance(value, (int, float))):
            self.append(f"{path}: got {value!r}, want a number")

    def element(self, shape, node, path):
        """An element of XML against its shape: none that the shape has not."""
        kind = shape.type_name
        if kind == "structure":
            names = {}
            for name, member in shape.members.items():
                if member.serialization.get("location"):
                    continue
                wire = member.serialization.get("name", name)
                if member.type_name == "list" and (member.serialization.get("flattened")):
                    wire = member.member.serialization.get("name", wire) if "name" not in member.serialization else wire
                names[wire] = member
            for child in node:
                tag = child.tag.split("}")[-1]
                if tag not in names:
                    self.append(f"{path}.{tag}: is no member of {shape.name}")
                    continue
                member = names[tag]
                if member.type_name == "list" and member.serialization.get("flattened"):
                    self.element(member.member, child, f"{path}.{tag}")
                else:
                    self.element(member, child, f"{path}.{tag}")
        elif kind == "list":
            wire = shape.member.serialization.get("name", "member")
            for child in node:
                tag = child.tag.split("}")[-1]
                if tag != wire:
                    self.append(f"{path}.{tag}: want {wire}")
                else:
                    self.element(shape.member, child, path + "[]")
        elif kind == "string" and shape.enum and (node.text or "") not in shape.enum:
            self.append(f"{path}: got {node.text!r}, want one of {shape.enum}")
        elif kind in ("integer", "long") and not (node.text or "").lstrip("-").isdigit():
            self.append(f"{path}: got {node.text!r}, want a whole number")
        elif kind == "boolean" and node.text not in ("true", "false"):
            self.append(f"{path}: got {node.text!r}, want true or false")


def ofs3(code):
    """S3's model names few errors; its guide has the list. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""
    return code in {
        "AccessControlListNotSupported", "BadDigest", "BucketNotEmpty", "EntityTooLarge", "EntityTooSmall", "InvalidArgument", "InvalidBucketName", "InvalidDigest", "InvalidPart", "InvalidPartOrder",
        "InvalidRange", "InvalidRequest", "InvalidStorageClass", "InvalidTag", "InvalidURI", "KeyTooLongError", "MalformedXML", "MetadataTooLarge", "MethodNotAllowed", "MissingContentLength",
        "NoSuchBucket", "NoSuchCORSConfiguration", "NoSuchKey", "NoSuchUpload", "NoSuchVersion", "NotImplemented", "PreconditionFailed", "RequestTimeTooSkewed",
        "XAmzContentSHA256Mismatch", "AuthorizationHeaderMalformed", "AuthorizationQueryParametersError", "InvalidAccessKeyId", "304", "404", "403", "400", "412", "405", "416",
        "ConditionalRequestConflict", "IncompleteBody", "InvalidToken", "UnexpectedContent", "MissingSecurityHeader", "TooManyParts",
    }


def judge(answer):
    service = model(answer["service"])
    operation = service.operation_model(answer["operation"])
    faults = Faults()
    body = base64.b64decode(answer["body"] or "")
    headers = botocore.awsrequest.HeadersDict({k: v[0] for k, v in answer["headers"].items()})
    protocol = service.resolved_protocol if hasattr(service, "resolved_protocol") else service.metadata["protocol"]
    status = answer["status"]
    shape = operation.output_shape
    streams = shape is not None and shape.serialization.get("payload") and shape.members[shape.serialization["payload"]].type_name != "structure"
    if status >= 300:
        parsed = botocore.parsers.create_parser(protocol).parse({"status_code": status, "headers": headers, "body": body}, shape)
        code = parsed["Error"]["Code"]
        declared = {s.error_code for s in operation.error_shapes} | {s.name for s in operation.error_shapes}
        if code not in declared | COMMON and not (answer["service"] == "s3" and ofs3(code)):
            faults.append(f"the error {code}: is none of {operation.name}'s")
        return faults
    if shape is None:
        return faults
    parsed = botocore.parsers.create_parser(protocol).parse({"status_code": status, "headers": headers, "body": body if not streams else b""}, shape)
    if streams:
        return faults
    if "json" in protocol:
        tree = json.loads(body or b"{}")
        if protocol == "rest-json" and shape.serialization.get("payload"):
            shape = shape.members[shape.serialization["payload"]]
        faults.value(shape, tree, operation.name)
    elif "cbor" in protocol:
        parsed.pop("ResponseMetadata", None)
        faults.value(shape, parsed, operation.name)
    elif body.strip():
        root = ET.fromstring(body)
        if protocol == "query":
            wrapper = shape.serialization.get("resultWrapper")
            root = next((c for c in root if c.tag.split("}")[-1] == wrapper), root) if wrapper else root
        elif shape.serialization.get("payload"):
            shape = shape.members[shape.serialization["payload"]]
        if not (answer["service"] == "s3" and operation.name == "GetBucketLocation"):
            faults.element(shape, root, operation.name)
    return faults


def spoiled(answer):
    """Whether a member that the model has not is noticed in an answer: that this judge sees something."""
    body = base64.b64decode(answer["body"] or "")
    if answer["status"] >= 300 or answer["refused"] or "/" in answer["operation"]:
        return False
    if body.startswith(b"{") and body.rstrip().endswith(b"}") and len(body) > 2:
        body = b'{"Spoiled": 1, ' + body[1:]
    elif body.startswith(b"<") and body.rstrip().endswith(b"Response>") or body.rstrip().endswith(b"Result>"):
        end = body.rindex(b"</", 0, body.rindex(b"<ResponseMetadata")) if b"<ResponseMetadata" in body else body.rindex(b"</")
        body = body[:end] + b"<Spoiled/>" + body[end:]
    else:
        return False
    try:
        return any("Spoiled" in fault for fault in judge({**answer, "body": base64.b64encode(body).decode()}))
    except botocore.model.OperationNotFoundError:
        return False


def main():
    with open(os.environ["JUDGE_CASES"], "a", encoding="utf-8") as cases, open(sys.argv[1], encoding="utf-8") as answers:
        def write(**line):
            cases.write(json.dumps(line) + "\n")
        write(version="botocore " + botocore.__version__)
        noticed = set()
        for line in answers:
            answer = json.loads(line)
            if answer["service"] not in noticed and spoiled(answer):
                noticed.add(answer["service"])
            if answer["refused"] or answer["operation"] in ("POST /graphql", "Preflight") or "/" in answer["operation"] or answer["operation"] == "OPTIONS":
                continue
            try:
                faults = judge(answer)
            except botocore.model.OperationNotFoundError:
                continue
            what = {"Service": answer["service"], "Name": answer["operation"]}
            why = "; ".join(sorted(set(faults))[:4])
            write(case=why or "agrees", ok=not faults, why=why, of=what)
        if len(noticed) < 5:
            sys.exit(f"of spoiled answers, those of {noticed} alone were noticed")


main()

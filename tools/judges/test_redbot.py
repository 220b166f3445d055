"""REDbot, the linter of HTTP by the editor of its specification, on what CloudFront gives viewers: it asks for each resource again by
ETag, by date, for a part of it and compressed, and holds the answers against each other and against the RFCs."""

import configparser
import os
from urllib.parse import quote

import boto3
import pytest
import thor
from botocore.config import Config
from httplint.note import levels
from redbot.resource import HttpResource
from redbot.resource.fetch import RedFetcher, RedHttpClient

JUDGE = ["redbot", "httplint"]

TEXT = ("What a viewer gets. " * 500).encode()
RESOURCES = {
    "plain.txt": {"Body": TEXT, "ContentType": "text/plain; charset=utf-8", "CacheControl": "max-age=3600"},
    "page.html": {"Body": b"<!DOCTYPE html><title>t</title><p>" + TEXT, "ContentType": "text/html; charset=utf-8", "CacheControl": "no-cache"},
    "hashed.abc123.js": {"Body": b"//" + TEXT, "ContentType": "text/javascript; charset=utf-8", "CacheControl": "max-age=31536000, immutable"},
    "picture.png": {"Body": os.urandom(50_000), "ContentType": "image/png", "CacheControl": "max-age=86400"},
    "small.json": {"Body": b'{"a": "' + b"1" * 200 + b'"}', "ContentType": "application/json", "CacheControl": "max-age=60"},
    "with space/ü.txt": {"Body": TEXT, "ContentType": "text/plain; charset=utf-8", "CacheControl": "max-age=60"},
    "expires.txt": {"Body": TEXT, "ContentType": "text/plain; charset=utf-8", "Expires": "2037-01-01T00:00:00Z"},
    "attached.bin": {"Body": os.urandom(300), "ContentType": "application/octet-stream", "ContentDisposition": 'attachment; filename="a.bin"', "CacheControl": "max-age=60"},
}


@pytest.fixture(scope="module", autouse=True)
def site():
    s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
    for name, of in RESOURCES.items():
        s3.put_object(Bucket="judged-files", Key="site/" + name, **of)
    yield
    for name in RESOURCES:
        s3.delete_object(Bucket="judged-files", Key="site/" + name)


def linted(judged, url, method="GET", headers=()):
    """A resource as REDbot has seen it, all of its requests done."""
    config = configparser.ConfigParser()
    config.read_dict({"redbot": {"enable_local_access": "True"}})
    RedFetcher.client = RedHttpClient()  # its connections don't outlive a run of the loop
    resource = HttpResource(config["redbot"])
    resource.set_request(url, method=method, headers=[("X-Api-Host", judged["Site"]), *headers])

    @thor.events.on(resource)
    def check_done():
        thor.stop()

    resource.check()
    if not resource.check_done:
        thor.run()
    assert resource.fetch_error is None, resource.fetch_error
    return resource


def notes(resource):
    """All that it notes, of the resource and of what it asked besides, by their names."""
    every = list(resource.response.notes)
    for check in resource.subreqs.values():
        every += check.response.notes
    return {type(note).__name__: note for note in every}


def held(resource, allowed=()):
    """What it holds against the resource."""
    return [f"{name}: {note.summary}" for name, note in notes(resource).items() if note.level in (levels.BAD, levels.WARN) and name not in allowed]


@pytest.mark.parametrize("again", [False, True], ids=["from-the-origin", "from-the-cache"])
@pytest.mark.parametrize("name", RESOURCES)
def test_resource(judged, name, again):
    resource = linted(judged, f"{judged['Secure']}/site/{quote(name)}")
    assert resource.response.status_code == 200 and resource.response.content_length == len(RESOURCES[name]["Body"])
    assert held(resource) == []
    assert resource.inm_support and resource.partial_support, sorted(notes(resource))
    text = not name.endswith((".png", ".bin")) and len(RESOURCES[name]["Body"]) >= 1000  # what CloudFront compresses
    assert bool(resource.gzip_support) == text, sorted(notes(resource))


@pytest.mark.parametrize("name", RESOURCES)
def test_head(judged, name):
    """A HEAD, whose header is that of the GET."""
    head, get = (linted(judged, f"{judged['Secure']}/site/{quote(name)}", method) for method in ("HEAD", "GET"))
    assert head.response.status_code == 200 and held(head) == []
    changing = ("date", "age", "x-amz-cf-id", "x-cache", "connection")
    assert {n.lower(): v for n, v in head.response.headers.text if n.lower() not in changing} == \
        {n.lower(): v for n, v in get.response.headers.text if n.lower() not in changing}


def test_nothing_there(judged):
    resource = linted(judged, judged["Secure"] + "/site/none")
    assert resource.response.status_code == 403 and held(resource) == []


def test_by_plain_http(judged):
    resource = linted(judged, judged["Endpoint"] + "/site/plain.txt?x=1")
    assert resource.response.status_code == 301 and held(resource) == []
    assert dict((n.lower(), v) for n, v in resource.response.headers.text)["location"].strip() == f"https://{judged['Site']}/site/plain.txt?x=1"

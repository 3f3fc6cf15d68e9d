"""The recipe for a local network: a certificate of the office's own, and the app starts over it without a line."""

import base64
import hashlib
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from inspections.models import Inspection
from scripts.make_certificate import make
from tests.browser.field.conftest import TASKS, Phones
from tests.browser.field.line import Line
from tests.world import World


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """The folder with what scripts/make_certificate.py makes for this machine."""
    folder = tmp_path / "tls"
    make(folder, ["localhost", "127.0.0.1"])
    return folder


@pytest.fixture
def line(live_server: LiveServer, certificate: Path) -> Iterator[Line]:
    """The line with TLS at its end."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "server.crt", certificate / "server.key")
    host, port = live_server.url.removeprefix("http://").split(":")
    made = Line((host, int(port)), tls=context)
    made.connect()
    yield made
    made.cut()


def _trusting(certificate: Path) -> str:
    """Return the argument that lets Chromium trust exactly this key, as a phone does with the authority installed."""
    key = x509.load_pem_x509_certificate((certificate / "server.crt").read_bytes()).public_key()
    digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    return f"--ignore-certificate-errors-spki-list={base64.b64encode(digest).decode()}"


def test_app_starts_without_a_line_over_https_with_an_own_certificate(
    day: World, line: Line, phones: Phones, certificate: Path
) -> None:
    hand = phones()
    hand.launch = {**hand.launch, "args": [*hand.launch["args"], _trusting(certificate)]}
    hand.takes_the_phone()
    hand.opens_the_app()
    assert hand.page.evaluate("[isSecureContext, location.protocol]") == [True, "https:"]
    hand.signs_in()
    expect(hand.page.locator(".fa-task")).to_have_count(3)
    hand.waits_until_the_app_is_kept()
    hand.puts_it_away()

    line.cut()
    hand.takes_the_phone()
    hand.loses_the_line()
    hand.opens_the_app()
    hand.unlocks()
    questions = hand.begins(TASKS[0])
    hand.answers(questions, "certificate_valid", "fail")
    hand.files(questions)
    hand.puts_it_away()

    line.connect()
    hand.takes_the_phone()
    hand.opens_the_app()
    hand.unlocks()
    hand.sees_everything_sent()
    assert Inspection.objects.get().result == "fail"


def test_own_certificate_holds_the_names_and_the_chain(certificate: Path) -> None:
    server, authority = x509.load_pem_x509_certificates((certificate / "server.crt").read_bytes())
    server.verify_directly_issued_by(authority)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
    assert (server.not_valid_after_utc - server.not_valid_before_utc).days <= 398
    assert (certificate / "server.key").stat().st_mode & 0o077 == 0
    before = (certificate / "ca.crt").read_bytes()
    make(certificate, ["sotram.lan"])
    assert (certificate / "ca.crt").read_bytes() == before
    (certificate / "ca.key").unlink()  # locked away, as the recipe says
    with pytest.raises(SystemExit, match=r"bring .*ca\.key back"):
        make(certificate, ["sotram.lan"])
    assert (certificate / "ca.crt").read_bytes() == before

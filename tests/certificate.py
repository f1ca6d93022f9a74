"""Certificates for the servers of tests: self-signed ones, and those of an authority of ours."""

import datetime as dt
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def server_context(folder: Path, name: str = "peer.test") -> ssl.SSLContext:
    """Make a key and a certificate in `folder`, and a server's context of them."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / "certificate.pem", folder / "key.pem"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(_private(key))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    return context


class Authority:
    """Issues certificates; `trusting` is a client's context that believes it and nobody else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        self.certificate = self._sign(
            self._name,
            self._key.public_key(),
            x509.BasicConstraints(ca=True, path_length=None),
            usage,
            x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()),
        )

    @property
    def der(self) -> bytes:
        """The authority's own certificate."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def trusting(self) -> ssl.SSLContext:
        """A client's context that checks names, too."""
        pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()
        return ssl.create_default_context(cadata=pem)

    def write(self) -> Path:
        """The file that a process that believes it is told of (SSL_CERT_FILE)."""
        path = self._folder / "authority.pem"
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def serving(self, name: str, *, expired: bool = False) -> tuple[ssl.SSLContext, bytes]:
        """A server's context with a certificate for `name` and the authority's, and the former as DER."""
        chain, secret = self.issue(name, expired=expired)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, secret)
        certificate = x509.load_pem_x509_certificate(chain.read_bytes())
        return context, certificate.public_bytes(serialization.Encoding.DER)

    def issue(self, name: str, *, expired: bool = False) -> tuple[Path, Path]:
        """The files of a server's chain and key."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
            key.public_key(),
            x509.SubjectAlternativeName([x509.DNSName(name)]),
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),
            expired=expired,
        )
        chain, secret = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        pems = (each.public_bytes(serialization.Encoding.PEM) for each in (certificate, self.certificate))
        chain.write_bytes(b"".join(pems))
        secret.write_bytes(_private(key))
        return chain, secret

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        *extensions: x509.ExtensionType,
        expired: bool = False,
    ) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=9))
            .not_valid_after(now + dt.timedelta(days=-1 if expired else 9))
        )
        for extension in extensions:
            critical = isinstance(extension, x509.BasicConstraints | x509.KeyUsage)
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign(self._key, hashes.SHA256())


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

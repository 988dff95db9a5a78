using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdentityGrpc.Redis.Tests.Support;

/// <summary>A certificate of 127.0.0.1 of its own, in files, that the process can be made to trust.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("identitygrpc-tls-");

    public TestCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
    }

    public string CertificatePath => Path.Combine(_folder.FullName, "redis.crt");

    public string KeyPath => Path.Combine(_folder.FullName, "redis.key");

    /// <summary>Trusts it until disposed of. StackExchange.Redis reads the variable itself; no setting of the service is needed.</summary>
    public IDisposable Trusted() => new Trust(CertificatePath);

    public void Dispose() => _folder.Delete(recursive: true);

    private sealed class Trust : IDisposable
    {
        private const string Variable = "SERedis_IssuerCertPath";
        private readonly string? _before = Environment.GetEnvironmentVariable(Variable);

        public Trust(string path) => Environment.SetEnvironmentVariable(Variable, path);

        public void Dispose() => Environment.SetEnvironmentVariable(Variable, _before);
    }
}

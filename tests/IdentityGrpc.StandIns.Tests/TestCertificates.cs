using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IdentityGrpc.StandIns.Tests;

/// <summary>A certificate authority of one test's own, a server for loopback and a client, signed by it.</summary>
internal sealed class TestCertificates : IDisposable
{
    public const string ClientName = "probe-client";
    public const string ClientDnsName = "client.probe.test";

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly DateTimeOffset s_from = TimeProvider.System.GetUtcNow().AddHours(-1);
    private static readonly DateTimeOffset s_until = s_from.AddDays(1);

    public TestCertificates()
    {
        Authority = CreateAuthority();
        var loopback = new SubjectAlternativeNameBuilder();
        loopback.AddDnsName("localhost");
        loopback.AddIpAddress(IPAddress.Loopback);
        Server = Sign("localhost", loopback, ServerAuthentication);
        var client = new SubjectAlternativeNameBuilder();
        client.AddDnsName(ClientDnsName);
        Client = Sign(ClientName, client, ClientAuthentication);
    }

    public X509Certificate2 Authority { get; }

    public X509Certificate2 Server { get; }

    public X509Certificate2 Client { get; }

    /// <summary>Trusts this authority and nobody else.</summary>
    public X509ChainPolicy ChainPolicy => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { Authority },
        RevocationMode = X509RevocationMode.NoCheck,
    };

    public void Dispose()
    {
        Authority.Dispose();
        Server.Dispose();
        Client.Dispose();
    }

    private static X509Certificate2 CreateAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=probe-authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(s_from, s_until);
    }

    private X509Certificate2 Sign(string commonName, SubjectAlternativeNameBuilder names, string purpose)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        using var certificate = request.Create(Authority, s_from, s_until, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}

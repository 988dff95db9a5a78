using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using IdentityGrpc.Testing;
using StackExchange.Redis;

namespace IdentityGrpc.StandIns.Tests.Redis;

/// <summary>Connections over TLS, which run over a stream instead of a bare socket, and with a password.</summary>
public sealed class RedisSecurityTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("identitygrpc-tls-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Tls_Commands_AreAnswered()
    {
        var port = FreePort.Next();
        await using var server = await RedisServer.StartNewAsync(TlsOptions(port), Cancel);
        var options = ConfigurationOptions.Parse($"127.0.0.1:{port},ssl=true,sslHost=localhost,{RedisFixture.Patient}");
        options.CertificateValidation += (_, certificate, chain, _) =>
        {
            chain!.ChainPolicy = _certificates.ChainPolicy;
            return chain.Build((X509Certificate2)certificate!);
        };
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        var database = connection.GetDatabase();
        var large = new byte[2_000_000];
        large.AsSpan().Fill(7);

        await database.StringSetAsync("large", large);
        var values = await Task.WhenAll(Enumerable.Range(0, 5_000).Select(async i =>
        {
            await database.StringSetAsync($"tls:{i}", i);
            return (int)await database.StringGetAsync($"tls:{i}");
        }));

        Assert.Equal(Enumerable.Range(0, 5_000), values);
        byte[]? received = await database.StringGetAsync("large");
        Assert.True(large.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public async Task Password_RightAndWrong_AdmitsAndRefuses()
    {
        await using var server = await RedisServer.StartNewAsync(["--requirepass", "open sesame"], Cancel);
        var options = ConfigurationOptions.Parse($"{server.ConnectionString},connectTimeout=2000,connectRetry=1");

        options.Password = "open sesame";
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        Assert.True(await connection.GetDatabase().StringSetAsync("key", "value"));

        options.Password = "wrong";
        await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(options));
    }

    private IReadOnlyList<string> TlsOptions(int port)
    {
        using var key = _certificates.Server.GetECDsaPrivateKey()!;
        return
        [
            "--tls-port", port.ToString(CultureInfo.InvariantCulture),
            "--tls-auth-clients", "no",
            "--tls-ca-cert-file", Write("authority.pem", _certificates.Authority.ExportCertificatePem()),
            "--tls-cert-file", Write("server.pem", _certificates.Server.ExportCertificatePem()),
            "--tls-key-file", Write("server.key", key.ExportPkcs8PrivateKeyPem()),
        ];
    }

    private string Write(string name, string pem)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, pem);
        return path;
    }
}

using System.Net.Security;
using Grpc.Core;
using IdentityGrpc.StandIns.Tests.Probes;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace IdentityGrpc.StandIns.Tests.Grpc;

/// <summary>TLS, and what the server learns from a client's certificate.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task Call_OverTls_Succeeds()
    {
        await using var host = await StartAsync(ProbeHandlers.Echo, ClientCertificateMode.NoCertificate);

        var answer = await Client(host, withCertificate: false)
            .UnaryAsync(new Probe { Text = "secret" }, cancellationToken: Cancel);

        Assert.Equal("https", host.Address.Scheme);
        Assert.Equal("secret", answer.Text);
    }

    [Fact]
    public async Task Call_ToAServerOfAnUnknownAuthority_IsUnavailable()
    {
        await using var host = await StartAsync(ProbeHandlers.Echo, ClientCertificateMode.NoCertificate);

        var error = await Assert.ThrowsAsync<RpcException>(() =>
            host.Client().UnaryAsync(new Probe(), cancellationToken: Cancel).ResponseAsync);

        Assert.Contains(error.StatusCode, new[] { StatusCode.Unavailable, StatusCode.Internal });
    }

    [Fact]
    public async Task AuthContext_WithAClientCertificate_NamesThePeer()
    {
        AuthContext? seen = null;
        await using var host = await StartAsync(Showing(context => seen = context), ClientCertificateMode.RequireCertificate);

        await Client(host, withCertificate: true).UnaryAsync(new Probe(), cancellationToken: Cancel);

        Assert.NotNull(seen);
        Assert.True(seen.IsPeerAuthenticated);
        Assert.Equal("x509_subject_alternative_name", seen.PeerIdentityPropertyName);
        Assert.Equal([TestCertificates.ClientDnsName], seen.PeerIdentity.Select(property => property.Value));
        Assert.Equal(
            [TestCertificates.ClientName],
            seen.FindPropertiesByName("x509_common_name").Select(property => property.Value));
        Assert.Equal(2, seen.Properties.Count());
        Assert.Empty(seen.FindPropertiesByName("absent"));
    }

    [Fact]
    public async Task AuthContext_WithoutAClientCertificate_IsNotAuthenticated()
    {
        AuthContext? seen = null;
        await using var host = await StartAsync(Showing(context => seen = context), ClientCertificateMode.AllowCertificate);

        await Client(host, withCertificate: false).UnaryAsync(new Probe(), cancellationToken: Cancel);

        Assert.NotNull(seen);
        Assert.False(seen.IsPeerAuthenticated);
        Assert.Null(seen.PeerIdentityPropertyName);
        Assert.Empty(seen.PeerIdentity);
        Assert.Empty(seen.Properties);
    }

    [Fact]
    public async Task Call_WithoutARequiredCertificate_Fails()
    {
        await using var host = await StartAsync(ProbeHandlers.Echo, ClientCertificateMode.RequireCertificate);

        await Assert.ThrowsAsync<RpcException>(() =>
            Client(host, withCertificate: false).UnaryAsync(new Probe(), cancellationToken: Cancel).ResponseAsync);
    }

    [Fact]
    public void AuthProperty_Bytes_AreCopied()
    {
        byte[] bytes = [.. "name"u8];
        var property = AuthProperty.Create("key", bytes);

        bytes[0] = 0;
        property.ValueBytes[1] = 0;

        Assert.Equal("key", property.Name);
        Assert.Equal("name", property.Value);
    }

    private static ProbeHandlers Showing(Action<AuthContext> show) => new()
    {
        OnUnary = (request, context) =>
        {
            show(context.AuthContext);
            return Task.FromResult(request);
        },
    };

    private Task<ProbeHost> StartAsync(ProbeHandlers handlers, ClientCertificateMode mode) =>
        ProbeHost.StartAsync(handlers, https: https =>
        {
            https.ServerCertificate = _certificates.Server;
            https.ClientCertificateMode = mode;
            https.ClientCertificateValidation = (certificate, chain, _) =>
            {
                chain!.ChainPolicy = _certificates.ChainPolicy;
                return chain.Build(certificate);
            };
        });

    private ProbeService.ProbeServiceClient Client(ProbeHost host, bool withCertificate) => host.Client(options =>
        options.HttpHandler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = _certificates.ChainPolicy,
                ClientCertificates = withCertificate ? [_certificates.Client] : null,
            },
        });
}

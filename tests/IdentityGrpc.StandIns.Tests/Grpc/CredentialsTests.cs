using System.Collections.Concurrent;
using System.Net.Security;
using Grpc.Core;
using IdentityGrpc.StandIns.Tests.Probes;

namespace IdentityGrpc.StandIns.Tests.Grpc;

/// <summary>Credentials of calls and channels, alone and composed.</summary>
public sealed class CredentialsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly ConcurrentQueue<Metadata> _seen = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task CallCredentials_OfOneCall_TravelWithIt()
    {
        await using var host = await StartAsync();
        var client = Client(host, new SslCredentials());
        var options = new CallOptions(credentials: Adding("authorization", "Bearer t-1"), cancellationToken: Cancel);

        await client.UnaryAsync(new Probe(), options);
        await client.UnaryAsync(new Probe(), cancellationToken: Cancel);

        Assert.Equal(["Bearer t-1", null], _seen.Select(headers => headers.GetValue("authorization")));
    }

    [Fact]
    public async Task ChannelCredentials_WithCallCredentials_TravelWithEveryCall()
    {
        await using var host = await StartAsync();
        var client = Client(host, ChannelCredentials.Create(ChannelCredentials.SecureSsl, Adding("x-app", "a")));

        await client.UnaryAsync(new Probe(), cancellationToken: Cancel);
        await client.UnaryAsync(new Probe(), cancellationToken: Cancel);

        Assert.Equal(["a", "a"], _seen.Select(headers => headers.GetValue("x-app")));
    }

    [Fact]
    public async Task Compose_SeveralCallCredentials_AppliesAllInOrder()
    {
        await using var host = await StartAsync();
        var order = new ConcurrentQueue<string>();
        var composed = CallCredentials.Compose(Noting("1", order), Noting("2", order), Noting("3", order));

        await Client(host, new SslCredentials())
            .UnaryAsync(new Probe(), new CallOptions(credentials: composed, cancellationToken: Cancel));

        Assert.Equal(["1", "2", "3"], order);
        Assert.All(["1", "2", "3"], name => Assert.Equal(name, _seen.Single().GetValue($"x-note-{name}")));
    }

    [Fact]
    public async Task Compose_NestedBesideThoseOfTheChannel_AppliesAll()
    {
        await using var host = await StartAsync();
        var pair = CallCredentials.Compose(Adding("x-b", "2"), Adding("x-c", "3"));
        var nested = CallCredentials.Compose(pair, Adding("x-d", "4"));
        var client = Client(host, ChannelCredentials.Create(new SslCredentials(), Adding("x-a", "1")));

        await client.UnaryAsync(new Probe(), new CallOptions(credentials: nested, cancellationToken: Cancel));

        var headers = _seen.Single();
        Assert.Equal(["1", "2", "3", "4"], new[] { "x-a", "x-b", "x-c", "x-d" }.Select(headers.GetValue));
    }

    [Fact]
    public async Task Interceptor_Context_NamesTheCall()
    {
        await using var host = await StartAsync();
        AuthInterceptorContext? context = null;
        var credentials = CallCredentials.FromInterceptor((asked, _) =>
        {
            context = asked;
            return Task.CompletedTask;
        });

        await Client(host, new SslCredentials())
            .UnaryAsync(new Probe(), new CallOptions(credentials: credentials, cancellationToken: Cancel));

        Assert.NotNull(context);
        Assert.Equal("Unary", context.MethodName);
        Assert.Equal($"{host.Address.GetLeftPart(UriPartial.Authority)}/standins.probe.v1.ProbeService", context.ServiceUrl);
        Assert.True(context.CancellationToken.CanBeCanceled);
    }

    [Fact]
    public async Task Interceptor_Throws_TheCallFailsAndIsNotSent()
    {
        await using var host = await StartAsync();
        var credentials = CallCredentials.FromInterceptor((_, _) => throw new InvalidOperationException("no token"));

        await Assert.ThrowsAsync<RpcException>(() => Client(host, new SslCredentials())
            .UnaryAsync(new Probe(), new CallOptions(credentials: credentials, cancellationToken: Cancel)).ResponseAsync);

        Assert.Empty(_seen);
    }

    /// <summary>In clear text a secret is withheld, unless the caller insists.</summary>
    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "secret")]
    public async Task CallCredentials_InClearText_TravelOnlyWhereAllowed(bool allowed, string? expected)
    {
        await using var host = await ProbeHost.StartAsync(Recording());
        var client = host.Client(options => options.UnsafeUseInsecureChannelCallCredentials = allowed);

        await client.UnaryAsync(
            new Probe(), new CallOptions(credentials: Adding("x-token", "secret"), cancellationToken: Cancel));

        Assert.Equal(expected, _seen.Single().GetValue("x-token"));
    }

    [Fact]
    public void Create_OnInsecureCredentials_IsRefused() => Assert.Throws<ArgumentException>(() =>
        ChannelCredentials.Create(ChannelCredentials.Insecure, Adding("x-token", "secret")));

    [Fact]
    public void Compose_OneCredential_IsRefused() =>
        Assert.Throws<ArgumentException>(() => CallCredentials.Compose(Adding("x-token", "secret")));

    private static CallCredentials Adding(string key, string value) => CallCredentials.FromInterceptor((_, metadata) =>
    {
        metadata.Add(key, value);
        return Task.CompletedTask;
    });

    private static CallCredentials Noting(string name, ConcurrentQueue<string> order) =>
        CallCredentials.FromInterceptor(async (_, metadata) =>
        {
            await Task.Yield();
            order.Enqueue(name);
            metadata.Add($"x-note-{name}", name);
        });

    private ProbeHandlers Recording() => new()
    {
        OnUnary = (request, context) =>
        {
            _seen.Enqueue(context.RequestHeaders);
            return Task.FromResult(request);
        },
    };

    private Task<ProbeHost> StartAsync() =>
        ProbeHost.StartAsync(Recording(), https: https => https.ServerCertificate = _certificates.Server);

    private ProbeService.ProbeServiceClient Client(ProbeHost host, ChannelCredentials credentials) => host.Client(options =>
    {
        options.Credentials = credentials;
        options.HttpHandler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = _certificates.ChainPolicy },
        };
    });
}

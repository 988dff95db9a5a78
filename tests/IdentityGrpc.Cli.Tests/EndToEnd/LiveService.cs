using IdentityGrpc.Cli.Tests.EndToEnd;
using IdentityGrpc.Server.Operations;

[assembly: AssemblyFixture(typeof(LiveService))]

namespace IdentityGrpc.Cli.Tests.EndToEnd;

/// <summary>The service as a newcomer starts it, with the sandbox beside it, and the truth that the sandbox tells.</summary>
public sealed class LiveService : IAsyncLifetime
{
    private IdentityServerHost? _host;

    public string Url => _host!.GrpcUrl.AbsoluteUri;

    public Truth Truth { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await IdentityServerHost.StartAsync(
        [
            "--IdentityGrpc:Listen:Grpc=http://127.0.0.1:0", "--IdentityGrpc:Listen:Http=http://127.0.0.1:0", "--IdentityGrpc:Sandbox:Listen=http://127.0.0.1:0",
        ]);
        Truth = await Truth.ReadAsync(_host.SandboxUrl!);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
    }
}

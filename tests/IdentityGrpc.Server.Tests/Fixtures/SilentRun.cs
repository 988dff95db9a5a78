using IdentityGrpc.Server.Tests.Fixtures;
using IdentityGrpc.Testing;

[assembly: AssemblyFixture(typeof(SilentRun))]

namespace IdentityGrpc.Server.Tests.Fixtures;

/// <summary>When all tests are over: nothing that the services logged, measured, traced, threw or told Redis holds a token, secret, e-mail or mobile (design §6).</summary>
public sealed class SilentRun : IAsyncDisposable
{
    public SilentRun() => RedisServer.HeardBy = RunRecord.OfProcess;

    public ValueTask DisposeAsync()
    {
        RunRecord.OfProcess.Judge().ThrowIfBroken("log", "metric", "trace");
        return default;
    }
}

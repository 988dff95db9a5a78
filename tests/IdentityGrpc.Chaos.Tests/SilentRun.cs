using IdentityGrpc.Chaos.Tests;
using IdentityGrpc.Testing;

[assembly: AssemblyFixture(typeof(SilentRun))]

namespace IdentityGrpc.Chaos.Tests;

/// <summary>When all tests are over: nothing that the services logged, measured, traced, threw or told Redis under faults holds a token, secret, e-mail or mobile (design §6).</summary>
public sealed class SilentRun : IAsyncDisposable
{
    public SilentRun() => RedisServer.HeardBy = RunRecord.OfProcess;

    public ValueTask DisposeAsync()
    {
        RunRecord.OfProcess.Judge().ThrowIfBroken("log", "metric", "trace", "exception");
        return default;
    }
}

using IdentityGrpc.Redis.Tests.Support;
using IdentityGrpc.Testing;

[assembly: AssemblyFixture(typeof(SilentRun))]

namespace IdentityGrpc.Redis.Tests.Support;

/// <summary>When all tests are over: nothing that any Redis was told, and no key that lay there, holds a token, e-mail or mobile (design §6).</summary>
public sealed class SilentRun : IAsyncDisposable
{
    public SilentRun() => RedisServer.HeardBy = RunRecord.OfProcess;

    public ValueTask DisposeAsync()
    {
        var verdict = RunRecord.OfProcess.Judge();
        TestContext.Current.SendDiagnosticMessage("{0}", verdict);
        verdict.ThrowIfBroken("redis", "redis-key");
        return default;
    }
}

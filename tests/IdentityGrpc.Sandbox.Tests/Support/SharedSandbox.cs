namespace IdentityGrpc.Sandbox.Tests.Support;

/// <summary>One sandbox for all tests of a class that change nothing in it, with limits that they do not meet.</summary>
public sealed class SharedSandbox : IAsyncLifetime
{
    internal RunningSandbox Sandbox { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Sandbox = await RunningSandbox.StartAsync(null, ("PerSecond", "100000"), ("PerMinute", "1000000"));

    public ValueTask DisposeAsync() => Sandbox.DisposeAsync();
}

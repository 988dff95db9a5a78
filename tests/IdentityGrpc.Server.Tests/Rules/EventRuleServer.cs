using IdentityGrpc.V1;

namespace IdentityGrpc.Server.Tests.Rules;

/// <summary>As <see cref="RuleServer"/>, with the sandbox's events coming in.</summary>
public sealed class EventRuleServer : RuleServer
{
    protected override bool TakesEvents => true;

    /// <summary>Makes a change and waits until the service tells its callers of the last of the events that it makes.</summary>
    /// <param name="app">The app that is told.</param>
    /// <param name="change">The change.</param>
    /// <param name="isLast">Whether a change is the one waited for.</param>
    public async Task<T> AndToldAsync<T>(string app, Func<Task<T>> change, Func<T, IdentityChange, bool> isLast)
    {
        using var watch = Identity.WatchIdentityChanges(new() { App = app }, cancellationToken: Stop);
        Assert.True(await watch.ResponseStream.MoveNext(Stop));
        var made = await change();
        while (await watch.ResponseStream.MoveNext(Stop))
        {
            if (watch.ResponseStream.Current.Change is { } told && isLast(made, told)) return made;
        }
        throw new InvalidOperationException("The watch ended.");
    }
}

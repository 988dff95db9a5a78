using IdentityGrpc.Core.Identifiers;
using Polly.CircuitBreaker;

namespace IdentityGrpc.Feishu.Http;

/// <summary>How an app's breaker stands.</summary>
public enum BreakerState
{
    /// <summary>Calls go through.</summary>
    Closed,

    /// <summary>Calls are held back: too many of the last ones failed.</summary>
    Open,

    /// <summary>One call goes through, to see.</summary>
    HalfOpen,
}

/// <summary>The breakers of this replica, for those who run the service.</summary>
public interface IBreakers
{
    /// <summary>The state of an app's breaker.</summary>
    /// <exception cref="ArgumentException">No such app is configured.</exception>
    BreakerState StateOf(AppId app);
}

/// <inheritdoc cref="IBreakers"/>
internal sealed class Breakers(FeishuApps apps) : IBreakers
{
    public BreakerState StateOf(AppId app) => apps.ChannelOf(app).Breaker.CircuitState switch
    {
        CircuitState.Closed => BreakerState.Closed,
        CircuitState.HalfOpen => BreakerState.HalfOpen,
        _ => BreakerState.Open,
    };
}

using IdentityGrpc.Redis.Caching;

namespace IdentityGrpc.Redis.Tests.Support;

/// <summary>An answer of one key that is shared as the test says.</summary>
internal sealed class WaitingKey(Action<SharedScripts> add) : IWaitingAnswer
{
    public int Keys => 1;

    public void AddTo(SharedScripts scripts) => add(scripts);
}

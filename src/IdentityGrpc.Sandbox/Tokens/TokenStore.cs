using System.Collections.Concurrent;
using System.Security.Cryptography;
using IdentityGrpc.Sandbox.Apps;

namespace IdentityGrpc.Sandbox.Tokens;

/// <summary>
/// Issues and checks tokens by the life rules of reference §1.3: two hours; the same token while half an hour or more is left;
/// below that a new one, and the old one lives on to its end.
/// </summary>
internal sealed class TokenStore(TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(2);
    public static readonly TimeSpan RenewBelow = TimeSpan.FromMinutes(30);

    private readonly ConcurrentDictionary<string, Grant> grants = new(StringComparer.Ordinal);
    private readonly Dictionary<(Installation, TokenKind), Grant> current = [];
    private readonly Queue<Grant> byExpiry = new();
    private readonly Lock gate = new();

    /// <summary>The tenant token of an installation, and the whole seconds that it has left.</summary>
    public (string Token, int Seconds) Issue(Installation installation, TokenKind kind)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            if (!current.TryGetValue((installation, kind), out var grant) || grant.ExpiresAt - now < RenewBelow)
            {
                grant = new Grant(kind, NewToken(kind == TokenKind.App && installation.App.IsStore ? "a-" : "t-"), installation, now + Life);
                current[(installation, kind)] = grant;
                grants[grant.Token] = grant;
                byExpiry.Enqueue(grant);
                DropExpired_NeedsLock(now);
            }

            return (grant.Token, (int)Math.Ceiling((grant.ExpiresAt - now).TotalSeconds));
        }
    }

    /// <summary>Registers a token that lives by its own rules, such as a login user's.</summary>
    public void Add(Grant grant)
    {
        lock (gate)
        {
            grants[grant.Token] = grant;
            byExpiry.Enqueue(grant);
            DropExpired_NeedsLock(time.GetUtcNow());
        }
    }

    public Grant? Find(ReadOnlySpan<char> token) =>
        grants.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out var grant) && grant.ExpiresAt > time.GetUtcNow() ? grant : null;

    /// <summary>Ends tokens before their time, which the platform itself never does: for tests of clients that hold one.</summary>
    public void Revoke(Func<Grant, bool> which)
    {
        lock (gate)
        {
            foreach (var grant in grants.Values.Where(which).ToList())
            {
                grants.TryRemove(grant.Token, out _);
                if (current.TryGetValue((grant.Installation, grant.Kind), out var held) && held == grant)
                {
                    current.Remove((grant.Installation, grant.Kind));
                }
            }
        }
    }

    public static string NewToken(string prefix) => prefix + "g1" + RandomNumberGenerator.GetHexString(40, lowercase: true);

    private void DropExpired_NeedsLock(DateTimeOffset now)
    {
        // User tokens may live longer than the ones queued behind them; those are only dropped later.
        while (byExpiry.TryPeek(out var oldest) && oldest.ExpiresAt <= now)
        {
            byExpiry.Dequeue();
            grants.TryRemove(oldest.Token, out _);
        }
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using IdentityGrpc.Sandbox.Apps;
using IdentityGrpc.Sandbox.Tokens;

namespace IdentityGrpc.Sandbox.Login;

/// <summary>
/// Login users' codes and tokens (reference §5.3): a code lives five minutes and is good once, an access token two hours, a
/// refresh token 30 days in the older and seven days in the newer generation and is good once.
/// </summary>
internal sealed class Logins(TokenStore tokens, TimeProvider time)
{
    private const int MostHeld = 1_000_000;
    private static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AccessLife = TimeSpan.FromSeconds(7199);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Held> codes = new(StringComparer.Ordinal), refreshTokens = new(StringComparer.Ordinal);

    public string IssueCode(Login login)
    {
        lock (gate)
        {
            return Hold_NeedsLock(codes, RandomNumberGenerator.GetHexString(32, lowercase: true), login, CodeLife);
        }
    }

    /// <summary>Takes a code, which is then used up; null when it is unknown, old or another app's.</summary>
    public Login? TakeCode(App app, string? code)
    {
        lock (gate)
        {
            return Take_NeedsLock(codes, app, code);
        }
    }

    public Login? TakeRefreshToken(App app, string? token)
    {
        lock (gate)
        {
            return Take_NeedsLock(refreshTokens, app, token);
        }
    }

    /// <summary>An access token, and where <c>offline_access</c> was granted (always in the older generation) a refresh token.</summary>
    public IssuedLogin Issue(Login login, bool older)
    {
        var token = older ? TokenStore.NewToken("u-") : NewJwt();
        tokens.Add(new Grant(TokenKind.User, token, login.Installation, time.GetUtcNow() + AccessLife) { User = login.User, UserScopes = login.Scopes });
        var refreshLife = older ? TimeSpan.FromSeconds(2_591_999) : TimeSpan.FromSeconds(604_800);
        if (!older && !login.Scopes.Contains(Scopes.OfflineAccess))
        {
            return new(token, (int)AccessLife.TotalSeconds, null, 0, string.Join(' ', login.Scopes));
        }

        lock (gate)
        {
            var refresh = Hold_NeedsLock(refreshTokens, older ? TokenStore.NewToken("ur-") : NewJwt(), login, refreshLife);
            return new(token, (int)AccessLife.TotalSeconds, refresh, (int)refreshLife.TotalSeconds, string.Join(' ', login.Scopes));
        }
    }

    private string Hold_NeedsLock(Dictionary<string, Held> held, string key, Login login, TimeSpan life)
    {
        var now = time.GetUtcNow();
        if (held.Count >= MostHeld)
        {
            foreach (var old in held.Where(pair => pair.Value.Until <= now).Select(pair => pair.Key).ToList())
            {
                held.Remove(old);
            }

            if (held.Count >= MostHeld)
            {
                held.Clear();
            }
        }

        held[key] = new(login, now + life);
        return key;
    }

    private Login? Take_NeedsLock(Dictionary<string, Held> held, App app, string? key) =>
        key is not null && held.TryGetValue(key, out var found) && found.Login.Installation.App == app && held.Remove(key) && found.Until > time.GetUtcNow()
            ? found.Login
            : null;

    // Looks like the JSON web token of the newer generation; nobody but the sandbox reads it.
    private static string NewJwt() =>
        $"{Base64Url.EncodeToString("{\"alg\":\"ES256\",\"typ\":\"JWT\"}"u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(RandomNumberGenerator.GetHexString(48)))}.{RandomNumberGenerator.GetHexString(43)}";

    private sealed record Held(Login Login, DateTimeOffset Until);
}

/// <summary>A person who logged in to an app, and the scopes that they granted.</summary>
internal sealed record Login(Installation Installation, int User, IReadOnlyCollection<string> Scopes);

/// <summary>What a login gives the app.</summary>
internal sealed record IssuedLogin(string AccessToken, int ExpiresIn, string? RefreshToken, int RefreshExpiresIn, string Scope);

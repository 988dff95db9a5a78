using IdentityGrpc.Core.Batching;
using IdentityGrpc.Core.Budgets;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Core.Members;
using IdentityGrpc.Feishu;
using IdentityGrpc.Redis;

namespace IdentityGrpc.Server.Configuration;

/// <summary>The service's configuration, section <c>IdentityGrpc</c>. The sandbox reads its own part of <c>Sandbox</c>.</summary>
internal sealed record ServerOptions
{
    /// <summary>Where the service listens.</summary>
    public ListenOptions Listen { get; init; } = new();

    /// <summary>Whether and how the simulator takes the platform's place.</summary>
    public SandboxOptions Sandbox { get; init; } = new();

    /// <summary>The apps by whose eyes people are read.</summary>
    public IReadOnlyList<AppOptions> Apps { get; init; } = [];

    /// <summary>Lifetimes and bounds of what is cached.</summary>
    public CacheOptions Cache { get; init; } = new();

    /// <summary>How questions are packed into calls.</summary>
    public BatchingOptions Batching { get; init; } = new();

    /// <summary>How the platform's rate limits are spent.</summary>
    public BudgetOptions Budget { get; init; } = new();

    /// <summary>How the platform is called: timeouts, repetition, breaker, tokens. The same for all apps.</summary>
    public FeishuOptions Upstream { get; init; } = new();

    /// <summary>What replicas share; without a connection string, nothing.</summary>
    public RedisOptions Redis { get; init; } = new();

    /// <summary>
    /// What digests of contacts and signatures of cursors are made with: the current key, and those before it, which are still understood.
    /// None: keys derived from the apps' secrets.
    /// </summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>How departments are walked.</summary>
    public MembersOptions Members { get; init; } = new();

    /// <summary>How long an answer just given is shared: <see cref="BatchingOptions.RememberAnswersFor"/>, and no longer than the shortest lifetime.</summary>
    public TimeSpan RememberAnswersFor => new[] { Batching.RememberAnswersFor, Cache.IdsFor, Cache.UserIdFor, Cache.ContactFor, Cache.NegativeFor }.Min();

    /// <summary>How changes are kept and told.</summary>
    public ChangesOptions Changes { get; init; } = new();

    /// <summary>The service for operators.</summary>
    public AdminOptions Admin { get; init; } = new();

    /// <summary>How long calls may go on after SIGTERM. Default 25 seconds; 0 to 10 minutes.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(25);
}

/// <summary>Where the service listens: URLs of one address and port each.</summary>
internal sealed record ListenOptions
{
    /// <summary>gRPC over HTTP/2 without TLS. Default <c>http://127.0.0.1:50051</c>.</summary>
    public string Grpc { get; init; } = "http://127.0.0.1:50051";

    /// <summary>Health over HTTP/1.1. Default <c>http://127.0.0.1:8080</c>.</summary>
    public string Http { get; init; } = "http://127.0.0.1:8080";
}

/// <summary>The simulator's place.</summary>
internal sealed record SandboxOptions
{
    /// <summary>Whether the embedded simulator starts. Unset: where no app is configured and both listeners are on loopback.</summary>
    public bool? Enabled { get; init; }

    /// <summary>The URL of a simulator that runs elsewhere: apps and limits are taken from it, and none is embedded.</summary>
    public string? Attach { get; init; }

    /// <summary>Whether the service takes the simulator's events, signed and encrypted with keys made at the start. Default true.</summary>
    public bool Events { get; init; } = true;
}

/// <summary>The service for operators, <c>identity.admin.v1</c>.</summary>
internal sealed record AdminOptions
{
    /// <summary>
    /// Whether it is served, on the gRPC listener. Unset: with a sandbox's people and on loopback alone. On loopback with real people
    /// it is not, since a proxy beside the service would open it to everybody.
    /// </summary>
    public bool? Enabled { get; init; }
}

/// <summary>An app as the platform's developer console shows it.</summary>
internal sealed record AppOptions
{
    /// <summary>The name that callers use. Required, unique.</summary>
    public string Name { get; init; } = "";

    /// <summary>The platform's id, <c>cli_…</c>. Required, unique.</summary>
    public string Id { get; init; } = "";

    /// <summary>The secret; or <see cref="SecretFile"/>.</summary>
    public string? Secret { get; init; }

    /// <summary>A file that holds the secret; spaces around it are ignored.</summary>
    public string? SecretFile { get; init; }

    /// <summary><c>custom</c> (default) or <c>store</c>.</summary>
    public string Kind { get; init; } = "custom";

    /// <summary>The platform: <c>https://open.feishu.cn</c> (default), <c>https://open.larksuite.com</c>, or a private deployment (reference §8).</summary>
    public string BaseUrl { get; init; } = "https://open.feishu.cn";

    /// <summary>Who makes the app: apps of one provider share union_ids (R4). Unset: nobody else's.</summary>
    public string? Provider { get; init; }

    /// <summary>The tenants that the app is installed in. Required; exactly one for a custom app.</summary>
    public IReadOnlyList<string> TenantKeys { get; init; } = [];

    /// <summary>The encrypt key: events are taken, encrypted and signed; or <see cref="EncryptKeyFile"/>. Without either no events are taken.</summary>
    public string? EncryptKey { get; init; }

    /// <summary>A file that holds the encrypt key; spaces around it are ignored.</summary>
    public string? EncryptKeyFile { get; init; }

    /// <summary>The verification token that must stand in every event; or <see cref="VerificationTokenFile"/>. Unset: with an encrypt key, it is not looked at.</summary>
    public string? VerificationToken { get; init; }

    /// <summary>A file that holds the verification token; spaces around it are ignored.</summary>
    public string? VerificationTokenFile { get; init; }

    /// <summary>Takes plain events, which nothing but the verification token in them tells from forged ones. Goes without an encrypt key.</summary>
    public bool AllowUnencryptedEvents { get; init; }

    /// <summary>The platform's rate limit for each API in each tenant. Unset: 50 a second and 1,000 a minute (tier 4, reference §6.4).</summary>
    public AppLimitOptions? Limits { get; init; }
}

/// <summary>The platform's rate limit.</summary>
internal sealed record AppLimitOptions
{
    /// <summary>Calls a second. Default 50.</summary>
    public int PerSecond { get; init; } = 50;

    /// <summary>Calls a minute. Default 1,000.</summary>
    public int PerMinute { get; init; } = 1_000;
}

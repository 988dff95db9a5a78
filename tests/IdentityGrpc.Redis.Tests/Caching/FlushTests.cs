using System.Globalization;
using IdentityGrpc.Core.Resolution;
using IdentityGrpc.Redis.Tests.Support;
using IdentityGrpc.Testing;
using StackExchange.Redis;

namespace IdentityGrpc.Redis.Tests.Caching;

/// <summary>A request costs one flush to Redis whatever its number of keys, one for each master of a cluster, and none where memory is warm (design §6).</summary>
public class FlushTests
{
    private const int People = 1_000;
    private readonly Company _company = new();
    private readonly string[] _ids = [.. Enumerable.Range(0, People).Select(i => $"ou_p{i}")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Convert_ThousandIds_TakesOneRoundTripOfOneCommandABucketAndThenNone()
    {
        await using var server = await RedisServer.StartNewAsync(Cancellation);
        await using var proxy = await SlowProxy.StartAsync(server.Port);
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{server.ConnectionString},allowAdmin=true");
        await WarmAsync(server.ConnectionString);
        await using var cold = await StartAsync($"127.0.0.1:{proxy.Port}");

        long before = await ReadsAsync(admin);
        proxy.Delay = TimeSpan.FromSeconds(2);
        long start = TimeProvider.System.GetTimestamp();
        var answers = await cold.ConvertAsync(_ids);
        var took = TimeProvider.System.GetElapsedTime(start);
        proxy.Delay = TimeSpan.Zero;
        Assert.All(answers, a => Assert.Equal(AnswerSource.SharedCache, a.Source));
        // Two round trips would take twice the delay.
        Assert.InRange(took.TotalSeconds, 2, 3.9);
        Assert.Equal(RedisKeys.Buckets, await ReadsAsync(admin) - before);

        Assert.All(await cold.ConvertAsync(_ids), a => Assert.Equal(AnswerSource.Memory, a.Source));
        Assert.Equal(RedisKeys.Buckets, await ReadsAsync(admin) - before);
        Assert.Equal(People, _company.Asked);
    }

    [Fact]
    public async Task Convert_ClusterOfThree_ReadsFromEachMasterAtOnceAndFollowsTheLog()
    {
        await using var cluster = await RedisCluster.StartNewAsync(cancellationToken: Cancellation);
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{cluster.ConnectionString},allowAdmin=true");
        await WarmAsync(cluster.ConnectionString);
        await using var cold = await StartAsync(cluster.ConnectionString);
        long before = await ReadsAsync(admin);
        Assert.All(await cold.ConvertAsync(_ids), a => Assert.Equal(AnswerSource.SharedCache, a.Source));
        Assert.Equal(RedisKeys.Buckets, await ReadsAsync(admin) - before);
        Assert.Equal(People, _company.Asked);

        var person = _company.ByEmail["p7@corp.test"];
        _company.Add("p7", userId: "changed");
        await using var other = await StartAsync(cluster.ConnectionString);
        await other.ChangeAsync(ResolvingReplica.EndOf(person));
        await Until.TrueAsync(async () => Assert.Single(await cold.ConvertAsync("ou_p7")).Outcome.Value?.UserId == "changed");
    }

    [Fact]
    public async Task Keys_OfAnAppAndTenant_LieOnEveryMasterAndCarryNoContact()
    {
        await using var server = await RedisServer.StartNewAsync(Cancellation);
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{server.ConnectionString},allowAdmin=true");
        await using var one = await StartAsync(server.ConnectionString);
        for (int i = 0; i < 50; i++) _company.Add($"p{i}");
        await one.ResolveAsync(Enumerable.Range(0, 50).Select(i => $"p{i}@corp.test"));
        await Until.TrueAsync(async () => await admin.GetServers()[0].DatabaseSizeAsync() >= 4 * 50);
        var keys = admin.GetServers()[0].Keys(pageSize: 1_000).Select(k => k.ToString()).ToList();
        Assert.DoesNotContain(keys, k => k.Contains('@', StringComparison.Ordinal) || k.Contains("corp.test", StringComparison.Ordinal));
        Assert.Equal(RedisKeys.Buckets, keys.Where(k => k.Contains(":cache1:", StringComparison.Ordinal)).Select(k => k[k.IndexOf('{', StringComparison.Ordinal)..(k.IndexOf('}', StringComparison.Ordinal) + 1)]).Distinct().Count());
        foreach (string key in keys)
        {
            if (await admin.GetDatabase().KeyTypeAsync(key) != RedisType.String) continue;
            Assert.DoesNotContain("@corp.test", System.Text.Encoding.Latin1.GetString((byte[])(await admin.GetDatabase().StringGetAsync(key))!), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("ssl")]
    [InlineData("password")]
    public async Task Redis_BehindTlsOrPassword_IsUsed(string how)
    {
        using var certificate = new TestCertificate();
        string[] options = how == "ssl"
            ? ["--tls-port", FreePort.Next().ToString(CultureInfo.InvariantCulture), "--tls-cert-file", certificate.CertificatePath, "--tls-key-file", certificate.KeyPath, "--tls-auth-clients", "no", "--requirepass", "s3cret"]
            : ["--requirepass", "s3cret"];
        await using var server = await RedisServer.StartNewAsync(options, Cancellation);
        string where = how == "ssl" ? $"127.0.0.1:{options[1]},ssl=true,password=s3cret" : $"{server.ConnectionString},password=s3cret";
        using var trust = certificate.Trusted();
        await WarmAsync(where);
        await using var other = await StartAsync(where);
        Assert.All(await other.ConvertAsync(_ids), a => Assert.Equal(AnswerSource.SharedCache, a.Source));
        await using var stranger = await ResolvingReplica.StartAsync(new() { Configuration = where.Replace("s3cret", "wrong", StringComparison.Ordinal) }, _company);
        Assert.False(stranger.Shared.IsOpen);
        Assert.Equal(AnswerSource.Upstream, Assert.Single(await stranger.ConvertAsync("ou_p1")).Source);
    }

    private async Task WarmAsync(string where)
    {
        for (int i = 0; i < People; i++) _company.Add($"p{i}");
        await using var warm = await StartAsync(where);
        await warm.ConvertAsync(_ids);
    }

    private Task<ResolvingReplica> StartAsync(string where) => ResolvingReplica.StartAsync(new() { Configuration = where, Timeout = TimeSpan.FromSeconds(5), ConnectTimeout = TimeSpan.FromSeconds(20) }, _company);

    private static async Task<long> ReadsAsync(ConnectionMultiplexer admin)
    {
        long calls = 0;
        foreach (var server in admin.GetServers())
        {
            var statistics = await server.InfoAsync("commandstats");
            var mget = statistics.SelectMany(s => s).FirstOrDefault(s => s.Key == "cmdstat_mget").Value;
            if (mget is not null) calls += long.Parse(mget.Split(',')[0]["calls=".Length..], CultureInfo.InvariantCulture);
        }
        return calls;
    }
}

namespace IdentityGrpc.Redis.Tests;

/// <summary>What is wrong with options is said without repeating a password.</summary>
public class RedisOptionsTests
{
    [Theory]
    [InlineData("redis:6379,password=hidden", "identity", 250, 2000, null)]
    [InlineData("a:1,b:2,ssl=true", "x", 10, 100, null)]
    [InlineData("", "identity", 250, 2000, "Configuration")]
    [InlineData("redis:6379,password=hidden,nonsense=1", "identity", 250, 2000, "Configuration")]
    [InlineData("redis:6379", "", 250, 2000, "KeyPrefix")]
    [InlineData("redis:6379", "a{b}", 250, 2000, "KeyPrefix")]
    [InlineData("redis:6379", "identity", 9, 2000, "Timeout")]
    [InlineData("redis:6379", "identity", 250, 30_001, "ConnectTimeout")]
    public void Problems_EachMistake_IsNamed(string configuration, string prefix, int timeoutMs, int connectTimeoutMs, string? named)
    {
        var options = new RedisOptions
        {
            Configuration = configuration,
            KeyPrefix = prefix,
            Timeout = TimeSpan.FromMilliseconds(timeoutMs),
            ConnectTimeout = TimeSpan.FromMilliseconds(connectTimeoutMs),
        };
        string[] problems = [.. options.Problems()];
        Assert.All(problems, p => Assert.DoesNotContain("hidden", p, StringComparison.Ordinal));
        if (named is null) Assert.Empty(problems);
        else Assert.StartsWith(named + " ", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Connection_WithoutConnectionString_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new RedisConnection(new(), TimeProvider.System));
}

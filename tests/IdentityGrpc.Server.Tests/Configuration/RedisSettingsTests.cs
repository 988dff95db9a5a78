using IdentityGrpc.Redis;
using IdentityGrpc.Testing;
using IdentityGrpc.Testing.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IdentityGrpc.Server.Tests.Configuration;

/// <summary>The section <c>Redis</c>: where replicas meet.</summary>
public class RedisSettingsTests
{
    [Fact]
    public async Task Redis_Unset_IsNotThere()
    {
        await using var server = await RunningServer.StartAsync();

        Assert.Null(server.Host.Services.GetService<RedisConnection>());
    }

    [Fact]
    public async Task Redis_SetAndNotThere_ServiceStartsAllTheSame()
    {
        await using var server = await RunningServer.StartAsync($"Redis:Configuration=127.0.0.1:{FreePort.Next()}", "Redis:KeyPrefix=mine", "Redis:Timeout=00:00:00.1");

        Assert.NotNull(server.Host.Services.GetRequiredService<RedisConnection>());
        var options = server.Host.Services.GetRequiredService<RedisOptions>();
        Assert.Equal(("mine", TimeSpan.FromMilliseconds(100)), (options.KeyPrefix, options.Timeout));
    }

    [Fact]
    public async Task Redis_WithMistakes_ReportsThemWithAllOthers()
    {
        var mistakes = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningServer.StartAsync(
            "Redis:Configuration=redis:6379,password=hidden,nonsense=1", "Redis:KeyPrefix={}", "ShutdownGrace=soon"));

        Assert.Equal(3, mistakes.Failures.Count());
        Assert.Equal(2, mistakes.Failures.Count(m => m.StartsWith("Redis: ", StringComparison.Ordinal)));
        Assert.All(mistakes.Failures, m => Assert.DoesNotContain("hidden", m, StringComparison.Ordinal));
    }
}

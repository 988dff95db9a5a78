using IdentityGrpc.Feishu;
using IdentityGrpc.Testing.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IdentityGrpc.Server.Tests.Configuration;

/// <summary>The section <c>Upstream</c>: how the platform is called.</summary>
public class UpstreamSettingsTests
{
    [Fact]
    public async Task Upstream_Set_ReachesTheClientOfThePlatform()
    {
        await using var server = await RunningServer.StartAsync("Upstream:TryTimeout=00:00:01.5", "Upstream:Retries=4", "Upstream:Proxy=http://127.0.0.1:3128");

        var options = server.Host.Services.GetRequiredService<FeishuOptions>();

        Assert.Equal((TimeSpan.FromSeconds(1.5), 4, new Uri("http://127.0.0.1:3128")), (options.TryTimeout, options.Retries, options.Proxy));
    }

    [Fact]
    public async Task Upstream_WithMistakes_ReportsThemWithAllOthers()
    {
        var mistakes = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningServer.StartAsync(
            "Upstream:TryTimeout=01:00:00", "Upstream:Retries=11", "Upstream:RetryDelay=00:00:02", "Upstream:MaxRetryDelay=00:00:01", "ShutdownGrace=soon"));

        Assert.Equal(4, mistakes.Failures.Count());
        Assert.Equal(3, mistakes.Failures.Count(m => m.StartsWith("Upstream: ", StringComparison.Ordinal)));
        foreach (string name in (string[])["TryTimeout", "Retries", "MaxRetryDelay"]) Assert.Single(mistakes.Failures, m => m.Contains(name, StringComparison.Ordinal) && m.StartsWith("Upstream", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Upstream_UnknownKey_IsAMistake()
    {
        var mistakes = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningServer.StartAsync("Upstream:Timeout=00:00:01"));

        Assert.Contains("Timeout", Assert.Single(mistakes.Failures), StringComparison.Ordinal);
    }
}

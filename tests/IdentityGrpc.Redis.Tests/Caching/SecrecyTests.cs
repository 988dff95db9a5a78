using System.Diagnostics;
using System.Globalization;
using IdentityGrpc.Core.Changes;
using IdentityGrpc.Redis.Tests.Support;
using IdentityGrpc.Testing;

namespace IdentityGrpc.Redis.Tests.Caching;

/// <summary>No e-mail, mobile or token is ever told to Redis: all commands of a run are listened to.</summary>
public class SecrecyTests
{
    private readonly Company _company = new();

    [Fact]
    public async Task Monitor_LookupsAndChangesOfContacts_ShowsNoContact()
    {
        await using var server = await RedisServer.StartNewAsync(TestContext.Current.CancellationToken);
        using var monitor = Process.Start(new ProcessStartInfo("redis-cli", ["-p", server.Port.ToString(CultureInfo.InvariantCulture), "MONITOR"]) { RedirectStandardOutput = true })!;
        Assert.Equal("OK", await monitor.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await using (var replica = await ResolvingReplica.StartAsync(new() { Configuration = server.ConnectionString, Timeout = TimeSpan.FromSeconds(5) }, _company))
        {
            for (int i = 0; i < 20; i++) _company.Add($"person{i}");
            await replica.ResolveAsync(Enumerable.Range(0, 25).Select(i => $"person{i}@corp.test"));
            var contact = Company.Email("person3@corp.test");
            await replica.ChangeAsync(new Ends { Contacts = [new TestDigests().Of(Company.Scope, contact)], MissesOf = Company.Scope.Tenant });
            await replica.ResolveAsync("person3@corp.test");
        }
        await server.KillAsync(TestContext.Current.CancellationToken);
        string said = await monitor.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await monitor.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains("ou_person3", said, StringComparison.Ordinal); // it was listened to
        Assert.Contains(":co:", said, StringComparison.Ordinal);
        Assert.DoesNotContain("@corp.test", said, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("corp.test", said, StringComparison.OrdinalIgnoreCase);
    }
}

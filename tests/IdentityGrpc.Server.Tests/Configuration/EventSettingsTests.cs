using IdentityGrpc.Testing.Server;
using Microsoft.Extensions.Options;

namespace IdentityGrpc.Server.Tests.Configuration;

/// <summary>What an app must say to take events (design §8).</summary>
public class EventSettingsTests
{
    private static readonly string[] s_app = ["Apps:0:Name=hr", "Apps:0:Id=cli_1", "Apps:0:Secret=unused", "Apps:0:TenantKeys:0=t"];

    [Theory]
    [InlineData("EncryptKey:", "VerificationToken=v")]
    [InlineData("VerificationToken:", "AllowUnencryptedEvents=true")]
    [InlineData("AllowUnencryptedEvents:", "AllowUnencryptedEvents=true", "EncryptKey=k", "VerificationToken=v")]
    [InlineData("EncryptKey:", "EncryptKey=k", "EncryptKeyFile=/dev/null")]
    [InlineData("EncryptKeyFile:", "EncryptKeyFile=/no/such/file")]
    [InlineData("EncryptKeyFile:", "EncryptKeyFile=/dev/null")]
    [InlineData("VerificationToken:", "EncryptKey=k", "VerificationToken= ")]
    public async Task Events_WrongSettings_AreNamed(string named, params string[] settings)
    {
        var mistakes = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningServer.StartAsync([.. s_app, .. settings.Select(s => "Apps:0:" + s)]));
        Assert.Contains(mistakes.Failures, m => m.StartsWith($"Apps:0:{named}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Changes_OutOfBounds_IsReportedWithAllOthers()
    {
        var mistakes = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningServer.StartAsync([.. s_app, "Apps:0:VerificationToken=v", "Changes:Kept=1", "Changes:Heartbeat=00:00:00"]));
        Assert.Equal(3, mistakes.Failures.Count());
    }
}

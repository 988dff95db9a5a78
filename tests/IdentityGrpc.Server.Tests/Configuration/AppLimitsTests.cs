using IdentityGrpc.Server.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace IdentityGrpc.Server.Tests.Configuration;

public class AppLimitsTests
{
    [Theory]
    [InlineData("PerSecond", "0", "1 to 10,000")]
    [InlineData("PerSecond", "10001", "1 to 10,000")]
    [InlineData("PerMinute", "0", "1 to 600,000")]
    [InlineData("PerMinute", "600001", "1 to 600,000")]
    public void Read_LimitOutOfItsBounds_IsRefusedByName(string limit, string value, string allowed)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => ConfigurationReader.Read(AppWith(limit, value)));
        Assert.Equal([$"Apps:0:Limits: {limit} must be {allowed}."], failure.Failures);
    }

    [Theory]
    [InlineData("PerSecond", "10000")]
    [InlineData("PerMinute", "600000")]
    public void Read_LimitAtItsBound_IsTaken(string limit, string value) => Assert.NotNull(ConfigurationReader.Read(AppWith(limit, value)).Apps.Single().Limits);

    private static IConfigurationRoot AppWith(string limit, string value) => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["IdentityGrpc:Apps:0:Name"] = "hr",
        ["IdentityGrpc:Apps:0:Id"] = "cli_1",
        ["IdentityGrpc:Apps:0:Secret"] = "s",
        ["IdentityGrpc:Apps:0:TenantKeys:0"] = "t",
        [$"IdentityGrpc:Apps:0:Limits:{limit}"] = value,
    }).Build();
}

using System.Text.Json;
using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Feishu.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityGrpc.Feishu.Tests;

public sealed class SetupTests
{
    private static readonly AppSecret s_secret = new(Bed.Secret);

    private static FeishuApp App(string id, string url = "https://open.feishu.cn", AppKind kind = AppKind.Custom, params string[] tenants) =>
        new(new App(id, new(id), new("maker"), [.. tenants.Select(tenant => new TenantKey(tenant))]), kind, new Uri(url, UriKind.RelativeOrAbsolute), s_secret);

    private static IDirectory Directory(FeishuOptions? options, params FeishuApp[] apps) => new ServiceCollection().AddLogging()
        .AddSingleton<Core.Budgets.IBudget>(new RecordingBudget()).AddFeishuDirectory(apps, options).BuildServiceProvider().GetRequiredService<IDirectory>();

    [Fact]
    public void AddFeishuDirectory_WrongApps_NamesEveryMistake()
    {
        var thrown = Assert.Throws<ArgumentException>(() => Directory(null,
            App("one", "/relative", AppKind.Custom, "t"), App("two", "ftp://x", AppKind.Custom, "t"), App("three", "https://u@x/?q", AppKind.Custom, "t"),
            App("four", kind: AppKind.Custom), App("five", kind: AppKind.Custom, tenants: ["t", "u"]), App("six", kind: AppKind.Store, tenants: ["t", "u"]), App("six", tenants: "t")));

        foreach (string app in new[] { "one", "two", "three", "four", "five", "six" }) Assert.Contains(app, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Bed.Secret, thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AddFeishuDirectory_WrongOptions_NamesEveryMistake()
    {
        var options = new FeishuOptions { TryTimeout = TimeSpan.Zero, Retries = 11, MaxBodyBytes = 1, RetryDelay = TimeSpan.FromSeconds(6), TokenRenewAhead = TimeSpan.FromMinutes(1) };

        var thrown = Assert.Throws<ArgumentException>(() => Directory(options, App("one", tenants: "t")));

        foreach (string name in new[] { nameof(options.TryTimeout), nameof(options.Retries), nameof(options.MaxBodyBytes), nameof(options.MaxRetryDelay), nameof(options.TokenRenewAhead) })
            Assert.Contains(name, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FeishuOptions_Defaults_AreValid() => Assert.Empty(new FeishuOptions().Problems());

    [Fact]
    public void AppSecret_ShownInAnyWay_StaysHidden()
    {
        var app = App("one", tenants: "t");

        Assert.DoesNotContain(Bed.Secret, $"{s_secret} {app} {JsonSerializer.Serialize(s_secret)}", StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new AppSecret("  "));
    }

    [Fact]
    public void AccessToken_ShownInAnyWay_StaysHidden()
    {
        var token = Feishu.Tokens.AccessToken.From("t-tok", 7200, 0, new())!;

        Assert.DoesNotContain("t-tok", $"{token} {JsonSerializer.Serialize(token)}", StringComparison.Ordinal);
    }
}

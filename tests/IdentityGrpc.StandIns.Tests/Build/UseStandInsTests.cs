using IdentityGrpc.Testing;

namespace IdentityGrpc.StandIns.Tests.Build;

/// <summary>With <c>-p:UseStandIns=false</c> nothing of the stand-ins is left, and the original packages take over.</summary>
public sealed class UseStandInsTests
{
    private static readonly string s_standInFolder = Path.Combine(RepositoryRoot.Path, "eng", "stand-ins");

    private static readonly string[] s_standIns = [.. Directory
        .EnumerateFiles(s_standInFolder, "*.csproj", SearchOption.AllDirectories)
        .Select(path => Path.GetFileNameWithoutExtension(path)!)
        .Order(StringComparer.Ordinal)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Where stand-ins are allowed: nowhere but for what the registry lacks.</summary>
    [Fact]
    public void StandIns_AreThePackagesThatARegistryMayLack() => Assert.Equal(
        [
            "Grpc.AspNetCore.Server.ClientFactory",
            "Grpc.Core.Api",
            "Grpc.Net.Common",
            "Pipelines.Sockets.Unofficial",
            "System.IO.Hashing",
        ],
        s_standIns);

    [Theory]
    [InlineData("UsesGrpcServer", "Grpc.AspNetCore.Server.ClientFactory", "Grpc.AspNetCore")]
    [InlineData("UsesGrpcClient", "Grpc.Net.Common", "Grpc.Net.Client")]
    [InlineData("UsesGrpcTypes", "Grpc.Core.Api", "Google.Protobuf")]
    [InlineData("UsesRedis", "Pipelines.Sockets.Unofficial", "StackExchange.Redis")]
    [InlineData("UsesRedis", "System.IO.Hashing", "StackExchange.Redis")]
    public async Task Project_ThatUsesAPackage_SwitchesBetweenStandInAndOriginal(string use, string standIn, string package)
    {
        var projects = ProjectFiles().Where(path => File.ReadAllText(path).Contains($"<{use}>true<", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(projects);

        foreach (var project in projects)
        {
            var (with, without) = await MsBuild.EvaluateBothAsync(project, Cancel);

            Assert.Contains(standIn, with.Projects);
            Assert.Contains(package, with.Packages);
            Assert.DoesNotContain(without.Projects, s_standIns.Contains);
            Assert.Contains(package, without.Packages);
            Assert.All(without.Packages.Where(without.Versions.ContainsKey), id => Assert.NotEmpty(without.Versions[id]));
        }
    }

    [Fact]
    public async Task GrpcTypes_WithoutStandIns_ComeFromTheOriginalPackages()
    {
        var contracts = ProjectFiles().Single(path => path.EndsWith("IdentityGrpc.Contracts.csproj", StringComparison.Ordinal));

        var (with, without) = await MsBuild.EvaluateBothAsync(contracts, Cancel);

        Assert.DoesNotContain("Grpc.Core.Api", with.Packages);
        Assert.Contains("Grpc.Core.Api", without.Packages);
        Assert.Contains("NU1605", with.Values["NoWarn"], StringComparison.Ordinal);
        Assert.DoesNotContain("NU1605", without.Values["NoWarn"], StringComparison.Ordinal);
    }

    /// <summary>Grpc.AspNetCore asks for a newer Google.Protobuf than a registry may have; the originals get theirs.</summary>
    [Fact]
    public async Task Protobuf_WithoutStandIns_IsWhatGrpcAspNetCoreAsksFor()
    {
        var project = Path.Combine(RepositoryRoot.Path, "src", "IdentityGrpc.Contracts", "IdentityGrpc.Contracts.csproj");

        var (with, without) = await MsBuild.EvaluateBothAsync(project, Cancel);

        Assert.Equal("3.25.1", with.Versions["Google.Protobuf"]);
        Assert.Equal("3.36.2", without.Versions["Google.Protobuf"]);
    }

    [Fact]
    public async Task StandIn_Itself_IsNeverPackedAndNeedsNothingWhenUnused()
    {
        foreach (var name in s_standIns)
        {
            var project = Path.Combine(s_standInFolder, name, name + ".csproj");

            var without = await MsBuild.EvaluateAsync(project, useStandIns: false, Cancel);

            Assert.Empty(without.Projects);
            Assert.Empty(without.Packages);
            Assert.Equal("false", without.Values["IsPackable"]);
            Assert.Equal("false", without.Values["IsPublishable"]);
        }
    }

    /// <summary>A reference past the switch would stay when the switch is turned.</summary>
    [Fact]
    public void Projects_ReferenceStandIns_ThroughTheSwitchOnly()
    {
        var direct = ProjectFiles().Where(path => s_standIns.Any(name =>
            File.ReadAllText(path).Contains($"{name}.csproj", StringComparison.Ordinal)));

        Assert.Empty(direct);
    }

    private static IEnumerable<string> ProjectFiles() =>
        new[] { "src", "tests", "clients" }
            .Select(folder => Path.Combine(RepositoryRoot.Path, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
            .Where(path => !path.Contains("node_modules", StringComparison.Ordinal));
}

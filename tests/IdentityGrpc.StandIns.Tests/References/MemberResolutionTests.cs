using System.Reflection;

namespace IdentityGrpc.StandIns.Tests.References;

/// <summary>Every member that the real packages ask a stand-in for is there, with the same signature.</summary>
public sealed class MemberResolutionTests
{
    public static TheoryData<string, string, int> Pairs => new()
    {
        { "Grpc.AspNetCore.Server", "Grpc.Core.Api", 90 },
        { "Grpc.AspNetCore.Server", "Grpc.Net.Common", 4 },
        { "Grpc.Net.Client", "Grpc.Core.Api", 90 },
        { "Grpc.Net.Client", "Grpc.Net.Common", 4 },
        { "StackExchange.Redis", "Pipelines.Sockets.Unofficial", 50 },
        { "StackExchange.Redis", "System.IO.Hashing", 1 },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void MemberReferences_OfARealPackage_ResolveInTheStandIn(string package, string standIn, int atLeast)
    {
        var references = AssemblyReferences.Read(PathOf(package))
            .Where(reference => reference.Assembly == standIn)
            .Distinct()
            .ToList();
        var definitions = AssemblyDefinitions.Read(PathOf(standIn));

        var missing = references.Where(reference => !IsDefined(definitions, reference)).ToList();

        Assert.Empty(missing);
        Assert.True(references.Count >= atLeast, $"{package} asks {standIn} for {references.Count} members only.");
    }

    /// <summary>A type whose base gained an abstract member, or lost a virtual one, does not load.</summary>
    [Theory]
    [InlineData("Grpc.AspNetCore.Server")]
    [InlineData("Grpc.Net.Client")]
    [InlineData("StackExchange.Redis")]
    public void Types_OfARealPackage_Load(string package) => Assert.NotEmpty(Assembly.Load(package).GetTypes());

    [Fact]
    public void AssemblyReferences_OfRealPackages_MatchIdentities()
    {
        string[] standIns =
            ["Grpc.Core.Api", "Grpc.Net.Common", "Pipelines.Sockets.Unofficial", "System.IO.Hashing"];
        var wanted = new[] { "Grpc.AspNetCore.Server", "Grpc.Net.Client", "StackExchange.Redis" }
            .SelectMany(package => Assembly.Load(package).GetReferencedAssemblies())
            .Where(reference => standIns.Contains(reference.Name))
            .ToList();

        Assert.Equal(standIns, wanted.Select(reference => reference.Name).Distinct().Order());
        Assert.All(wanted, reference =>
            Assert.True(Assembly.Load(reference.Name!).GetName().Version >= reference.Version, reference.FullName));
    }

    private static bool IsDefined(
        IReadOnlyDictionary<string, HashSet<string>> definitions, MemberReferenceName reference) =>
        definitions.TryGetValue(reference.Type, out var members) &&
        (reference.Signature is null || members.Contains(reference.Signature));

    private static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly + ".dll");
}

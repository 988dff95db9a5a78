using System.Reflection;

namespace IdentityGrpc.Architecture.Tests;

/// <summary>Dependencies point one way (design §2): Server → {Feishu, Redis, Sandbox} → Core; Contracts is seen by Server and clients only.</summary>
public class DependencyTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["IdentityGrpc.Contracts"] = [],
        ["IdentityGrpc.Core"] = [],
        ["IdentityGrpc.Feishu"] = ["IdentityGrpc.Core"],
        ["IdentityGrpc.Redis"] = ["IdentityGrpc.Core"],
        ["IdentityGrpc.Sandbox"] = [],
        ["IdentityGrpc.Server"] = ["IdentityGrpc.Contracts", "IdentityGrpc.Core", "IdentityGrpc.Feishu", "IdentityGrpc.Redis", "IdentityGrpc.Sandbox"],
    };

    public static TheoryData<string> Projects => [.. System.IO.Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(d => Path.GetFileName(d)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_PointOneWay(string project)
    {
        Assert.True(s_allowed.ContainsKey(project), $"{project} is a new room: say here what it may see.");
        Assert.Empty(Repository.ReferencesOf(project).Except(s_allowed[project]));
    }

    [Fact]
    public void Core_Assembly_KnowsNeitherHttpNorGrpcNorRedisNorAspNet()
    {
        var references = Assembly.Load("IdentityGrpc.Core").GetReferencedAssemblies().Select(a => a.Name!);
        string[] banned = ["System.Net.Http", "Grpc", "Google", "StackExchange", "Microsoft.AspNetCore", "Polly"];
        Assert.DoesNotContain(references, r => banned.Any(b => r.StartsWith(b, StringComparison.Ordinal)));
    }

    [Fact]
    public void HttpClient_IsUsedByFeishuAndTheSandboxesSideOnly()
    {
        var users = Repository.SourceFiles("src").Where(f => File.ReadAllText(f).Contains("HttpClient ", StringComparison.Ordinal))
            .Select(f => Path.GetRelativePath(Repository.Root, f))
            .Where(f => !f.StartsWith("src/IdentityGrpc.Feishu/", StringComparison.Ordinal) && !f.StartsWith("src/IdentityGrpc.Sandbox/", StringComparison.Ordinal));
        Assert.Equal(["src/IdentityGrpc.Server/Configuration/SandboxApps.cs", "src/IdentityGrpc.Server/Events/SandboxEvents.cs"], users.Order(StringComparer.Ordinal));
    }
}

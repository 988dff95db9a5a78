using System.Reflection;
using System.Xml.Linq;

namespace IdentityGrpc.Architecture.Tests;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "RepositoryRoot").Value!;

    public static IEnumerable<string> SourceFiles(params string[] folders) => folders
        .SelectMany(f => System.IO.Directory.EnumerateFiles(Path.Combine(Root, f), "*.cs", SearchOption.AllDirectories))
        .Where(f => !f.Contains("/node_modules/", StringComparison.Ordinal) && !f.Contains("/obj/", StringComparison.Ordinal));

    /// <summary>The names of the projects that a project refers to, stand-ins aside.</summary>
    public static IReadOnlyList<string> ReferencesOf(string project) => [.. XDocument.Load(Path.Combine(Root, "src", project, project + ".csproj"))
        .Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)).Order(StringComparer.Ordinal)];
}

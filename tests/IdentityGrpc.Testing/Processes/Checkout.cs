namespace IdentityGrpc.Testing;

/// <summary>The source tree and the build output that the running tests belong to.</summary>
public static class Checkout
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file or folder of the source tree; it must be there.</summary>
    public static string PathOf(params string[] parts)
    {
        string path = Path.Combine([Root, .. parts]);
        return Path.Exists(path) ? path : throw new FileNotFoundException($"{path} is not there.", path);
    }

    /// <summary>The built assembly of a program, in the configuration that the tests were built in.</summary>
    public static string ProgramOf(string project)
    {
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string path = Path.Combine(Root, "artifacts", "bin", project, configuration, project + ".dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not built; run: dotnet build IdentityGrpc.sln", path);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "IdentityGrpc.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException($"No IdentityGrpc.sln above {AppContext.BaseDirectory}.");
    }
}

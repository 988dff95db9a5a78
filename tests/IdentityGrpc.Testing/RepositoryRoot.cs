namespace IdentityGrpc.Testing;

/// <summary>Where the repository lies that the running tests were built from.</summary>
public static class RepositoryRoot
{
    /// <summary>The folder that holds <c>IdentityGrpc.sln</c>.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "IdentityGrpc.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds IdentityGrpc.sln.");
    }
}

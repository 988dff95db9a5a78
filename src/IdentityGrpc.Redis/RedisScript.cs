using System.Reflection;

namespace IdentityGrpc.Redis;

/// <summary>Lua scripts, put together from the files that are embedded in the assembly.</summary>
internal static class RedisScript
{
    /// <summary>
    /// The files one after the other. StackExchange.Redis sends the hash of a text it has loaded before, and loads it
    /// again where Redis has forgotten it.
    /// </summary>
    public static string Of(params string[] names) => string.Concat(names.Select(Read));

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name + ".lua")
            ?? throw new InvalidOperationException($"The script {name}.lua is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

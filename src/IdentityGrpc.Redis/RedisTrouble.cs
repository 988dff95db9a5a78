using StackExchange.Redis;

namespace IdentityGrpc.Redis;

/// <summary>What Redis may do to a command, and a name for it: the text of an exception may hold keys, so it goes nowhere.</summary>
internal static class RedisTrouble
{
    /// <summary>Whether it is trouble with Redis, and no mistake of the service.</summary>
    public static bool IsTrouble(Exception exception) => exception is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException;

    /// <summary>What happened, in a word or two.</summary>
    public static string NameOf(Exception exception) => exception switch
    {
        RedisServerException refusal => $"refused with {CodeOf(refusal.Message)}",
        TimeoutException => "did not answer in time",
        RedisCommandException => "has no master that takes it",
        _ => "is not connected",
    };

    // Redis begins its errors with a word in capitals: OOM, READONLY, CLUSTERDOWN, NOAUTH.
    private static string CodeOf(string message)
    {
        int end = message.IndexOf(' ', StringComparison.Ordinal);
        string code = end < 0 ? message : message[..end];
        return code.Length <= 20 && code.All(char.IsAsciiLetterUpper) ? code : "an error";
    }
}

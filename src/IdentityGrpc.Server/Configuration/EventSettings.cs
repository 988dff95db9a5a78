using IdentityGrpc.Feishu.Events;

namespace IdentityGrpc.Server.Configuration;

/// <summary>What an app's settings say of its events.</summary>
internal static class EventSettings
{
    /// <summary>Where the app's events come from; null where it takes none.</summary>
    public static EventSource? ToEventSource(this AppOptions app)
    {
        string? key = Read(app.EncryptKey, app.EncryptKeyFile);
        return key is null && !app.AllowUnencryptedEvents ? null : new(app.ToApp(), key, Read(app.VerificationToken, app.VerificationTokenFile));
    }

    /// <summary>Adds what is wrong.</summary>
    public static void Check(string key, AppOptions app, List<string> mistakes)
    {
        bool hasKey = CheckPair($"{key}:EncryptKey", app.EncryptKey, app.EncryptKeyFile, mistakes);
        bool hasToken = CheckPair($"{key}:VerificationToken", app.VerificationToken, app.VerificationTokenFile, mistakes);
        if (hasKey && app.AllowUnencryptedEvents) mistakes.Add($"{key}:AllowUnencryptedEvents: goes without EncryptKey; with it, plain events are forged.");
        if (!hasKey && app.AllowUnencryptedEvents && !hasToken) mistakes.Add($"{key}:VerificationToken: is required with AllowUnencryptedEvents; nothing else would tell genuine events.");
        if (!hasKey && !app.AllowUnencryptedEvents && hasToken) mistakes.Add($"{key}:EncryptKey: is required to take events; to go without, say so with AllowUnencryptedEvents=true.");
    }

    private static bool CheckPair(string key, string? value, string? file, List<string> mistakes)
    {
        if (value is not null && file is not null) mistakes.Add($"{key}: goes without {key[(key.LastIndexOf(':') + 1)..]}File.");
        if (value is not null && string.IsNullOrWhiteSpace(value)) mistakes.Add($"{key}: must not be empty.");
        if (file is not null && !File.Exists(file)) mistakes.Add($"{key}File: there is no such file.");
        else if (file is not null && string.IsNullOrWhiteSpace(File.ReadAllText(file))) mistakes.Add($"{key}File: is empty.");
        return value is not null || file is not null;
    }

    private static string? Read(string? value, string? file) => (value ?? (file is null ? null : File.ReadAllText(file)))?.Trim();
}

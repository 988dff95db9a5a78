using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using IdentityGrpc.Core.Identifiers;

namespace IdentityGrpc.Feishu.Events;

/// <summary>An app whose events are taken, with what tells genuine ones. Its secrets never show themselves.</summary>
[DebuggerDisplay("{App.Name}")]
public sealed class EventSource
{
    private readonly byte[]? _encryptKey, _token;

    /// <summary>Takes the keys as the platform's console shows them ("Events and callbacks").</summary>
    /// <param name="app">The app.</param>
    /// <param name="encryptKey">The encrypt key: events are then encrypted and signed (reference §7.4). Null: they come plain.</param>
    /// <param name="verificationToken">The verification token that stands in every event. Null: it is not looked at.</param>
    /// <exception cref="ArgumentException">Neither is given: nothing would tell a genuine event.</exception>
    public EventSource(App app, string? encryptKey, string? verificationToken)
    {
        if (string.IsNullOrEmpty(encryptKey) && string.IsNullOrEmpty(verificationToken)) throw new ArgumentException($"App {app.Name}: events need an encrypt key or a verification token.");
        App = app;
        _encryptKey = string.IsNullOrEmpty(encryptKey) ? null : Encoding.UTF8.GetBytes(encryptKey);
        _token = string.IsNullOrEmpty(verificationToken) ? null : Encoding.UTF8.GetBytes(verificationToken);
    }

    /// <summary>The app.</summary>
    public App App { get; }

    /// <summary>Whether events are encrypted and signed.</summary>
    public bool IsEncrypted => _encryptKey is not null;

    internal ReadOnlySpan<byte> EncryptKey => _encryptKey;

    /// <summary>Whether the token is the app's, compared in constant time.</summary>
    internal bool IsToken(string? token) => _token is null || (token is not null && CryptographicOperations.FixedTimeEquals(_token, Encoding.UTF8.GetBytes(token)));
}

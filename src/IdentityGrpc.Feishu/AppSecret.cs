using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace IdentityGrpc.Feishu;

/// <summary>The secret of an app. It never shows itself: not in text, in a debugger, in JSON or in a log.</summary>
[DebuggerDisplay("[secret]")]
public sealed class AppSecret
{
    private readonly string _value;

    /// <summary>Takes the secret as the platform's console shows it.</summary>
    /// <exception cref="ArgumentException">It is empty or blank.</exception>
    public AppSecret(string value)
    {
        if (string.IsNullOrWhiteSpace(value)) throw new ArgumentException("The app secret is empty.", nameof(value));
        _value = value;
        Fingerprint = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(value)));
    }

    /// <summary>SHA-256 of the secret: what tokens are keyed by (reference §10), so that a token of another secret is never used.</summary>
    internal string Fingerprint { get; }

    /// <inheritdoc/>
    public override string ToString() => "[secret]";

    internal string Reveal() => _value;
}

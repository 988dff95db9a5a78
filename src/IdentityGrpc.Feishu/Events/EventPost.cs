using System.Diagnostics;
using IdentityGrpc.Core.Changes;

namespace IdentityGrpc.Feishu.Events;

/// <summary>The headers that sign a post (reference §7.4, point 7); null where missing.</summary>
/// <param name="Timestamp"><c>X-Lark-Request-Timestamp</c>. Its age is not judged (U33).</param>
/// <param name="Nonce"><c>X-Lark-Request-Nonce</c>.</param>
/// <param name="Signature"><c>X-Lark-Signature</c>.</param>
public readonly record struct EventHeaders(string? Timestamp, string? Nonce, string? Signature);

/// <summary>What a post turned out to be. All but <see cref="Refused"/> are genuine.</summary>
public abstract record EventPost
{
    private EventPost()
    {
    }

    /// <summary>It is not taken.</summary>
    /// <param name="Refusal">Why.</param>
    public sealed record Refused(EventRefusal Refusal) : EventPost;

    /// <summary>The platform asks whether this is the app's endpoint; to be echoed within a second.</summary>
    /// <param name="Echo">What to echo.</param>
    [DebuggerDisplay("challenge")]
    public sealed record Challenge(string Echo) : EventPost;

    /// <summary>The ticket of a store app.</summary>
    [DebuggerDisplay("app_ticket")]
    public sealed record AppTicket : EventPost
    {
        private readonly string _ticket;

        internal AppTicket(string ticket) => _ticket = ticket;

        /// <summary>The ticket; a secret.</summary>
        public string Reveal() => _ticket;

        /// <inheritdoc/>
        public override string ToString() => "[app_ticket]";
    }

    /// <summary>Something in the directory has changed.</summary>
    /// <param name="Change">What.</param>
    public sealed record Directory(DirectoryChange Change) : EventPost;

    /// <summary>A genuine event of no interest: answered and forgotten.</summary>
    public sealed record Other : EventPost;
}

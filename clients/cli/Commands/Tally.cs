using IdentityGrpc.Cli.Output;
using IdentityGrpc.Cli.Rpc;
using IdentityGrpc.V1;

namespace IdentityGrpc.Cli.Commands;

/// <summary>How a lookup's keys went.</summary>
internal sealed class Tally
{
    private const int MaxMessages = 10;

    private readonly SortedDictionary<UnresolvedReason, long> _unresolved = [];
    private readonly SortedSet<string> _messages = [];

    /// <summary>Keys answered.</summary>
    public long Keys { get; private set; }

    /// <summary>The exit code.</summary>
    public ExitCode Code => _unresolved.Count == 0 ? ExitCode.Ok : ExitCode.Incomplete;

    /// <summary>Counts an answer.</summary>
    public void Count(Answer answer)
    {
        Keys++;
        if (answer.Identity is not null) return;
        var reason = answer.Unresolved?.Reason ?? UnresolvedReason.Unspecified;
        _unresolved[reason] = _unresolved.GetValueOrDefault(reason) + 1;
        if (answer.Unresolved is { Message.Length: > 0 } why && _messages.Count < MaxMessages) _messages.Add($"{EnumText.Of(reason)}: {why.Message}");
    }

    /// <summary>The first of the different reasons in words, for people: the table has no room for them.</summary>
    public IEnumerable<string> Messages => _messages;

    /// <summary>One line for people.</summary>
    public override string ToString()
    {
        string resolved = FormattableString.Invariant($"{Keys:N0} keys, {Keys - _unresolved.Values.Sum():N0} with an identity");
        return _unresolved.Count == 0 ? resolved : $"{resolved}; {string.Join(", ", _unresolved.Select(pair => FormattableString.Invariant($"{pair.Value:N0} {EnumText.Of(pair.Key)}")))}";
    }
}

using System.Text;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace IdentityGrpc.Server.Services;

/// <summary>Keeps each answer within 320 bytes (design §3): ids and reasons stand whole, texts and lists of scopes yield.</summary>
internal static class AnswerSize
{
    /// <summary>Bytes of a message for people, in UTF-8.</summary>
    public const int MaxMessage = 160;

    // The provenance takes up to 10 of the 320 bytes, and the outcome's own tag and length 3.
    private const int MaxOutcome = 320 - 10 - 3;

    /// <summary>The beginning of a text that fits, cut between characters.</summary>
    public static string Cut(string text)
    {
        if (text.Length * 3 <= MaxMessage || Encoding.UTF8.GetByteCount(text) <= MaxMessage) return text;
        int bytes = 0, length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxMessage) break;
            length += rune.Utf16SequenceLength;
        }
        return text[..length];
    }

    /// <summary>Drops scopes, from the longest list first, until the message fits. Any one of the scopes would help, so a shorter list stays true.</summary>
    public static void Fit(IMessage outcome, params IReadOnlyList<RepeatedField<string>> scopes)
    {
        while (outcome.CalculateSize() > MaxOutcome && scopes.MaxBy(s => s.Count) is { Count: > 0 } longest)
        {
            longest.RemoveAt(longest.Count - 1);
        }
    }
}

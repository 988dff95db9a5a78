using IdentityGrpc.Core.Directory;
using IdentityGrpc.Core.Identifiers;
using IdentityGrpc.Core.Resolution;
using IdentityGrpc.Server.Services;

namespace IdentityGrpc.Server.Tests.Services;

/// <summary>An answer takes at most 320 bytes, so that 10,000 of them fit a client's default 4 MB (design §3).</summary>
public class AnswerSizeTests
{
    private const int MaxAnswer = 320;
    private static readonly string s_longest = new('x', PersonId.MaxLength);

    private static readonly V1.Provenance s_provenance = new() { Source = V1.Source.Stale, AgeSeconds = uint.MaxValue };

    /// <summary>One to four bytes a character, and four after one.</summary>
    public static TheoryData<string> Texts => [new string('m', 1_000), new string('人', 1_000), string.Concat(Enumerable.Repeat("🙂", 500)), "m" + string.Concat(Enumerable.Repeat("🙂", 500))];

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Identity_AtItsLongest_IsWithinTheBound(bool hasUserId, bool hasUnionId)
    {
        var person = new FoundPerson { OpenId = s_longest, UnionId = hasUnionId ? s_longest : null, UserId = hasUserId ? s_longest : null };
        var answer = new V1.Conversion { Identity = Answers.Identity(person, IdTypes.All, status: true), Provenance = s_provenance };
        Assert.InRange(answer.CalculateSize(), 1, MaxAnswer);
    }

    [Fact]
    public void Identity_WithScopesNamedByThePlatform_IsWithinTheBound()
    {
        var person = new FoundPerson { OpenId = s_longest, MissingScopes = [.. Enumerable.Repeat(new string('s', 200), 50)] };
        var answer = new V1.Conversion { Identity = Answers.Identity(person, IdTypes.All, status: true), Provenance = s_provenance };
        Assert.InRange(answer.CalculateSize(), 1, MaxAnswer);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Unresolved_AtItsLongest_IsWithinTheBoundAndWellFormed(string text)
    {
        var failure = new Failure(FailureReason.BudgetExhausted, text)
        {
            Retryable = true,
            RetryAfter = TimeSpan.FromDays(31) - TimeSpan.FromTicks(1),
            MissingScopes = [.. Enumerable.Repeat(new string('s', 200), 50)],
        };
        var answer = new V1.Resolution { Unresolved = Answers.Unresolved(failure), Provenance = s_provenance };
        Assert.InRange(answer.CalculateSize(), 1, MaxAnswer);
        Assert.StartsWith(answer.Unresolved.Message, text, StringComparison.Ordinal);
        // A strict encoding refuses half a character.
        Assert.InRange(new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(answer.Unresolved.Message), 100, 160);
        Assert.Equal(answer, V1.Resolution.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(answer)));
    }
}

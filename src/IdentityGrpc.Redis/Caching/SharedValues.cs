using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using IdentityGrpc.Core.Caching;
using IdentityGrpc.Core.Directory;

namespace IdentityGrpc.Redis.Caching;

/// <summary>
/// What lies under a key of the shared cache: a header of 10 bytes (version, kind, when it was asked for or has ended in microseconds
/// since 1970), which scripts read, and a message behind it.
/// </summary>
internal static class SharedValues
{
    /// <summary>The length of the header.</summary>
    public const int Header = 10;

    /// <summary>An answer that was asked for longer ago is not shared any more, so what refuses it need not be kept longer either.</summary>
    public static readonly TimeSpan MostLate = TimeSpan.FromMinutes(10);

    private const byte Version = 1, Answer = 0, End = 1;

    public static byte[] Write(Person person, DateTimeOffset askedAt)
    {
        var stored = new StoredPerson { OpenId = person.OpenId, Status = (int)(person.Status ?? 0) };
        if (person.UnionId is { } unionId) stored.UnionId = unionId;
        if (person.UserId is { } userId) stored.UserId = userId;
        return Write(stored, askedAt);
    }

    public static byte[] WriteMiss(Failure failure, DateTimeOffset askedAt) => Write(new StoredPerson { Failure = Write(failure) }, askedAt);

    public static byte[] Write(Cached<ContactMatch> answer) => Write(answer.Value is { } match
        ? new StoredContact { Id = match.Id, Status = (int)(match.Status ?? 0) }
        : new StoredContact { Failure = Write(answer.Failure!) }, answer.AskedAt);

    /// <summary>Microseconds since 1970, as headers and scripts count; rounded down, so that an answer is never younger than it is.</summary>
    public static long Microseconds(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The time that so many microseconds are; false where they are none.</summary>
    public static bool TryRead(long microseconds, out DateTimeOffset at)
    {
        bool isTime = microseconds >= 0 && microseconds <= Microseconds(DateTimeOffset.MaxValue);
        at = isTime ? DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond) : default;
        return isTime;
    }

    /// <summary>Reads a person, who must be the one that the key names.</summary>
    /// <param name="bytes">What lies there; empty: nothing.</param>
    /// <param name="key">The key.</param>
    /// <param name="answer">The answer; null: none, or it has ended.</param>
    /// <returns>Whether the bytes are in order.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, PersonKey key, out Cached<Person>? answer)
    {
        answer = null;
        if (!TryReadHeader(bytes.Span, out bool isAnswer, out var askedAt)) return false;
        if (!isAnswer) return true;
        if (!TryParse(StoredPerson.Parser, bytes[Header..], out var stored)) return false;
        if (stored.Failure is { } failure)
        {
            if (!TryRead(failure, out var refusal)) return false;
            answer = new(null, refusal, askedAt);
            return true;
        }
        if (stored.OpenId.Length == 0 || !TryRead(stored.Status, out var status)) return false;
        var person = new Person
        {
            OpenId = stored.OpenId,
            UnionId = stored.HasUnionId ? stored.UnionId : null,
            UserId = stored.HasUserId ? stored.UserId : null,
            Status = status,
        };
        if (person.Id(key.Id.Type) is { } id && id != key.Id.Value) return false;
        answer = new(person, null, askedAt);
        return true;
    }

    /// <summary>Reads the id behind a contact.</summary>
    /// <inheritdoc cref="TryRead(ReadOnlyMemory{byte}, PersonKey, out Cached{Person})"/>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out Cached<ContactMatch>? answer)
    {
        answer = null;
        if (!TryReadHeader(bytes.Span, out bool isAnswer, out var askedAt)) return false;
        if (!isAnswer) return true;
        if (!TryParse(StoredContact.Parser, bytes[Header..], out var stored)) return false;
        if (stored.Failure is { } failure)
        {
            if (!TryRead(failure, out var refusal)) return false;
            answer = new(null, refusal, askedAt);
            return true;
        }
        if (stored.Id.Length == 0 || !TryRead(stored.Status, out var status)) return false;
        answer = new(new(stored.Id, status), null, askedAt);
        return true;
    }

    private static byte[] Write(IMessage message, DateTimeOffset at)
    {
        byte[] bytes = new byte[Header + message.CalculateSize()];
        (bytes[0], bytes[1]) = (Version, Answer);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(2), Microseconds(at));
        message.WriteTo(bytes.AsSpan(Header));
        return bytes;
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> bytes, out bool isAnswer, out DateTimeOffset at)
    {
        (isAnswer, at) = (false, default);
        if (bytes.IsEmpty) return true;
        if (bytes.Length < Header || bytes[0] != Version || bytes[1] is not (Answer or End)) return false;
        isAnswer = bytes[1] == Answer;
        return TryRead(BinaryPrimitives.ReadInt64BigEndian(bytes[2..]), out at);
    }

    private static bool TryParse<T>(MessageParser<T> parser, ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out T? message) where T : class, IMessage<T>
    {
        try
        {
            message = parser.ParseFrom(bytes.Span);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            message = null;
            return false;
        }
    }

    private static StoredFailure Write(Failure failure)
    {
        var stored = new StoredFailure { Reason = (int)failure.Reason, Message = failure.Message, Retryable = failure.Retryable };
        if (failure.Code is { } code) stored.Code = code;
        stored.MissingScopes.AddRange(failure.MissingScopes);
        return stored;
    }

    private static bool TryRead(StoredFailure stored, [NotNullWhen(true)] out Failure? failure)
    {
        failure = new((FailureReason)stored.Reason, stored.Message)
        {
            Code = stored.HasCode ? stored.Code : null,
            Retryable = stored.Retryable,
            MissingScopes = [.. stored.MissingScopes],
        };
        return Enum.IsDefined(failure.Reason) && Lifetimes.IsKept(failure);
    }

    private static bool TryRead(int stored, out UserStatus? status)
    {
        status = stored == 0 ? null : (UserStatus)stored;
        return status is null || Enum.IsDefined(status.Value);
    }
}
